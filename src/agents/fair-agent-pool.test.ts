import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairAgentPool } from './fair-agent-pool.js';

const weights = fc.constantFrom(0.5, 1, 2, 3, 10);

/** Gives so many turns, each slot coming back at once; answers the groups that had them. */
function serve(pool: FairAgentPool, turns: number): readonly string[] {
  return Array.from({ length: turns }, () => {
    const id = pool.next()!;
    pool.release(id);
    return id.split('/')[0]!;
  });
}

const ask = (pool: FairAgentPool, group: string, count: number, weight = 1) => {
  for (let index = 0; index < count; index += 1) pool.request({ id: `${group}/${index}`, group, weight, urgency: index });
};

describe('FairAgentPool', () => {
  it('gives two groups that wait all the time turns by their weights, to within one turn of each', () => {
    fc.assert(
      fc.property(fc.array(weights, { minLength: 2, maxLength: 6 }), fc.nat({ max: 40 }), fc.integer({ min: 1, max: 60 }), (given, from, length) => {
        const pool = new FairAgentPool(1);
        for (const [index, weight] of given.entries()) ask(pool, `g${index}`, 100, weight);
        const served = serve(pool, from + length).slice(from);
        const shares = given.map((weight, index) => served.filter((group) => group === `g${index}`).length / weight);
        for (const [one, share] of shares.entries()) {
          for (const [other, otherShare] of shares.entries()) {
            expect(Math.abs(share - otherShare)).toBeLessThanOrEqual(1 / given[one]! + 1 / given[other]! + 1e-9);
          }
        }
      }),
    );
  });

  it('keeps to its slots, serves everybody once, and inside a group the most urgent first', () => {
    const requests = fc.array(fc.record({ group: fc.nat({ max: 4 }), urgency: fc.nat({ max: 5 }), weight: weights }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), requests, (slots, given) => {
        const pool = new FairAgentPool(slots);
        for (const [index, { group, urgency, weight }] of given.entries()) pool.request({ id: `${index}`, group: `${group}`, urgency, weight });
        const served: number[] = [];
        for (let ended = 0; served.length < given.length; ended += 1) {
          for (let id = pool.next(); id !== null; id = pool.next()) served.push(Number(id));
          expect(pool.busy).toBe(served.length - ended);
          expect(pool.busy).toBeLessThanOrEqual(slots);
          pool.release(`${served[ended]}`);
        }
        expect(pool.queued).toBe(0);
        for (const group of new Set(given.map((each) => each.group))) {
          const ofGroup = served.filter((index) => given[index]!.group === group);
          expect(ofGroup).toEqual([...ofGroup].sort((a, b) => given[b]!.urgency - given[a]!.urgency || a - b));
        }
      }),
    );
  });

  it('gives a group its turn within as many as there are groups of its weight, whatever the others ask for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat({ max: 200 }), (groups, before) => {
        const pool = new FairAgentPool(1);
        for (let index = 0; index < groups; index += 1) ask(pool, `busy${index}`, before + 50);
        serve(pool, before);
        pool.request({ id: 'late/0', group: 'late', urgency: -1 });
        expect(serve(pool, 2 * groups + 1)).toContain('late');
      }),
    );
  });

  it('gives nobody turns for the time in which it did not wait', () => {
    const pool = new FairAgentPool(1);
    ask(pool, 'steady', 200);
    serve(pool, 100);
    ask(pool, 'newcomer', 50);
    expect(serve(pool, 20).filter((group) => group === 'newcomer')).toHaveLength(10);
  });

  it('goes on from its snapshot, which is plain JSON, as if nothing had been', () => {
    const requests = fc.array(fc.record({ group: fc.nat({ max: 4 }), urgency: fc.nat({ max: 3 }), weight: weights }), { maxLength: 60 });
    fc.assert(
      fc.property(requests, fc.nat({ max: 60 }), fc.integer({ min: 1, max: 4 }), (given, turns, slots) => {
        const pool = new FairAgentPool(slots);
        for (const [index, { group, urgency, weight }] of given.entries())
          pool.request({ id: `${index}`, group: `${group}`, urgency, weight, since: index });
        for (let turn = 0; turn < turns; turn += 1) {
          const id = pool.next();
          if (id !== null && turn % 3 > 0) pool.release(id);
        }
        const snapshot = pool.toSnapshot();
        const copy = FairAgentPool.fromSnapshot(JSON.parse(JSON.stringify(snapshot)));
        expect(copy.toSnapshot()).toEqual(snapshot);
        for (const id of snapshot.holders) for (const each of [pool, copy]) each.release(id);
        for (let id = pool.next(); id !== null; id = pool.next()) {
          expect(copy.next()).toBe(id);
          for (const each of [pool, copy]) each.release(id);
        }
        expect(copy.next()).toBeNull();
      }),
    );
  });

  it('takes the same request once, and forgets who withdrew', () => {
    const pool = new FairAgentPool(2);
    for (const id of ['a', 'b', 'c']) pool.request({ id, group: 'g', urgency: 0, since: 7 });
    expect(pool.next()).toBe('a');
    for (const id of ['a', 'b']) pool.request({ id, group: 'h', urgency: 9 });
    pool.withdraw('b');
    pool.withdraw('b');
    expect(pool.waiting).toEqual([{ id: 'c', group: 'g', urgency: 0, since: 7 }]);
    expect(pool.next()).toBe('c');
    pool.release('c');
    expect(pool.next()).toBeNull();
    expect([pool.busy, pool.queued, pool.holds('a'), pool.holds('c')]).toEqual([1, 0, true, false]);
  });

  it('remembers no more than a thousand groups that are gone', () => {
    const pool = new FairAgentPool(1);
    for (let index = 0; index < 1_500; index += 1) {
      ask(pool, `g${index}`, 1);
      serve(pool, 1);
    }
    expect(pool.toSnapshot().idle).toHaveLength(1_000);
  });

  it('remembers no more of groups that are gone than 230 kB, whatever they are called, and no more from a snapshot', () => {
    const nameOf = (index: number) => `${index}${'長'.repeat(1_000)}`;
    const pool = new FairAgentPool(1);
    for (let index = 0; index < 1_000; index += 1) {
      ask(pool, nameOf(index), 1);
      serve(pool, 1);
    }
    const { idle } = pool.toSnapshot();
    expect(Buffer.byteLength(JSON.stringify(idle))).toBeLessThan(230_000);
    // The latest ones: who comes back finds the turns that it had in advance.
    expect(idle.at(-1)).toEqual([nameOf(999), 1]);
    const grown = { ...pool.toSnapshot(), idle: Array.from({ length: 900 }, (_, index) => [nameOf(index), index] as const) };
    expect(FairAgentPool.fromSnapshot(grown).toSnapshot().idle).toEqual(grown.idle.slice(-idle.length));
    ask(pool, 'x'.repeat(1_000_000), 1);
    serve(pool, 1);
    expect(pool.toSnapshot().idle).toEqual([]);
  });

  it.each([0, -1, Number.NaN, 1_001])('refuses a weight of %s', (weight) => {
    const pool = new FairAgentPool(1);
    expect(() => pool.request({ id: 'a', group: 'g', urgency: 0, weight })).toThrow(expect.objectContaining({ code: 'pool.invalid-weight' }));
    expect(pool.queued).toBe(0);
  });
});
