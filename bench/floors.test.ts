import fc from 'fast-check';
import { GraphRun, TaskGraph } from 'kamachiq';
import { describe, expect, it } from 'vitest';
import { GRAPH_PEERS } from './graph-peers.js';
import { IncrementalFloor } from './incremental-floor.js';
import { sortOnTheFloor } from './structure-floor.js';
import { type GeneratedNode, generateRandomGraph, generateTangledGraph } from './task-graph-families.js';

const graphs = fc
  .record({ size: fc.integer({ min: 1, max: 60 }), dependencies: fc.nat({ max: 4 }), seed: fc.nat({ max: 10_000 }) })
  .map(({ size, dependencies, seed }) => generateRandomGraph(size, dependencies, seed));

const isSorted = (nodes: readonly GeneratedNode[], order: readonly string[]) => {
  const places = new Map(order.map((id, place) => [id, place]));
  return (
    order.length === nodes.length &&
    nodes.every(({ id, dependencies }) => dependencies.every((dependency) => places.get(dependency)! < places.get(id)!))
  );
};

describe.each([{ name: 'the floor', sort: sortOnTheFloor }, ...GRAPH_PEERS])('$name', ({ sort }) => {
  it('does the job that it is timed for', () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        expect(isSorted(nodes, sort(nodes))).toBe(true);
        expect(isSorted(nodes.toReversed(), sort(nodes.toReversed()))).toBe(true);
      }),
    );
  });
});

describe('sortOnTheFloor', () => {
  it('refuses what a task graph refuses', () => {
    expect(() => sortOnTheFloor([{ id: 'a', dependencies: ['b'] }])).toThrow('known');
    expect(() =>
      sortOnTheFloor([
        { id: 'a', dependencies: [] },
        { id: 'a', dependencies: [] },
      ]),
    ).toThrow('unique');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat({ max: 20 }), fc.nat({ max: 10_000 }), (size, edges, seed) => {
        const nodes = generateTangledGraph(size, edges, seed);
        if (new TaskGraph(nodes).isAcyclic()) expect(isSorted(nodes, sortOnTheFloor(nodes))).toBe(true);
        else expect(() => sortOnTheFloor(nodes)).toThrow('cycle');
      }),
    );
  });
});

describe('IncrementalFloor', () => {
  it('answers at every step what a run answers', () => {
    fc.assert(
      fc.property(graphs, fc.infiniteStream(fc.nat()), (nodes, choices) => {
        const durationOf = ({ id }: GeneratedNode) => 1 + (Number(id.slice('task-'.length)) % 3);
        const floor = new IncrementalFloor(nodes, durationOf);
        const run = new GraphRun({ nodes }, { durationOf });
        const ready = [...run.ready()];
        expect(floor.ready()).toEqual(ready);
        while (ready.length > 0) {
          const [id] = ready.splice(choices.next().value! % ready.length, 1);
          run.started(id!);
          const next = run.succeeded(id!);
          expect(floor.finish(id!)).toEqual(next);
          ready.push(...next);
        }
        expect(run.settled).toBe(true);
      }),
    );
  });
});
