import { showId } from '../graph/graph-error.js';
import { finding, type GraphFinding } from '../graph/graph-finding.js';
import type { GraphPatch } from '../graph/run/graph-patch.js';
import type { GraphRun } from '../graph/run/graph-run.js';

/** Where in its witness a finding says how much is needed. */
const NEEDED: Readonly<Partial<Record<GraphFinding['code'], number>>> = { 'graph.budget-infeasible': 0, 'graph.deadline-infeasible': -2 };

/** Whether a finding is about tokens or minutes that don't suffice. */
export const isShortage = ({ code }: GraphFinding): boolean => NEEDED[code] !== undefined;

/** Makes a warning of a shortage that was there before a change and is no worse with it: a project that runs late may do with less. */
export function forgiveShortage(found: GraphFinding, before: readonly GraphFinding[]): GraphFinding {
  const place = NEEDED[found.code];
  if (place === undefined) return found;
  const needed = ({ witness }: GraphFinding) => Number(witness.at(place));
  const was = before.find(({ code }) => code === found.code);
  return was !== undefined && needed(found) <= needed(was) ? { ...found, severity: 'warning' } : found;
}

/** Tasks of a change that can't start any more, since what they wait for did not succeed. One that a condition rules out is a branch not taken. */
export function findLateTasks(run: GraphRun, { add = [], replace = [] }: GraphPatch): readonly GraphFinding[] {
  return [...add, ...replace].flatMap(({ id }) => {
    const state = run.state(id);
    if (state !== 'upstream-failed' && state !== 'cancelled') return [];
    const ended = run.predecessors(id).filter((dependency) => run.state(dependency) !== 'succeeded');
    const shown = ended.map((dependency) => `${showId(dependency)} is ${run.state(dependency)}`).join(', ');
    const message = `Task ${showId(id)} would never start: ${shown}.`;
    return [finding('graph.unreachable', [id], message, [id, ...ended], 'Let it depend on what succeeded, or take another trigger rule.')];
  });
}
