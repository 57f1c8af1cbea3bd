import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastLineSlope } from './least-line-slope.js';

describe('leastLineSlope', () => {
  it('is the slope of values that lie on a line, wherever that is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1_000, max: 1_000 }),
        fc.integer({ min: -1_000, max: 1_000 }),
        fc.integer({ min: 2, max: 50 }),
        (slope, start, count) => {
          const values = Array.from({ length: count }, (_, at) => start + slope * at);
          expect(leastLineSlope(values)).toBeCloseTo(slope, 6);
        },
      ),
    );
  });

  it('leaves the least squared error: no other slope has less', () => {
    const values = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(values, fc.double({ min: -5, max: 5, noNaN: true }), (given, other) => {
        expect(errorOf(given, leastLineSlope(given))).toBeLessThanOrEqual(errorOf(given, other) + 1e-6);
      }),
    );
  });

  it('is no number where there is no line', () => {
    expect(leastLineSlope([])).toBeNaN();
    expect(leastLineSlope([3])).toBeNaN();
  });
});

/** Of the line with a slope through the middle of the values. */
function errorOf(values: readonly number[], slope: number): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value, at) => sum + (value - mean - slope * (at - (values.length - 1) / 2)) ** 2, 0);
}
