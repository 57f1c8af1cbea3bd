import { showId } from '../graph-error.js';
import { finding, type GraphFinding } from '../graph-finding.js';
import type { NodePatch } from '../run/graph-patch.js';
import type { GraphRun } from '../run/graph-run.js';
import type { ConditionalNode } from '../task-node.js';

/**
 * Tasks of a change that can't start any more, since what they wait for did not succeed. One that a condition rules out is a branch not taken.
 *
 * @param run - As it goes on with the change.
 */
export function findLateTasks<Node extends ConditionalNode>(
  run: GraphRun<Node>,
  { add = [], replace = [] }: NodePatch<Node>,
): readonly GraphFinding[] {
  return [...add, ...replace].flatMap(({ id }) => {
    const state = run.state(id);
    if (state !== 'upstream-failed' && state !== 'cancelled') return [];
    const ended = run.predecessors(id).filter((dependency) => run.state(dependency) !== 'succeeded');
    const shown = ended.map((dependency) => `${showId(dependency)} is ${run.state(dependency)}`).join(', ');
    const message = `Task ${showId(id)} would never start: ${shown}.`;
    return [finding('graph.unreachable', [id], message, [id, ...ended], 'Let it depend on what succeeded, or take another trigger rule.')];
  });
}
