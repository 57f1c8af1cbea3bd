import { askInBatches, type Inherit, type UpstreamQuery } from './ask-in-batches.js';
import type { GraphIndex } from './graph-index.js';

type Structure = Pick<GraphIndex, 'size' | 'predecessors' | 'predecessorStarts'>;

/**
 * Answers for each query whether one of its sources is an ancestor of its position.
 *
 * O((tasks + dependencies) × different lists of sources ÷ 32).
 *
 * @param waits - False for positions whose dependencies don't count. @defaultValue all count
 */
export function findUpstream(
  structure: Structure,
  order: Int32Array,
  queries: readonly UpstreamQuery[],
  waits?: (position: number) => boolean,
): readonly boolean[] {
  return askInBatches(structure.size, queries, inheritUpstream(structure, order, waits));
}

/** Lets every position inherit the bits of its ancestors; see {@link findUpstream}. */
export function inheritUpstream(
  { predecessors, predecessorStarts }: Structure,
  order: Int32Array,
  waits: (position: number) => boolean = () => true,
): Inherit {
  return (own, inherited) => {
    for (const position of order) {
      let bits = 0;
      const end = waits(position) ? predecessorStarts[position + 1]! : 0;
      for (let edge = predecessorStarts[position]!; edge < end; edge += 1) bits |= inherited[predecessors[edge]!]! | own[predecessors[edge]!]!;
      inherited[position] = bits;
    }
  };
}
