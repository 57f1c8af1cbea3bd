import { TaskGraph } from 'kamachiq';
import type { GeneratedNode } from './task-graph-families.js';

/** What is measured of ours: builds a graph, which checks ids and dependencies, asks whether it has a cycle, and sorts it. */
export function buildAndSort(nodes: readonly GeneratedNode[]): readonly string[] {
  const graph = new TaskGraph(nodes);
  if (!graph.isAcyclic()) throw new Error('Expected no cycle.');
  return graph.topologicalSort();
}
