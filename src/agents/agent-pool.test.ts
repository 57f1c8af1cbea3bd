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

  it('starts nobody while more are busy than it has slots left, and more at once where it has more', () => {
    const pool = new AgentPool(2);
    for (const id of ['a', 'b', 'c', 'd']) pool.request(id, 1);
    expect([pool.next(), pool.next()]).toEqual(['a', 'b']);
    pool.setSlots(1);
    expect(pool.next()).toBeNull();
    pool.release('a');
    expect([pool.slots, pool.busy, pool.next()]).toEqual([1, 1, null]);
    pool.setSlots(3);
    expect([pool.next(), pool.next(), pool.next()]).toEqual(['c', 'd', null]);
  });

  it('shows who waits and since when, and forgets who withdrew', () => {
    const pool = new AgentPool(1);
    pool.request('a', 1, 100);
    pool.request('b', 5, 200);
    pool.request('c', 9, 300);
    pool.withdraw('c');
    pool.withdraw('unknown');
    expect(pool.waiting).toEqual([
      { id: 'a', urgency: 1, since: 100 },
      { id: 'b', urgency: 5, since: 200 },
    ]);
    expect(pool.next()).toBe('b');
    pool.withdraw('b');
    expect([pool.busy, pool.queued]).toEqual([1, 1]);
    pool.withdrawAll();
    expect([pool.waiting, pool.busy]).toEqual([[], 1]);
  });

  it('serves the least urgent in the end, though urgent ones keep coming', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.nat({ max: 3 }), (slots, before) => {
        const pool = new AgentPool(slots);
        for (let index = 0; index < before; index += 1) pool.request(`before-${index}`, 1);
        pool.request('patient', 0);
        const served: string[] = [];
        while (served.length < (before + 1) * 1_001) {
          pool.request(`urgent-${served.length}`, 1_000);
          const id = pool.next()!;
          pool.release(id);
          served.push(id);
        }
        expect(served).toContain('patient');
        // Until then, only the urgent were served: the order by urgency stands.
        expect(served.slice(0, 1_000).every((id) => id.startsWith('urgent'))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %s slots', (slots) => {
    const refusal = expect.objectContaining({ code: 'pool.invalid-slots' });
    expect(() => new AgentPool(slots)).toThrow(refusal);
    expect(() => new AgentPool(1).setSlots(slots)).toThrow(refusal);
  });
});
