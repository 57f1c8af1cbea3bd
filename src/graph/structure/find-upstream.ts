import type { GraphIndex } from './graph-index.js';

/** Asks whether one of some tasks is upstream of another one. Queries that share their list of sources share the work. */
export interface UpstreamQuery {
  readonly sources: readonly number[];
  readonly position: number;
}

/** The widest integer of bits that JavaScript combines at once. */
const BITS = 32;

/**
 * Answers for each query whether one of its sources is an ancestor of its position.
 *
 * O((tasks + dependencies) × different lists of sources ÷ 32): one walk along the order for 32 lists, a bit for each, which what waits for
 * them inherits.
 */
export function findUpstream(
  { size, predecessors, predecessorStarts }: Pick<GraphIndex, 'size' | 'predecessors' | 'predecessorStarts'>,
  order: Int32Array,
  queries: readonly UpstreamQuery[],
): readonly boolean[] {
  const answers = new Array<boolean>(queries.length).fill(false);
  const asked = new Map<readonly number[], number[]>();
  for (const [number, { sources }] of queries.entries()) {
    const numbers = asked.get(sources);
    if (numbers === undefined) asked.set(sources, [number]);
    else numbers.push(number);
  }
  const lists = [...asked];
  const own = new Int32Array(size);
  /** Bits of what is upstream of a position. */
  const inherited = new Int32Array(size);
  for (let start = 0; start < lists.length; start += BITS) {
    const batch = lists.slice(start, start + BITS);
    own.fill(0);
    for (const [bit, [sources]] of batch.entries()) for (const source of sources) own[source]! |= 1 << bit;
    for (const position of order) {
      let bits = 0;
      const end = predecessorStarts[position + 1]!;
      for (let edge = predecessorStarts[position]!; edge < end; edge += 1) bits |= inherited[predecessors[edge]!]! | own[predecessors[edge]!]!;
      inherited[position] = bits;
    }
    for (const [bit, [, numbers]] of batch.entries()) {
      for (const number of numbers) answers[number] = (inherited[queries[number]!.position]! & (1 << bit)) !== 0;
    }
  }
  return answers;
}
