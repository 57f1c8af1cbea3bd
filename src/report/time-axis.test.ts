import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeAxisTicks } from './time-axis.js';

describe('timeAxisTicks', () => {
  it('divides any span from 0 in even steps, no more than wanted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8.64e15 }), (span) => {
        const ticks = timeAxisTicks(span).map(({ offset }) => offset);
        expect(ticks[0]).toBe(0);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(7);
        expect(ticks).toEqual(ticks.map((_, index) => index * ticks[1]!));
        expect(ticks.at(-1)).toBeLessThanOrEqual(span);
      }),
    );
  });

  it('labels with the unit of the step', () => {
    expect(timeAxisTicks(52_400).map(({ label }) => label)).toEqual(['0', '10 s', '20 s', '30 s', '40 s', '50 s']);
    expect(timeAxisTicks(250_000).map(({ label }) => label)).toEqual(['0', '1 min', '2 min', '3 min', '4 min']);
    expect(timeAxisTicks(5).map(({ label }) => label)).toEqual(['0', '1 ms', '2 ms', '3 ms', '4 ms', '5 ms']);
  });
});
