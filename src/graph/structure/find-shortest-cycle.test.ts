import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findShortestCycle } from './find-shortest-cycle.js';
import { topologicalGenerations } from './topological-generations.js';

const anyGraph = fc
  .array(fc.array(fc.nat({ max: 11 }), { maxLength: 3 }), { minLength: 1, maxLength: 12 })
  .map((rows) => new Map(rows.map((row, index) => [`t${index}`, [...new Set(row.filter((n) => n < rows.length))].map((n) => `t${n}`)])));

describe('findShortestCycle', () => {
  it('finds a cycle exactly where there is one, and it really is one', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const cycle = findShortestCycle(graph);
        expect(cycle === null).toBe(topologicalGenerations(graph).unordered.length === 0);
        if (cycle === null) return;
        expect(cycle[0]).toBe(cycle.at(-1));
        expect(new Set(cycle).size).toBe(cycle.length - 1);
        for (const [index, id] of cycle.slice(1).entries()) expect(graph.get(id)).toContain(cycle[index]);
      }),
    );
  });

  it('finds a shortest one', () => {
    const graph = new Map([
      ['a', ['c']],
      ['b', ['a']],
      ['c', ['b']],
      ['x', ['y', 'a']],
      ['y', ['x']],
    ]);
    expect(findShortestCycle(graph)).toHaveLength(3);
  });

  it('passes over ids that are no task', () => {
    expect(findShortestCycle(new Map([['a', ['nobody']]]))).toBeNull();
  });
});
