import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyNodes } from '../fixtures/any-graph.js';
import { distancesOf } from '../fixtures/path-oracle.js';
import { TaskGraph } from '../task-graph.js';
import type { GraphNode } from '../task-node.js';

/** What `findCycles` has to be like, by distances between all pairs. */
function expectShortestCycles(nodes: readonly GraphNode[]): void {
  const distances = distancesOf(nodes);
  const positions = new Map(nodes.map(({ id }, position) => [id, position]));
  const onCycle = [...nodes.keys()].filter((position) => distances[position]![position]! < Infinity);
  const componentOf = (position: number) =>
    onCycle.filter((other) => distances[position]![other]! < Infinity && distances[other]![position]! < Infinity);
  const components = onCycle.map(componentOf).filter((component, index) => component[0] === onCycle[index]);

  const cycles = new TaskGraph(nodes).findCycles().map((cycle) => cycle.map((id) => positions.get(id)!));
  // One for each component, in the order of their first nodes.
  expect(cycles.map(([first]) => componentOf(first!))).toEqual(components);
  for (const [index, cycle] of cycles.entries()) {
    const inner = cycle.slice(0, -1);
    expect(cycle.at(-1)).toBe(cycle[0]);
    expect(new Set(inner).size).toBe(inner.length);
    expect(Math.min(...inner)).toBe(cycle[0]);
    for (const [step, position] of inner.entries()) expect(nodes[cycle[step + 1]!]!.dependencies).toContain(nodes[position]!.id);
    expect(inner.length).toBe(Math.min(...components[index]!.map((position) => distances[position]![position]!)));
  }
}

/** Larger graphs in which cycles are long and have little to do with each other. */
const sparseNodes = fc.array(fc.array(fc.nat(), { maxLength: 2 }), { minLength: 1, maxLength: 40, size: 'max' }).map((rows) =>
  rows.map((needs, position) => ({
    id: `t${position}`,
    dependencies: needs.slice(position % 3 === 0 ? 0 : 1).map((need) => `t${need % rows.length}`),
  })),
);

describe('findCycles', () => {
  it('finds a shortest cycle of every tangle, and nothing else', () => {
    fc.assert(fc.property(anyNodes('any'), expectShortestCycles), { numRuns: 300 });
    fc.assert(fc.property(sparseNodes, expectShortestCycles), { numRuns: 300 });
    fc.assert(
      fc.property(anyNodes('acyclic'), (nodes) => {
        expect(new TaskGraph(nodes).findCycles()).toEqual([]);
      }),
    );
  });

  it('answers the same every time', () => {
    fc.assert(
      fc.property(anyNodes('any'), (nodes) => {
        expect(new TaskGraph(nodes).findCycles()).toEqual(new TaskGraph(nodes).findCycles());
      }),
    );
  });

  it('finds a ring of 200,000, and a short cut through it', () => {
    const size = 200_000;
    const ring = Array.from({ length: size }, (_, position) => ({ id: `t${position}`, dependencies: [`t${(position + size - 1) % size}`] }));
    const [cycle, ...others] = new TaskGraph(ring).findCycles();
    expect(others).toEqual([]);
    expect(cycle).toHaveLength(size + 1);
    const withShortCut = ring.map((node) => (node.id === 't7' ? { ...node, dependencies: [...node.dependencies, 't9'] } : node));
    expect(new TaskGraph(withShortCut).findCycles()).toEqual([['t7', 't8', 't9', 't7']]);
  });
});
