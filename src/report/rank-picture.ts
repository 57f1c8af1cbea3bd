import type { PictureEdge } from './picture-edges.js';

/** The tasks of a picture in layers. @internal */
export interface PictureRanks {
  /** Edges that close a cycle: without them there is none. */
  readonly closing: ReadonlySet<PictureEdge>;
  /** Layers that the edges cross, all together. */
  readonly span: number;
}

/**
 * Puts every task a layer after the latest of its dependencies, and finds by depth-first search the edges that stand in the way of that.
 * O(tasks + edges), without recursion.
 *
 * @internal
 */
export function rankPicture(size: number, edges: readonly PictureEdge[]): PictureRanks {
  const leaving: PictureEdge[][] = Array.from({ length: size }, () => []);
  const isSource = new Uint8Array(size).fill(1);
  for (const edge of edges) {
    leaving[edge.from]!.push(edge);
    isSource[edge.to] = 0;
  }
  const closing = new Set<PictureEdge>();
  const finished: number[] = [];
  /** 0 before the search came here, 1 while it is in what follows, 2 afterwards. */
  const seen = new Uint8Array(size);
  const search = (start: number) => {
    if (seen[start] !== 0) return;
    seen[start] = 1;
    const open = [{ task: start, next: 0 }];
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const edge = leaving[top.task]![top.next];
      top.next += 1;
      if (edge === undefined) {
        seen[top.task] = 2;
        finished.push(top.task);
        open.pop();
      } else if (seen[edge.to] === 1) closing.add(edge);
      else if (seen[edge.to] === 0) {
        seen[edge.to] = 1;
        open.push({ task: edge.to, next: 0 });
      }
    }
  };
  for (let task = 0; task < size; task += 1) if (isSource[task] === 1) search(task);
  for (let task = 0; task < size; task += 1) search(task);

  const ranks = new Int32Array(size);
  for (const task of finished.toReversed()) {
    for (const edge of leaving[task]!) if (!closing.has(edge)) ranks[edge.to] = Math.max(ranks[edge.to]!, ranks[task]! + 1);
  }
  return { closing, span: edges.reduce((sum, { from, to }) => sum + Math.abs(ranks[to]! - ranks[from]!), 0) };
}
