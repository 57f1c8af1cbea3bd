import { showId } from '../graph-error.js';
import { finding, type GraphFinding } from '../graph-finding.js';
import { findCycles } from '../structure/find-cycles.js';
import type { GraphIndex } from '../structure/graph-index.js';
import type { SortedGraph } from '../structure/sort-graph.js';
import type { GraphNode } from '../task-node.js';

/** Ids that repeat, dependencies on nothing or on itself, and a shortest cycle of each part of the graph that has one. */
export function structureFindings(nodes: readonly GraphNode[], index: GraphIndex, { order }: SortedGraph): readonly GraphFinding[] {
  const idAt = (position: number) => nodes[position]!.id;
  const findings = [...new Set(index.duplicates.map(idAt))].map((id) =>
    finding('graph.duplicate-id', [id], `Two tasks have the id ${showId(id)}.`, [id, id], 'Give every task an id of its own.'),
  );
  const { predecessors, predecessorStarts } = index;
  for (const [position, { id }] of nodes.entries()) {
    if (!predecessors.subarray(predecessorStarts[position]!, predecessorStarts[position + 1]!).includes(index.positions.get(id)!)) continue;
    findings.push(finding('graph.self-dependency', [id], `Task ${showId(id)} depends on itself.`, [id, id], 'Remove the dependency.'));
  }
  const reported = new Set<string>();
  for (const { position, dependency } of index.unknown) {
    const id = idAt(position);
    const key = `${position} ${dependency}`;
    if (reported.has(key)) continue;
    reported.add(key);
    const message = `Task ${showId(id)} depends on ${showId(dependency)}, which is no task.`;
    findings.push(finding('graph.unknown-dependency', [id], message, [id, dependency], 'Name a task of the plan, or add the missing one.'));
  }
  if (order.length === index.size) return findings;
  for (const cycle of findCycles(withoutSelfDependencies(index))) {
    const ids = cycle.map(idAt);
    const message = `The tasks ${ids.map(showId).join(' → ')} wait for each other.`;
    findings.push(finding('graph.cycle', ids.slice(0, -1), message, ids, 'Remove one of these dependencies.'));
  }
  return findings;
}

/** A task that depends on itself may lie on a longer cycle too. */
function withoutSelfDependencies(index: GraphIndex): GraphIndex {
  const { size, successors, successorStarts } = index;
  const kept: number[] = [];
  const starts = new Int32Array(size + 1);
  for (let position = 0; position < size; position += 1) {
    for (let edge = successorStarts[position]!; edge < successorStarts[position + 1]!; edge += 1) {
      if (successors[edge] !== position) kept.push(successors[edge]!);
    }
    starts[position + 1] = kept.length;
  }
  return { ...index, successors: Int32Array.from(kept), successorStarts: starts };
}
