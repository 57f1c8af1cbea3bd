import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slotUsage } from './slot-usage.js';

const runs = fc.array(
  fc.tuple(fc.nat(100), fc.nat(50)).map(([start, length]) => ({ start, end: start + length })),
  { maxLength: 20 },
);

describe('slotUsage', () => {
  it('counts at every moment as many runs as go on then', () => {
    fc.assert(
      fc.property(runs, fc.nat(160), (all, moment) => {
        const step = slotUsage(all).find(({ from, to }) => from <= moment && moment < to);
        expect(step?.busy ?? 0).toBe(all.filter(({ start, end }) => start <= moment && moment < end).length);
      }),
    );
  });

  it('takes runs that follow each other for one slot', () => {
    expect(
      slotUsage([
        { start: 0, end: 5 },
        { start: 5, end: 9 },
      ]),
    ).toEqual([{ from: 0, to: 9, busy: 1 }]);
  });
});
