import type { GraphNode } from '../task-node.js';

/**
 * Who waits for whom, as typed arrays over positions, the places of the nodes in the order given. The neighbours of position `p` stand in
 * `predecessors` from `predecessorStarts[p]` up to, not including, `predecessorStarts[p + 1]`; likewise for successors. Each neighbour once.
 */
export interface GraphIndex {
  readonly size: number;
  /** The first position of each id. */
  readonly positions: ReadonlyMap<string, number>;
  /** In the order in which the node names them. */
  readonly predecessors: Int32Array;
  readonly predecessorStarts: Int32Array;
  /** In the order given. */
  readonly successors: Int32Array;
  readonly successorStarts: Int32Array;
  /** Positions of nodes whose id stands at an earlier position too. */
  readonly duplicates: readonly number[];
  /** Dependencies on ids that no node has; they are no edges. */
  readonly unknown: readonly { readonly position: number; readonly dependency: string }[];
}

/** Indexes nodes, whatever is wrong with them. O(nodes + dependencies), one map of strings. */
export function indexGraph(nodes: readonly GraphNode[]): GraphIndex {
  const size = nodes.length;
  const positions = new Map<string, number>();
  const duplicates: number[] = [];
  let named = 0;
  for (let position = 0; position < size; position += 1) {
    const { id, dependencies } = nodes[position]!;
    named += dependencies.length;
    positions.set(id, position);
  }
  if (positions.size < size) enterFirstPositions(nodes, positions, duplicates);

  const unknown: { position: number; dependency: string }[] = [];
  const predecessors = new Int32Array(named);
  const predecessorStarts = new Int32Array(size + 1);
  const successorStarts = new Int32Array(size + 1);
  /** Who named a node last: naming it again makes no second edge. */
  const namedBy = new Int32Array(size).fill(-1);
  let edges = 0;
  for (let position = 0; position < size; position += 1) {
    for (const dependency of nodes[position]!.dependencies) {
      const found = positions.get(dependency);
      if (found === undefined) unknown.push({ position, dependency });
      else if (namedBy[found] !== position) {
        namedBy[found] = position;
        predecessors[edges] = found;
        edges += 1;
        successorStarts[found + 1]! += 1;
      }
    }
    predecessorStarts[position + 1] = edges;
  }
  return {
    size,
    positions,
    predecessors: predecessors.subarray(0, edges),
    predecessorStarts,
    successors: collectSuccessors(predecessors, predecessorStarts, successorStarts),
    successorStarts,
    duplicates,
    unknown,
  };
}

function enterFirstPositions(nodes: readonly GraphNode[], positions: Map<string, number>, duplicates: number[]): void {
  positions.clear();
  for (const [position, { id }] of nodes.entries()) {
    if (positions.has(id)) duplicates.push(position);
    else positions.set(id, position);
  }
}

/** @param successorStarts - Holds the number of successors of the position before; holds where they start afterwards. */
function collectSuccessors(predecessors: Int32Array, predecessorStarts: Int32Array, successorStarts: Int32Array): Int32Array {
  const size = successorStarts.length - 1;
  for (let position = 0; position < size; position += 1) successorStarts[position + 1]! += successorStarts[position]!;
  const successors = new Int32Array(predecessorStarts[size]!);
  const next = successorStarts.slice(0, size);
  for (let position = 0; position < size; position += 1) {
    for (let edge = predecessorStarts[position]!; edge < predecessorStarts[position + 1]!; edge += 1) {
      const predecessor = predecessors[edge]!;
      successors[next[predecessor]!] = position;
      next[predecessor]! += 1;
    }
  }
  return successors;
}
