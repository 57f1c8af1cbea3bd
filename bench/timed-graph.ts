import type { TimedGraph } from './list-schedule.js';
import type { GeneratedNode } from './task-graph-families.js';

/** Puts nodes and their times, one for each node, into typed arrays. */
export function timedGraph(nodes: readonly GeneratedNode[], durations: readonly number[]): TimedGraph {
  const positions = new Map(nodes.map(({ id }, position) => [id, position]));
  const dependents: number[][] = nodes.map(() => []);
  for (const [position, { dependencies }] of nodes.entries()) for (const id of dependencies) dependents[positions.get(id)!]!.push(position);
  const dependentStarts = new Int32Array(nodes.length + 1);
  for (const [position, each] of dependents.entries()) dependentStarts[position + 1] = dependentStarts[position]! + each.length;
  return {
    durations: Float64Array.from(durations),
    needed: Int32Array.from(nodes, ({ dependencies }) => dependencies.length),
    dependents: Int32Array.from(dependents.flat()),
    dependentStarts,
  };
}
