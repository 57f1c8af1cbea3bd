import { z } from 'zod';
import type { TaskGraphDocument } from '../graph/task-graph-document.js';
import { findPlanProblems } from './find-plan-problems.js';
import { inputLimits } from './input-limits.js';
import { budgetTotalShape, qualityThresholdShape, timeoutMinutesShape, toIssue } from './project-spec-schema.js';
import { taskNodeShape } from './task-node-schema.js';
import { projectPath } from './text-schemas.js';

/** @internal */
export const taskGraphShape = z.strictObject({
  nodes: z.array(taskNodeShape).min(1).max(inputLimits.tasks),
  budgetTotal: budgetTotalShape,
  timeoutMinutes: timeoutMinutesShape,
  qualityThreshold: qualityThresholdShape,
  deliverables: z.array(projectPath).max(inputLimits.listItems).exactOptional(),
});

/** Checks a plan in its TypeScript form, its structure included: ids, dependencies, cycles, paths. @public */
export const taskGraphSchema: z.ZodType<TaskGraphDocument> = taskGraphShape.check((context) => {
  for (const problem of findPlanProblems(context.value.nodes)) {
    context.issues.push(toIssue({ ...problem, path: ['nodes', ...problem.path] }, context.value));
  }
});
