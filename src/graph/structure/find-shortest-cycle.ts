import { findCycles } from './find-cycles.js';
import { indexGraph } from './graph-index.js';

/**
 * Finds a shortest cycle of a directed graph, or null for an acyclic one.
 *
 * @param dependencies - For each task the ids it waits for; ids that are no key are passed over.
 * @returns The ids along the cycle in the direction of execution, the first repeated at the end.
 */
export function findShortestCycle(dependencies: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const ids = [...dependencies.keys()];
  const cycles = findCycles(indexGraph(ids.map((id) => ({ id, dependencies: dependencies.get(id)! }))));
  const [first, ...others] = cycles;
  if (first === undefined) return null;
  const shortest = others.reduce((best, cycle) => (cycle.length < best.length ? cycle : best), first);
  return shortest.map((position) => ids[position]!);
}
