import { askInBatches, type UpstreamQuery } from './ask-in-batches.js';
import type { GraphIndex } from './graph-index.js';

/**
 * Answers for each query whether one of its sources is an ancestor of its position.
 *
 * O((tasks + dependencies) × different lists of sources ÷ 32).
 *
 * @param waits - False for positions whose dependencies don't count. @defaultValue all count
 */
export function findUpstream(
  { size, predecessors, predecessorStarts }: Pick<GraphIndex, 'size' | 'predecessors' | 'predecessorStarts'>,
  order: Int32Array,
  queries: readonly UpstreamQuery[],
  waits: (position: number) => boolean = () => true,
): readonly boolean[] {
  return askInBatches(size, queries, (own, inherited) => {
    for (const position of order) {
      let bits = 0;
      const end = waits(position) ? predecessorStarts[position + 1]! : 0;
      for (let edge = predecessorStarts[position]!; edge < end; edge += 1) bits |= inherited[predecessors[edge]!]! | own[predecessors[edge]!]!;
      inherited[position] = bits;
    }
  });
}
