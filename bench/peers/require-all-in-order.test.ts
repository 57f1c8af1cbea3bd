import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateTaskGraph } from '../task-graph-families.js';
import { requireAllInOrder } from './require-all-in-order.js';

const graph = fc.record({ size: fc.integer({ min: 1, max: 40 }), seed: fc.nat() }).map(({ size, seed }) => generateTaskGraph('layered', size, seed));

describe('requireAllInOrder', () => {
  it('takes an order in which no task comes before one that it waits for, and no other', () => {
    fc.assert(
      fc.property(graph, fc.nat(), (tasks, seed) => {
        const ids = tasks.map(({ id }) => id);
        expect(() => requireAllInOrder(tasks, ids)).not.toThrow();
        const dependent = tasks.find(({ dependencies }) => dependencies.length > 0);
        if (dependent !== undefined)
          expect(() => requireAllInOrder(tasks, [dependent.id, ...ids.filter((id) => id !== dependent.id)])).toThrow('was carried out before');
        const place = seed % ids.length;
        expect(() => requireAllInOrder(tasks, ids.toSpliced(place, 1))).toThrow();
        expect(() => requireAllInOrder(tasks, ids.toSpliced(place, 0, ids[place]!))).toThrow();
      }),
    );
  });
});
