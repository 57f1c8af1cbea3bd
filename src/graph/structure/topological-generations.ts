import { indexGraph } from './graph-index.js';
import { sortGraph } from './sort-graph.js';

/**
 * Splits a graph into generations, also one that may have cycles.
 *
 * @param dependencies - For each task, in order of insertion, the ids of what it waits for; ids that are no key are passed over.
 * @returns The generations, first to last, and what is left: the tasks on a cycle or behind one (empty for an acyclic graph).
 */
export function topologicalGenerations(dependencies: ReadonlyMap<string, readonly string[]>): {
  readonly generations: readonly (readonly string[])[];
  readonly unordered: readonly string[];
} {
  const ids = [...dependencies.keys()];
  const { order, generationStarts } = sortGraph(indexGraph(ids.map((id) => ({ id, dependencies: dependencies.get(id)! }))));
  const generations = Array.from({ length: generationStarts.length - 1 }, (_, generation) =>
    Array.from(order.subarray(generationStarts[generation]!, generationStarts[generation + 1]!), (position) => ids[position]!),
  );
  const ordered = new Set(order);
  return { generations, unordered: ids.filter((_, position) => !ordered.has(position)) };
}
