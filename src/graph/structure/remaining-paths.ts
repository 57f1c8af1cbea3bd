import type { GraphIndex } from './graph-index.js';

/** For each position the duration of the longest path from its start to the end of the graph, its own duration included. */
export function remainingPaths({ size, successors, successorStarts }: GraphIndex, order: Int32Array, durations: readonly number[]): Float64Array {
  const remaining = new Float64Array(size);
  for (let taken = order.length - 1; taken >= 0; taken -= 1) {
    const position = order[taken]!;
    let longest = 0;
    const end = successorStarts[position + 1]!;
    for (let edge = successorStarts[position]!; edge < end; edge += 1) {
      const path = remaining[successors[edge]!]!;
      if (path > longest) longest = path;
    }
    remaining[position] = longest + durations[position]!;
  }
  return remaining;
}
