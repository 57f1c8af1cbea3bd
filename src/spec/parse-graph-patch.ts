import { z } from 'zod';
import type { InputFinding } from '../errors/input-finding.js';
import type { GraphPatch } from '../graph/run/graph-patch.js';
import { reportIssues } from './describe-issue.js';
import type { Form, MappingForm } from './form.js';
import { tasksForm } from './input-forms.js';
import { inputLimits } from './input-limits.js';
import { type Judge, judgePlainValue, judgeText } from './judge-document.js';
import { taskNodeShape } from './task-node-schema.js';
import { taskId } from './text-schemas.js';

/** A patch of a plan, or everything that is wrong with it. @public */
export type GraphPatchResult = { readonly ok: true; readonly patch: GraphPatch } | { readonly ok: false; readonly findings: readonly InputFinding[] };

const patchForm: MappingForm = {
  kind: 'mapping',
  keys: new Map<string, Form>([
    ['add', tasksForm],
    ['replace', tasksForm],
    ['drop', { kind: 'list', item: { kind: 'scalar' }, limit: inputLimits.tasks }],
  ]),
};

const tasks = z.array(taskNodeShape).max(inputLimits.tasks).default([]);

/** Checks a patch of a plan in its TypeScript form, by itself: whether it fits a plan is for the compiler to find. @public */
export const graphPatchSchema = z
  .strictObject({
    add: tasks.meta({ description: 'Tasks with new ids.' }),
    replace: tasks.meta({ description: 'Tasks that take the place of those with the same ids.' }),
    drop: z.array(taskId).max(inputLimits.tasks).default([]).meta({ description: 'Ids of tasks that are not to be done.' }),
  })
  .describe('A change of a plan that is being carried out.');

/**
 * Reads a change of a plan.
 *
 * @param patch - Anything. A text is read as YAML or JSON, keys in snake_case or camelCase, and findings name its lines.
 * @returns The patch with defaults filled in, or findings with codes `spec.*`. Never throws.
 * @public
 */
export function parseGraphPatch(patch: unknown): GraphPatchResult {
  const judged = typeof patch === 'string' ? judgeText(patch, patchForm, judgePatch) : judgePlainValue(patch, judgePatch);
  return judged.ok ? { ok: true, patch: judged.value } : judged;
}

const judgePatch: Judge<GraphPatch> = (data, context) => {
  const parsed = graphPatchSchema.safeParse(data);
  if (parsed.success) {
    const { add, replace, drop } = parsed.data;
    if (add.length + replace.length + drop.length > 0) return parsed.data;
    context.report({ kind: 'missing', path: [], expected: 'tasks to add, replace or drop', got: 'nothing' }, context.root.source.offset);
    return null;
  }
  reportIssues(parsed.error.issues, context);
  return null;
};
