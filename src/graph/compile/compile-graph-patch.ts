import type { GraphFinding } from '../graph-finding.js';
import { applyGraphPatch } from '../run/apply-graph-patch.js';
import type { GraphPatch } from '../run/graph-patch.js';
import type { GraphRun } from '../run/graph-run.js';
import { makeSuggestions } from '../run/suggest-instead.js';
import type { TaskGraphDocument } from '../task-graph-document.js';
import type { CompileContext } from './compile-context.js';
import { type CompiledTaskGraph, concludeFindings } from './compile-task-graph.js';
import { findLateTasks } from './find-late-tasks.js';
import { forgiveShortage } from './forgive-shortage.js';
import { judgeTaskGraph, measureNeed } from './judge-task-graph.js';
import { SHORTAGES } from './resource-findings.js';

/**
 * Checks a change of a plan that is being carried out: what can't be applied, and all that `compileTaskGraph` finds wrong with the changed plan,
 * by what has become of its tasks. Where nothing is, `run.continueWith(compiled.graph)` goes on with it. The plan and the run stay as they are.
 *
 * A shortage of tokens or minutes that the change makes no worse is a warning. What would never start, since what it waits for did not succeed, is
 * `graph.unreachable`.
 *
 * @param document - The plan; its tasks are those of the run. `budgetTotal` and `timeoutMinutes` are what is left for what has not begun.
 * @throws KamachiqError `graph.rule-failed`; whatever a callback of the context throws
 *
 * @public
 */
export function compileGraphPatch(
  document: Omit<TaskGraphDocument, 'nodes'>,
  patch: GraphPatch,
  run: GraphRun,
  context: Omit<CompileContext, 'stateOf' | 'outputsOf'> = {},
): CompiledTaskGraph {
  const known = new Map(run.nodes.map((node) => [node.id, node]));
  const outputsOf = (id: string) => (known.has(id) ? run.outputs(id) : undefined);
  const before: CompileContext = { ...context, outputsOf, stateOf: (id) => (known.has(id) ? run.state(id) : 'pending') };
  const stateBefore = (id: string) => run.state(id);
  const { nodes, findings: refused } = applyGraphPatch(run.nodes, patch, stateBefore, makeSuggestions(run.nodes, stateBefore));
  const changed = new Set((patch.replace ?? []).map(({ id }) => id));
  const stateOf = (id: string) => {
    const state = known.has(id) ? run.state(id) : 'pending';
    // What is changed is decided anew.
    return state === 'ready' && changed.has(id) ? 'pending' : state;
  };
  const revised = { ...document, nodes };
  const { findings: judged, needed, isOrdered } = judgeTaskGraph(revised, { ...before, stateOf });
  const isShort = judged.some(({ code }) => SHORTAGES[code] !== undefined);
  const neededBefore = isShort ? measureNeed(run.nodes, before) : needed;
  const late = isOrdered ? findLateTasks(run.continueWith(revised), applicable(patch, refused)) : [];
  return concludeFindings(revised, [...refused, ...judged.map((found) => forgiveShortage(found, needed, neededBefore)), ...late]);
}

/** What of a patch was applied. */
function applicable({ add = [], replace = [] }: GraphPatch, refused: readonly GraphFinding[]): GraphPatch {
  const ids = new Set(refused.flatMap(({ taskIds }) => taskIds));
  return { add: add.filter(({ id }) => !ids.has(id)), replace: replace.filter(({ id }) => !ids.has(id)) };
}
