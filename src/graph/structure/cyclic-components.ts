import type { GraphIndex } from './graph-index.js';

/** Nodes that all wait for each other. */
export interface CyclicComponent {
  readonly number: number;
  /** Positions, in the order given. */
  readonly members: readonly number[];
  /** The component of each position. */
  readonly componentOf: Int32Array;
}

/** The strongly connected components that have a cycle, in the order of their first positions (Tarjan 1972), without recursion. */
export function findCyclicComponents({ size, successors, successorStarts }: GraphIndex): readonly CyclicComponent[] {
  const entered = new Int32Array(size).fill(-1);
  const lowest = new Int32Array(size);
  const componentOf = new Int32Array(size).fill(-1);
  const nextEdge = successorStarts.slice(0, size);
  const open: number[] = [];
  const path: number[] = [];
  let clock = 0;
  let components = 0;
  const enter = (position: number) => {
    entered[position] = clock;
    lowest[position] = clock;
    clock += 1;
    open.push(position);
    path.push(position);
  };
  for (let root = 0; root < size; root += 1) {
    if (entered[root] !== -1) continue;
    enter(root);
    while (path.length > 0) {
      const position = path.at(-1)!;
      if (nextEdge[position]! < successorStarts[position + 1]!) {
        const successor = successors[nextEdge[position]!]!;
        nextEdge[position]! += 1;
        if (entered[successor] === -1) enter(successor);
        else if (componentOf[successor] === -1) lowest[position] = Math.min(lowest[position]!, entered[successor]!);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) lowest[parent] = Math.min(lowest[parent]!, lowest[position]!);
      if (lowest[position] !== entered[position]) continue;
      for (let member = open.pop()!; ; member = open.pop()!) {
        componentOf[member] = components;
        if (member === position) break;
      }
      components += 1;
    }
  }

  const members: number[][] = Array.from({ length: components }, () => []);
  for (let position = 0; position < size; position += 1) members[componentOf[position]!]!.push(position);
  const isCyclic = (list: readonly number[]) => {
    const [first] = list as [number];
    return list.length > 1 || successors.subarray(successorStarts[first]!, successorStarts[first + 1]!).includes(first);
  };
  return members
    .map((list, number) => ({ number, members: list, componentOf }))
    .filter((component) => isCyclic(component.members))
    .sort((a, b) => a.members[0]! - b.members[0]!);
}
