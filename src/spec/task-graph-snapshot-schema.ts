import { z } from 'zod';
import type { TaskGraphSnapshot } from '../graph/task-graph-snapshot.js';
import { findReferenceProblems } from './find-reference-problems.js';
import { inputLimits } from './input-limits.js';
import { toIssue } from './project-spec-schema.js';
import { taskNodeShape } from './task-node-schema.js';

/** @internal */
export const taskGraphSnapshotShape = z.strictObject({
  formatVersion: z.literal(1).meta({ description: 'Of this form; another one will have another number.' }),
  nodes: z.array(taskNodeShape).max(inputLimits.tasks).meta({ description: 'The tasks, in the order that settles every tie.' }),
});

/**
 * Checks a task graph in its TypeScript form: its tasks, and that they make a graph. What keeps a graph from being carried out, such as a cycle,
 * is for `compileTaskGraph` to find. For anything else than a program's own value, `parseTaskGraph` tells more.
 *
 * @public
 */
export const taskGraphSnapshotSchema: z.ZodType<TaskGraphSnapshot> = taskGraphSnapshotShape.check((context) => {
  for (const problem of findReferenceProblems(context.value.nodes)) {
    context.issues.push(toIssue({ ...problem, path: ['nodes', ...problem.path] }, context.value));
  }
});
