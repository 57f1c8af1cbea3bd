import { Graph, layout } from '@dagrejs/dagre';
import type { PictureEdge } from './picture-edges.js';
import { rankPicture } from './rank-picture.js';

/** Size of a drawn task in pixels. @internal */
export interface TaskSize {
  readonly width: number;
  readonly height: number;
}

/** Where things are drawn, in pixels from the upper left. @internal */
export interface PictureLayout {
  readonly width: number;
  readonly height: number;
  /** Upper left corners, in the order of the tasks. */
  readonly corners: readonly Point[];
  /** In the order of the edges. */
  readonly routes: readonly Route[];
}

/** @internal */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** @internal */
export interface Route {
  /** From its start to its end; two points where both are one task. */
  readonly stretches: readonly Stretch[];
  /** Whether it closes a cycle, and so leads to the left. */
  readonly closing: boolean;
}

/** A level part of an edge: the side of a task, where both ends are one, or the passage between the tasks of a layer. @internal */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly y: number;
}

/** Radius of an edge that leads to its own task; less than there is room between tasks. @internal */
export const LOOP = 13;

/** Pixels between layers, between tasks of a layer, and between edges that pass. */
const SEPARATION = { ranksep: 62, nodesep: 16, edgesep: 12 };

/**
 * Lays tasks out in layers from left to right, dependencies to the left, by dagre (Gansner et al., A technique for drawing directed graphs,
 * 1993). The same tasks and edges always get the same layout.
 *
 * dagre gets numbers, never ids: it keeps names as keys of plain objects.
 *
 * @param sizes - All of one width.
 *
 * @internal
 */
export function layOutPicture(sizes: readonly TaskSize[], edges: readonly PictureEdge[]): PictureLayout {
  const graph: DagreGraph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', ...SEPARATION });
  for (const [index, { width, height }] of sizes.entries()) graph.setNode(`t${index}`, { width, height });
  const { closing } = rankPicture(sizes.length, edges);
  // No cycle reaches dagre: it would search for one by recursion.
  const ends = edges.map((edge) => (closing.has(edge) ? { left: edge.to, right: edge.from } : { left: edge.from, right: edge.to }));
  for (const [index, { left, right }] of ends.entries()) if (left !== right) graph.setEdge(`t${left}`, `t${right}`, {}, `e${index}`);
  layout(graph);

  const centers = sizes.map((_, index) => graph.node(`t${index}`));
  const layerOf = new Map(centers.map(({ x }, index) => [Math.round(x), sizes[index]!.width]));
  const corners = centers.map(({ x, y }, index) => ({ x: x - sizes[index]!.width / 2, y: y - sizes[index]!.height / 2 }));
  const routes = ends.map(({ left, right }, index): Route => {
    if (left === right) return loopAt(corners[left]!.x + sizes[left]!.width, corners[left]!.y);
    const { points } = graph.edge(`t${left}`, `t${right}`, `e${index}`);
    const half = (task: number) => sizes[task]!.width / 2;
    const stretches: Stretch[] = [side(centers[left]!.x + half(left), centers[left]!.y)];
    for (const { x, y } of points.slice(1, -1)) {
      const width = layerOf.get(Math.round(x));
      // Points between layers bend the edge where nothing stands in its way.
      if (width !== undefined) stretches.push({ from: x - width / 2, to: x + width / 2, y });
    }
    stretches.push(side(centers[right]!.x - half(right), centers[right]!.y));
    return closing.has(edges[index]!)
      ? { stretches: stretches.reverse().map(({ from, to, y }) => ({ from: to, to: from, y })), closing: true }
      : { stretches, closing: false };
  });
  return {
    ...(sizes.length === 0 ? { width: 0, height: 0 } : graph.graph()),
    corners,
    routes,
  };
}

/** Around the upper right corner of a task: from its top into its side. */
const loopAt = (x: number, y: number): Route => ({ stretches: [side(x - LOOP, y), side(x, y + LOOP)], closing: true });

const side = (x: number, y: number): Stretch => ({ from: x, to: x, y });

/** As much of dagre's graph as is used; its own types don't resolve in ES modules. */
interface DagreGraph {
  setGraph(label: object): unknown;
  setNode(name: string, label: TaskSize): unknown;
  setEdge(from: string, to: string, label: object, name: string): unknown;
  graph(): TaskSize;
  node(name: string): Point;
  edge(from: string, to: string, name: string): { readonly points: readonly Point[] };
}
