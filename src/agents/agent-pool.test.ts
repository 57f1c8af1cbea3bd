import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentPool } from './agent-pool.js';

describe('AgentPool', () => {
  it('never gives more slots than it has, most urgent first, equals in the order they asked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat({ max: 5 }), { maxLength: 60 }), (slots, urgencies) => {
        const pool = new AgentPool(slots);
        for (const [index, urgency] of urgencies.entries()) pool.request(`${index}`, urgency);
        const served: string[] = [];
        const busy: string[] = [];
        while (served.length < urgencies.length) {
          for (let id = pool.next(); id !== null; id = pool.next()) {
            served.push(id);
            busy.push(id);
          }
          expect(pool.busy).toBe(busy.length);
          expect(busy.length).toBeLessThanOrEqual(slots);
          pool.release(busy.shift()!);
        }
        const expected = urgencies.map((urgency, index) => ({ urgency, index })).sort((a, b) => b.urgency - a.urgency || a.index - b.index);
        expect(served).toEqual(expected.map(({ index }) => `${index}`));
        expect(pool.queued).toBe(0);
      }),
    );
  });

  it('gives a slot back once, however often it is released', () => {
    const pool = new AgentPool(1);
    pool.request('a', 1);
    pool.request('b', 1);
    pool.request('c', 1);
    expect(pool.next()).toBe('a');
    expect(pool.next()).toBeNull();
    pool.release('a');
    pool.release('a');
    expect(pool.next()).toBe('b');
    expect(pool.next()).toBeNull();
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %s slots', (slots) => {
    expect(() => new AgentPool(slots)).toThrow(expect.objectContaining({ code: 'pool.invalid-slots' }));
  });
});
