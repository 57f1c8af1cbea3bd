import { DirectedGraph } from 'graphology';
import dag from 'graphology-dag';
import { TaskGraph } from 'kamachiq';
import { describe, expect, it } from 'vitest';
import { FAMILIES, type Family, type GeneratedNode, generateTangledGraph, generateTaskGraph } from '../../bench/task-graph-families.js';

const ACYCLIC = (Object.keys(FAMILIES) as Family[]).flatMap((family) =>
  Array.from({ length: 60 }, (_, seed) => generateTaskGraph(family, 1 + ((7 * seed) % 60), seed)),
);
const TANGLED = Array.from({ length: 400 }, (_, seed) => generateTangledGraph(1 + (seed % 24), seed % 30, seed));

/** Last to first, so that the order given is not already one. */
const reversed = (nodes: readonly GeneratedNode[]) => nodes.toReversed();

function toGraphology(nodes: readonly GeneratedNode[]): DirectedGraph {
  const graph = new DirectedGraph();
  for (const { id } of nodes) graph.addNode(id);
  for (const { id, dependencies } of nodes) for (const dependency of dependencies) graph.addDirectedEdge(dependency, id);
  return graph;
}

describe('graphology-dag', () => {
  it('finds cycles exactly where we do', () => {
    const verdicts = [...ACYCLIC, ...TANGLED].map((nodes) => new TaskGraph(nodes).isAcyclic());
    expect(verdicts).toEqual([...ACYCLIC, ...TANGLED].map((nodes) => !dag.hasCycle(toGraphology(nodes))));
    expect(new Set(verdicts.slice(ACYCLIC.length)).size).toBe(2);
  });

  it('has the same generations', () => {
    for (const nodes of ACYCLIC.map(reversed)) {
      const theirs = dag.topologicalGenerations(toGraphology(nodes));
      const sorted = (generations: readonly (readonly string[])[]) => generations.map((ids) => ids.toSorted());
      expect(sorted(new TaskGraph(nodes).topologicalGenerations())).toEqual(sorted(theirs));
    }
  });

  it('sorts the same graphs, refuses the same ones, and goes from generation to generation as we do', () => {
    for (const nodes of [...ACYCLIC.map(reversed), ...TANGLED]) {
      const graph = new TaskGraph(nodes);
      const theirs = toGraphology(nodes);
      if (!graph.isAcyclic()) {
        expect(() => dag.topologicalSort(theirs)).toThrow('not acyclic');
        expect(() => graph.topologicalSort()).toThrow(expect.objectContaining({ code: 'graph.cycle' }));
        continue;
      }
      const generations = new Map(graph.topologicalGenerations().flatMap((ids, generation) => ids.map((id) => [id, generation])));
      const along = (order: readonly string[]) => order.map((id) => generations.get(id)!);
      expect(along(graph.topologicalSort())).toEqual(along(dag.topologicalSort(theirs)));
    }
  });

  it('foresees the same cycles', () => {
    let closing = 0;
    for (const nodes of ACYCLIC.filter(({ length }) => length <= 25)) {
      const graph = new TaskGraph(nodes);
      const theirs = toGraphology(nodes);
      for (const { id: from } of nodes) {
        for (const { id: to } of nodes) {
          const closes = graph.willCreateCycle(from, to);
          expect(closes).toBe(dag.willCreateCycle(theirs, from, to));
          closing += closes ? 1 : 0;
        }
      }
    }
    expect(closing).toBeGreaterThan(1_000);
  });
});
