import type { z } from 'zod';
import type { InputFinding } from '../errors/input-finding.js';
import type { TaskGraphDocument } from '../graph/task-graph-document.js';
import { reportIssues } from './describe-issue.js';
import type { Form, MappingForm } from './form.js';
import { tasksForm } from './input-forms.js';
import { inputLimits } from './input-limits.js';
import { type Judge, judgePlainValue, judgeText } from './judge-document.js';
import { asMapping, isPlainMapping } from './lenient-access.js';
import { showSource } from './show-input.js';
import { taskGraphShape } from './task-graph-schema.js';
import { taskGraphSnapshotShape } from './task-graph-snapshot-schema.js';

/** A plan, or everything that is wrong with its form. @public */
export type PlanResult = { readonly ok: true; readonly plan: TaskGraphDocument } | { readonly ok: false; readonly findings: readonly InputFinding[] };

/** A plan too heavy to be carried out is still drawn. */
const MOST_BYTES = 32 * 1024 * 1024;

const planForm: MappingForm = {
  kind: 'mapping',
  keys: new Map<string, Form>([
    ...['formatVersion', 'budgetTotal', 'timeoutMinutes', 'qualityThreshold'].map((key): [string, Form] => [key, { kind: 'scalar' }]),
    ['deliverables', { kind: 'list', item: { kind: 'scalar' }, limit: inputLimits.listItems }],
    ['nodes', tasksForm],
  ]),
};

const planShape = taskGraphShape.extend({ nodes: taskGraphSnapshotShape.shape.nodes });

const WITHOUT_LIMITS = { budgetTotal: Number.MAX_SAFE_INTEGER, timeoutMinutes: Number.MAX_SAFE_INTEGER, qualityThreshold: 0 };

/**
 * Reads a plan that is to be compiled: tasks with limits, as a planner answers them, or the snapshot of a task graph, which has none. What is wrong
 * between its tasks is for `compileTaskGraph` to find.
 *
 * @param plan - Anything. A text of at most 32 MiB is read as YAML or JSON, keys in snake_case or camelCase, and findings name its lines.
 * @returns The plan with defaults filled in, or findings with codes `spec.*`. Never throws.
 * @public
 */
export function parsePlan(plan: unknown): PlanResult {
  const judged = typeof plan === 'string' ? judgeText(plan, planForm, judgePlan, MOST_BYTES) : judgePlainValue(plan, judgePlan);
  return judged.ok ? { ok: true, plan: judged.value } : judged;
}

const judgePlan: Judge<TaskGraphDocument> = (data, context) => {
  if (!isPlainMapping(data)) {
    const { source } = context.root;
    context.report({ kind: 'wrong-type', path: [], expected: 'a mapping with nodes', got: showSource(source) }, source.offset);
    return null;
  }
  const shape: z.ZodType<Pick<TaskGraphDocument, 'nodes'>> = Object.hasOwn(asMapping(data), 'formatVersion') ? taskGraphSnapshotShape : planShape;
  const parsed = shape.safeParse(data);
  if (!parsed.success) {
    reportIssues(parsed.error.issues, context);
    return null;
  }
  const { nodes, ...rest } = parsed.data;
  return 'formatVersion' in rest ? { nodes, ...WITHOUT_LIMITS } : (parsed.data as TaskGraphDocument);
};
