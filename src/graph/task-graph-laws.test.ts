import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyNodes, HOSTILE_IDS } from './fixtures/any-graph.js';
import { distancesOf } from './fixtures/path-oracle.js';
import { TaskGraph } from './task-graph.js';
import type { GraphNode } from './task-node.js';

const refusal = (code: string) => expect.objectContaining({ code });
const idsWhere = (nodes: readonly GraphNode[], holds: (position: number) => boolean) =>
  nodes.filter((_, position) => holds(position)).map(({ id }) => id);

describe('TaskGraph, whatever its shape', () => {
  it('knows what each node waits for and what waits for it', () => {
    fc.assert(
      fc.property(anyNodes('any'), (nodes) => {
        const graph = new TaskGraph(nodes);
        expect(graph.size).toBe(nodes.length);
        for (const { id, dependencies } of nodes) {
          expect(graph.predecessors(id)).toEqual([...new Set(dependencies)]);
          expect(graph.successors(id)).toEqual(nodes.filter((other) => other.dependencies.includes(id)).map((other) => other.id));
        }
        expect(graph.sources()).toEqual(nodes.filter(({ dependencies }) => dependencies.length === 0).map(({ id }) => id));
        expect(graph.sinks()).toEqual(nodes.filter(({ id }) => !nodes.some(({ dependencies }) => dependencies.includes(id))).map(({ id }) => id));
      }),
    );
  });

  it('reaches exactly what there is a path to, nearest first', () => {
    fc.assert(
      fc.property(anyNodes('any'), (nodes) => {
        const graph = new TaskGraph(nodes);
        const distances = distancesOf(nodes);
        const positions = new Map(nodes.map(({ id }, position) => [id, position]));
        for (const [position, { id }] of nodes.entries()) {
          const descendants = graph.descendants(id);
          const ancestors = graph.ancestors(id);
          expect(new Set(descendants)).toEqual(new Set(idsWhere(nodes, (other) => distances[position]![other]! < Infinity)));
          expect(new Set(ancestors)).toEqual(new Set(idsWhere(nodes, (other) => distances[other]![position]! < Infinity)));
          expect(new Set(descendants).size).toBe(descendants.length);
          expect(new Set(ancestors).size).toBe(ancestors.length);
          const far = descendants.map((other) => distances[position]![positions.get(other)!]!);
          expect(far).toEqual(far.toSorted((a, b) => a - b));
          const near = ancestors.map((other) => distances[positions.get(other)!]![position]!);
          expect(near).toEqual(near.toSorted((a, b) => a - b));
        }
      }),
    );
  });

  it('is acyclic exactly where no node waits for itself, and refuses to order what is not', () => {
    fc.assert(
      fc.property(anyNodes('any'), (nodes) => {
        const graph = new TaskGraph(nodes);
        const acyclic = distancesOf(nodes).every((row, position) => row[position] === Infinity);
        expect(graph.isAcyclic()).toBe(acyclic);
        const ordering = [
          () => graph.topologicalSort(),
          () => graph.topologicalGenerations(),
          () => graph.remainingPaths(() => 1),
          () => graph.criticalPath(() => 1),
          () => graph.slack(() => 1),
          () => graph.transitiveReduction(),
        ];
        for (const order of ordering) {
          if (acyclic) expect(order).not.toThrow();
          else expect(order).toThrow(refusal('graph.cycle'));
        }
      }),
    );
  });

  it('foresees that an edge closes a cycle', () => {
    fc.assert(
      fc.property(anyNodes('any', 8), (nodes) => {
        const graph = new TaskGraph(nodes);
        for (const { id: dependency } of nodes) {
          for (const { id: dependent } of nodes) {
            const more = new TaskGraph(
              nodes.map((node) => (node.id === dependent ? { ...node, dependencies: [...node.dependencies, dependency] } : node)),
            );
            const closes = dependency === dependent || more.descendants(dependent).includes(dependency);
            expect(graph.willCreateCycle(dependency, dependent)).toBe(closes);
            if (graph.isAcyclic()) expect(more.isAcyclic()).toBe(!closes);
          }
        }
      }),
    );
  });

  it('keeps the nodes it was given, and finds each by its id', () => {
    fc.assert(
      fc.property(anyNodes('any'), fc.string(), (nodes, id) => {
        const graph = new TaskGraph(nodes);
        expect(graph.nodes).toEqual(nodes);
        for (const node of nodes) expect(graph.node(node.id)).toBe(node);
        const known = nodes.some((node) => node.id === id);
        expect(graph.has(id)).toBe(known);
        if (!known)
          for (const ask of ['node', 'predecessors', 'successors', 'ancestors', 'descendants'] as const) {
            expect(() => graph[ask](id)).toThrow(refusal('graph.unknown-task'));
          }
      }),
    );
  });
});

