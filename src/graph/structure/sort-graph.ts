import type { GraphIndex } from './graph-index.js';

/** Positions in topological order; generation `g` stands from `generationStarts[g]` up to, not including, `generationStarts[g + 1]`. */
export interface SortedGraph {
  /** Without what lies on a cycle or behind one. */
  readonly order: Int32Array;
  readonly generationStarts: Int32Array;
}

/**
 * Sorts a graph into generations: each node stands one generation after the latest of its predecessors, within a generation in the order
 * given. O(nodes + edges), without recursion (Kahn 1962, then a counting sort).
 */
export function sortGraph({ size, predecessorStarts, successors, successorStarts }: GraphIndex): SortedGraph {
  const waitingFor = new Int32Array(size);
  const generations = new Int32Array(size);
  const queue = new Int32Array(size);
  let queued = 0;
  for (let position = 0; position < size; position += 1) {
    waitingFor[position] = predecessorStarts[position + 1]! - predecessorStarts[position]!;
    if (waitingFor[position] === 0) {
      queue[queued] = position;
      queued += 1;
    }
  }
  for (let taken = 0; taken < queued; taken += 1) {
    const position = queue[taken]!;
    const following = generations[position]! + 1;
    const end = successorStarts[position + 1]!;
    for (let edge = successorStarts[position]!; edge < end; edge += 1) {
      const successor = successors[edge]!;
      // First in, first out: the last predecessor taken is of the latest generation.
      generations[successor] = following;
      const left = waitingFor[successor]! - 1;
      waitingFor[successor] = left;
      if (left === 0) {
        queue[queued] = successor;
        queued += 1;
      }
    }
  }

  const count = queued === 0 ? 0 : generations[queue[queued - 1]!]! + 1;
  const generationStarts = new Int32Array(count + 1);
  for (let taken = 0; taken < queued; taken += 1) generationStarts[generations[queue[taken]!]! + 1]! += 1;
  for (let generation = 0; generation < count; generation += 1) generationStarts[generation + 1]! += generationStarts[generation]!;
  const order = queue.subarray(0, queued);
  const next = generationStarts.slice(0, count);
  for (let position = 0; position < size; position += 1) {
    if (waitingFor[position] !== 0) continue;
    const generation = generations[position]!;
    order[next[generation]!] = position;
    next[generation]! += 1;
  }
  return { order, generationStarts };
}
