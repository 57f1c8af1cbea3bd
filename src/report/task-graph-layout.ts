import { topologicalGenerations } from '../graph/topological-generations.js';

/** Where a task stands: its layer, counted from the sources, and its height in rows, which may fall between two. */
interface PlacedTask {
  readonly id: string;
  readonly layer: number;
  readonly row: number;
}

/** A dependency with the rows at which it crosses each layer, from its dependency's to its dependent's. @internal */
export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  readonly firstLayer: number;
  readonly rows: readonly number[];
}

/** @internal */
export interface TaskGraphLayout {
  readonly tasks: readonly PlacedTask[];
  readonly edges: readonly PlacedEdge[];
  readonly layers: number;
  /** From 0 to this many, all rows lie. */
  readonly rows: number;
}

/** A task, or the place where a long edge passes through a layer. */
interface Cell {
  readonly id: string | null;
  readonly layer: number;
  readonly before: Cell[];
  readonly after: Cell[];
  place: number;
  row: number;
}

const SWEEPS = 12;
/** Rows that a passing edge takes. */
const PASSAGE = 0.45;

/**
 * Lays a graph out in layers, dependencies to the left: generations as layers, order within a layer by the mean place of the neighbours
 * (Sugiyama's barycentre, keeping the best of several sweeps), rows by moving towards the neighbours. Equal graphs are laid out equally.
 *
 * Dependencies on unknown tasks are left out. Tasks on a cycle or behind one stand in a last layer, without edges among them.
 *
 * @internal
 */
export function layOutTaskGraph(dependencies: ReadonlyMap<string, readonly string[]>): TaskGraphLayout {
  const known = new Map([...dependencies].map(([id, needed]) => [id, [...new Set(needed)].filter((other) => dependencies.has(other))]));
  const { generations, unordered } = topologicalGenerations(known);
  const layers: Cell[][] = [];
  const cells = new Map<string, Cell>();
  for (const [layer, ids] of (unordered.length > 0 ? [...generations, unordered] : generations).entries()) {
    layers.push(ids.map((id) => addCell(id, layer)));
    for (const cell of layers[layer]!) cells.set(cell.id!, cell);
  }
  const chains: { from: string; to: string; cells: Cell[] }[] = [];
  for (const [to, needed] of known) {
    for (const from of needed) {
      if (cells.get(from)!.layer < cells.get(to)!.layer) chains.push({ from, to, cells: connect(cells.get(from)!, cells.get(to)!, layers) });
    }
  }

  orderLayers(layers);
  placeRows(layers);

  const all = layers.flat();
  const top = all.reduce((least, cell) => Math.min(least, cell.row), Number.POSITIVE_INFINITY);
  const bottom = all.reduce((most, cell) => Math.max(most, cell.row), Number.NEGATIVE_INFINITY);
  return {
    tasks: [...cells.values()].map((cell) => ({ id: cell.id!, layer: cell.layer, row: cell.row - top })),
    edges: chains.map(({ from, to, cells: chain }) => ({ from, to, firstLayer: chain[0]!.layer, rows: chain.map((cell) => cell.row - top) })),
    layers: layers.length,
    rows: all.length === 0 ? 0 : bottom - top,
  };
}

function addCell(id: string | null, layer: number): Cell {
  return { id, layer, before: [], after: [], place: 0, row: 0 };
}

function connect(from: Cell, to: Cell, layers: Cell[][]): Cell[] {
  const chain = [from];
  for (let layer = from.layer + 1; layer <= to.layer; layer += 1) {
    const next = layer === to.layer ? to : addCell(null, layer);
    if (next !== to) layers[layer]!.push(next);
    const last = chain.at(-1)!;
    last.after.push(next);
    next.before.push(last);
    chain.push(next);
  }
  return chain;
}

function orderLayers(layers: Cell[][]): void {
  const number = (layer: Cell[]) => {
    for (const [index, cell] of layer.entries()) cell.place = index;
  };
  layers.forEach(number);
  let best = layers.map((layer) => [...layer]);
  let fewest = countCrossings(layers);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep += 1) {
    const forward = sweep % 2 === 0;
    for (const layer of forward ? layers : layers.toReversed()) {
      const centre = new Map(layer.map((cell) => [cell, mean((forward ? cell.before : cell.after).map(({ place }) => place)) ?? cell.place]));
      layer.sort((a, b) => centre.get(a)! - centre.get(b)! || a.place - b.place);
      number(layer);
    }
    const crossings = countCrossings(layers);
    if (crossings < fewest) {
      fewest = crossings;
      best = layers.map((layer) => [...layer]);
    }
  }
  best.forEach((layer, index) => {
    layers[index] = layer;
    number(layer);
  });
}

/** Counts pairs of edges that cross, as inversions with a Fenwick tree: O(edges log edges). */
function countCrossings(layers: readonly (readonly Cell[])[]): number {
  let crossings = 0;
  for (const [index, layer] of layers.entries()) {
    const ends = layer.flatMap((cell) => cell.after.map(({ place }) => place).sort((a, b) => a - b));
    const tree = new Array<number>((layers[index + 1]?.length ?? 0) + 1).fill(0);
    for (const [seen, end] of ends.entries()) {
      crossings += seen;
      for (let node = end + 1; node > 0; node -= node & -node) crossings -= tree[node]!;
      for (let node = end + 1; node < tree.length; node += node & -node) tree[node]! += 1;
    }
  }
  return crossings;
}

function placeRows(layers: readonly (readonly Cell[])[]): void {
  for (const layer of layers) {
    const rows = stack(
      layer,
      layer.map(() => 0),
    );
    for (const [index, cell] of layer.entries()) cell.row = rows[index]!;
  }
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const forward = sweep % 2 === 0;
    for (const layer of forward ? layers : layers.toReversed()) {
      const wanted = layer.map((cell) => mean((forward ? cell.before : cell.after).map(({ row }) => row)) ?? cell.row);
      const rows = stack(layer, wanted);
      for (const [index, cell] of layer.entries()) cell.row = rows[index]!;
    }
  }
}

/** Places cells in their order, as near to the rows they want as distances allow: neighbours that collide move as one block. */
function stack(layer: readonly Cell[], wanted: readonly number[]): readonly number[] {
  const offsets: number[] = [];
  for (const [index, cell] of layer.entries()) offsets.push(index === 0 ? 0 : offsets[index - 1]! + (size(layer[index - 1]!) + size(cell)) / 2);
  // Isotonic regression of what each cell wants beyond its offset (pool adjacent violators).
  const blocks: { sum: number; count: number }[] = [];
  wanted.forEach((row, index) => {
    blocks.push({ sum: row - offsets[index]!, count: 1 });
    while (blocks.length > 1 && blocks.at(-2)!.sum / blocks.at(-2)!.count > blocks.at(-1)!.sum / blocks.at(-1)!.count) {
      const { sum, count } = blocks.pop()!;
      blocks.at(-1)!.sum += sum;
      blocks.at(-1)!.count += count;
    }
  });
  const starts = blocks.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count));
  return layer.map((_, index) => starts[index]! + offsets[index]!);
}

const size = (cell: Cell) => (cell.id === null ? PASSAGE : 1);

const mean = (values: readonly number[]) => (values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length);