describe('TaskGraph, acyclic', () => {
  it('sorts by how deep a node stands, then as given', () => {
    fc.assert(
      fc.property(anyNodes('acyclic'), (nodes) => {
        const graph = new TaskGraph(nodes);
        const depths = new Map<string, number>();
        // As often as there are nodes: by then every depth has settled.
        for (const _ of nodes) {
          for (const { id, dependencies } of nodes)
            depths.set(id, Math.max(0, ...dependencies.map((dependency) => 1 + (depths.get(dependency) ?? 0))));
        }
        const deepest = Math.max(-1, ...depths.values());
        const generations = Array.from({ length: deepest + 1 }, (_, depth) => nodes.filter(({ id }) => depths.get(id) === depth).map(({ id }) => id));
        expect(graph.topologicalGenerations()).toEqual(generations);
        expect(graph.topologicalSort()).toEqual(generations.flat());
      }),
    );
  });

  it('is reduced to the least that keeps what waits for what', () => {
    fc.assert(
      fc.property(anyNodes('acyclic'), (nodes) => {
        const reduced = new TaskGraph(nodes).transitiveReduction().nodes;
        const reachable = (all: readonly GraphNode[]) => distancesOf(all).map((row) => row.map((distance) => distance < Infinity));
        const before = reachable(nodes);
        expect(reachable(reduced)).toEqual(before);
        for (const [position, node] of reduced.entries()) {
          const { id, dependencies } = nodes[position]!;
          expect(node.id).toBe(id);
          // In the order in which they stood, and none that wasn't there.
          expect(node.dependencies).toEqual([...new Set(dependencies)].filter((dependency) => node.dependencies.includes(dependency)));
          for (const dropped of node.dependencies) {
            const fewer = reduced.map((each) =>
              each === node ? { ...each, dependencies: each.dependencies.filter((dependency) => dependency !== dropped) } : each,
            );
            expect(reachable(fewer)).not.toEqual(before);
          }
        }
      }),
    );
  });
});

describe('TaskGraph with ids that models write', () => {
  const chain = HOSTILE_IDS.map((id, position) => ({ id, dependencies: position === 0 ? [] : [HOSTILE_IDS[position - 1]!] }));

  it('neither reorders nor mixes up nor pollutes', () => {
    const graph = new TaskGraph(chain);
    expect(graph.topologicalSort()).toEqual(HOSTILE_IDS);
    expect(graph.topologicalGenerations()).toEqual(HOSTILE_IDS.map((id) => [id]));
    expect(graph.criticalPath(() => 1)).toEqual(HOSTILE_IDS);
    expect([...graph.slack(() => 1)]).toEqual(HOSTILE_IDS.map((id) => [id, 0]));
    expect([...graph.remainingPaths(() => 1).keys()]).toEqual(HOSTILE_IDS);
    expect(graph.transitiveReduction().nodes).toEqual(chain);
    expect(new TaskGraph([{ id: HOSTILE_IDS[0]!, dependencies: [HOSTILE_IDS.at(-1)!] }, ...chain.slice(1)]).findCycles()).toEqual([
      [...HOSTILE_IDS, HOSTILE_IDS[0]!],
    ]);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect('dependencies' in {}).toBe(false);
  });

  it.each(HOSTILE_IDS)('takes none of them for known where it is not: %.20j', (id) => {
    const others = new TaskGraph(chain.filter((node) => node.id !== id).map((node) => ({ ...node, dependencies: [] })));
    expect(others.has(id)).toBe(false);
    expect(() => others.successors(id)).toThrow(refusal('graph.unknown-task'));
    expect(() => new TaskGraph([{ id: 'a', dependencies: [id] }])).toThrow(refusal('graph.unknown-dependency'));
    expect(() => new TaskGraph([...chain, { id, dependencies: [] }])).toThrow(refusal('graph.duplicate-id'));
  });
});
