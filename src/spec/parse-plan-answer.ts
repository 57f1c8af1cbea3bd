import { z } from 'zod';
import type { InputFinding } from '../errors/input-finding.js';
import type { TaskNode } from '../graph/task-node.js';
import { reportIssues, reportProblems } from './describe-issue.js';
import { findPlanProblems } from './find-plan-problems.js';
import type { MappingForm } from './form.js';
import { tasksForm } from './input-forms.js';
import { inputLimits } from './input-limits.js';
import { asMapping } from './lenient-access.js';
import { toData } from './located-value.js';
import { readAnswer } from './read-answer.js';
import { fileKeyOf } from './read-form.js';
import { readListAnswer } from './read-list-answer.js';
import { taskNodeShape } from './task-node-schema.js';

/** A planner's tasks, or everything that is wrong with them, fit to be fed back. @public */
export type PlanAnswerResult =
  | { readonly ok: true; readonly nodes: readonly TaskNode[] }
  | { readonly ok: false; readonly findings: readonly InputFinding[] };

const planForm: MappingForm = { kind: 'mapping', keys: new Map([['nodes', tasksForm]]), fileKeys: new Map([['nodes', 'tasks']]) };
const planShape = z.strictObject({ nodes: z.array(taskNodeShape).min(1).max(inputLimits.tasks) });

/**
 * Reads the plan that a model answered: `{"tasks": […]}`, `{"nodes": […]}` or a bare list, keys in snake_case or camelCase. It is judged as
 * strictly as a plan written by hand: an unknown key is a finding too, since what it meant would otherwise be lost unnoticed.
 *
 * @returns The tasks or findings with codes `answer.*`. Never throws.
 * @public
 */
export function parsePlanAnswer(text: string): PlanAnswerResult {
  const result = readAnswer(text, {}, (source, report) => {
    const root = readListAnswer(source, planForm, 'nodes', report);
    const data = toData(root);
    const context = { root, report, fileKey: (key: string) => fileKeyOf(planForm, key) };
    const parsed = planShape.safeParse(data);
    if (!parsed.success) reportIssues(parsed.error.issues, context);
    const problems = findPlanProblems(asMapping(data).nodes);
    reportProblems(
      problems.map((problem) => ({ ...problem, path: ['nodes', ...problem.path] })),
      context,
    );
    return parsed.success ? { value: parsed.data.nodes } : null;
  });
  return result.ok ? { ok: true, nodes: result.value } : result;
}
