import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOutTaskGraph } from './task-graph-layout.js';

/** Acyclic by construction: a task depends only on tasks inserted before it. */
const acyclicGraph = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 25 })
  .map(
    (rows) =>
      new Map(
        rows.map((row, index) => [`t${index}`, [...new Set(row.map((n) => n % Math.max(index, 1)))].filter((n) => n < index).map((n) => `t${n}`)]),
      ),
  );

describe('layOutTaskGraph', () => {
  it('places every task once, right of what it depends on, and no two on top of each other', () => {
    fc.assert(
      fc.property(acyclicGraph, (graph) => {
        const { tasks, edges, rows } = layOutTaskGraph(graph);
        const places = new Map(tasks.map((task) => [task.id, task]));
        expect([...places.keys()].sort()).toEqual([...graph.keys()].sort());
        for (const [id, needed] of graph) for (const other of needed) expect(places.get(other)!.layer).toBeLessThan(places.get(id)!.layer);
        for (const a of tasks) {
          expect(a.row).toBeGreaterThanOrEqual(0);
          expect(a.row).toBeLessThanOrEqual(rows);
          for (const b of tasks) if (a !== b && a.layer === b.layer) expect(Math.abs(a.row - b.row)).toBeGreaterThan(0.999);
        }
        expect(edges.length).toBe([...graph.values()].flat().length);
        for (const edge of edges) {
          expect(edge.rows.length).toBe(places.get(edge.to)!.layer - edge.firstLayer + 1);
          expect(edge.rows[0]).toBe(places.get(edge.from)!.row);
          expect(edge.rows.at(-1)).toBe(places.get(edge.to)!.row);
        }
      }),
    );
  });

  it('is the same for equal graphs', () => {
    fc.assert(
      fc.property(acyclicGraph, (graph) => {
        expect(layOutTaskGraph(graph)).toEqual(layOutTaskGraph(new Map(graph)));
      }),
    );
  });

  it('untangles what can be drawn without crossings', () => {
    const graph = new Map([
      ['a', []],
      ['b', []],
      ['c', []],
      ['x', ['c']],
      ['y', ['b']],
      ['z', ['a']],
    ]);
    const row = new Map(layOutTaskGraph(graph).tasks.map((task) => [task.id, task.row]));
    expect(row.get('x')).toBeCloseTo(row.get('c')!);
    expect(row.get('y')).toBeCloseTo(row.get('b')!);
    expect(row.get('z')).toBeCloseTo(row.get('a')!);
  });

  it('puts tasks on a cycle into a last layer, and leaves out what is unknown', () => {
    const { tasks, edges, layers } = layOutTaskGraph(
      new Map([
        ['free', ['nobody', '__proto__']],
        ['x', ['y', 'free']],
        ['y', ['x']],
      ]),
    );
    expect(layers).toBe(2);
    expect(tasks.map(({ id, layer }) => [id, layer])).toEqual([
      ['free', 0],
      ['x', 1],
      ['y', 1],
    ]);
    expect(edges.map(({ from, to }) => [from, to])).toEqual([['free', 'x']]);
  });

  it('lays out nothing for nothing', () => {
    expect(layOutTaskGraph(new Map())).toEqual({ tasks: [], edges: [], layers: 0, rows: 0 });
  });
});
