import type { GraphIndex } from './graph-index.js';
import { positionsOf } from './graph-walk.js';

/**
 * For each position of an acyclic graph its predecessors without those that it reaches through another one (Aho, Garey and Ullman 1972),
 * in the order in which they stood.
 */
export function reduceTransitively({ size, predecessors, predecessorStarts }: GraphIndex, order: Int32Array): readonly (readonly number[])[] {
  const places = new Int32Array(size);
  for (const [place, position] of order.entries()) places[position] = place;
  const kept: number[][] = Array.from({ length: size }, () => []);
  /** The last position whose ancestors were walked through here. */
  const walkedFor = new Int32Array(size).fill(-1);
  for (const position of order) {
    const direct = positionsOf(position, predecessors, predecessorStarts);
    // Latest first: whatever an earlier one is an ancestor of has been walked by then.
    const latestFirst = [...direct].sort((a, b) => places[b]! - places[a]!);
    const earliest = places[latestFirst.at(-1) ?? position]!;
    const redundant = new Set<number>();
    for (const predecessor of latestFirst) {
      if (walkedFor[predecessor] === position) {
        redundant.add(predecessor);
        continue;
      }
      walkedFor[predecessor] = position;
      const pending = [predecessor];
      for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
        // What was kept reaches the same ancestors over fewer edges; nothing before the earliest can be one of those looked for.
        for (const before of kept[at]!) {
          if (walkedFor[before] === position || places[before]! < earliest) continue;
          walkedFor[before] = position;
          pending.push(before);
        }
      }
    }
    kept[position] = [...direct].filter((predecessor) => !redundant.has(predecessor));
  }
  return kept;
}
