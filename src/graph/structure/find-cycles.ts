import { type CyclicComponent, findCyclicComponents } from './cyclic-components.js';
import type { GraphIndex } from './graph-index.js';

/**
 * A shortest cycle of each strongly connected component that has one, as positions in the direction of execution from the one given first,
 * which is repeated at the end. Components in the order of their first positions.
 *
 * A breadth-first search from every target of a back edge, since every cycle has such a target in it: O(edges × targets) in a component,
 * where targets are few unless it is very tangled.
 */
export function findCycles(index: GraphIndex): readonly (readonly number[])[] {
  const components = findCyclicComponents(index);
  const search = { ...index, reachedFrom: new Int32Array(index.size), seenBy: new Int32Array(index.size).fill(-1) };
  return components.map((component) => shortestCycle(component, search));
}

interface Search extends GraphIndex {
  readonly reachedFrom: Int32Array;
  /** The start of the last search that came here. */
  readonly seenBy: Int32Array;
}

function shortestCycle({ members, componentOf, number }: CyclicComponent, search: Search): readonly number[] {
  const selfDependent = members.find((position) => dependsOnItself(position, search));
  if (selfDependent !== undefined) return [selfDependent, selfDependent];
  let shortest: readonly number[] | null = null;
  for (const start of backEdgeTargets(members, componentOf, number, search)) {
    const cycle = shortestThrough(
      start,
      (position) => componentOf[position] === number,
      search,
      shortest === null ? members.length : shortest.length - 2,
    );
    if (cycle !== null) shortest = cycle;
    // Every cycle through it is known to be no shorter: later searches need not pass here.
    componentOf[start] = -1;
  }
  return fromFirst(shortest!);
}

function dependsOnItself(position: number, { successors, successorStarts }: Search): boolean {
  for (let edge = successorStarts[position]!; edge < successorStarts[position + 1]!; edge += 1) if (successors[edge] === position) return true;
  return false;
}

/** Where the back edges of a depth-first search of a component lead, in the order given. */
function backEdgeTargets(
  members: readonly number[],
  componentOf: Int32Array,
  number: number,
  { successors, successorStarts }: Search,
): readonly number[] {
  const targets = new Set<number>();
  const open = new Set<number>();
  const done = new Set<number>();
  const stack = [members[0]!];
  const edges = [successorStarts[members[0]!]!];
  open.add(members[0]!);
  while (stack.length > 0) {
    const position = stack.at(-1)!;
    const edge = edges.at(-1)!;
    if (edge === successorStarts[position + 1]!) {
      stack.pop();
      edges.pop();
      open.delete(position);
      done.add(position);
      continue;
    }
    edges[edges.length - 1] = edge + 1;
    const successor = successors[edge]!;
    if (open.has(successor)) targets.add(successor);
    else if (componentOf[successor] === number && !done.has(successor)) {
      open.add(successor);
      stack.push(successor);
      edges.push(successorStarts[successor]!);
    }
  }
  return [...targets].sort((a, b) => a - b);
}

/** @param most - Edges that the cycle may have at most. */
function shortestThrough(start: number, isWithin: (position: number) => boolean, search: Search, most: number): readonly number[] | null {
  const { successors, successorStarts, reachedFrom, seenBy } = search;
  let frontier = [start];
  for (let length = 1; frontier.length > 0 && length <= most; length += 1) {
    const next: number[] = [];
    for (const position of frontier) {
      for (let edge = successorStarts[position]!; edge < successorStarts[position + 1]!; edge += 1) {
        const successor = successors[edge]!;
        if (successor === start) {
          const cycle = [start];
          for (let step = position; step !== start; step = reachedFrom[step]!) cycle.push(step);
          return [...cycle, start].reverse();
        }
        if (seenBy[successor] === start || !isWithin(successor)) continue;
        seenBy[successor] = start;
        reachedFrom[successor] = position;
        next.push(successor);
      }
    }
    frontier = next;
  }
  return null;
}

function fromFirst(cycle: readonly number[]): readonly number[] {
  const open = cycle.slice(0, -1);
  const first = open.reduce((best, position, place) => (position < open[best]! ? place : best), 0);
  return [...open.slice(first), ...open.slice(0, first), open[first]!];
}
