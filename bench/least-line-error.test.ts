import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastLineError } from './least-line-error.js';

const totals = fc.array(fc.record({ size: fc.integer({ min: 0, max: 1_000 }), actual: fc.integer({ min: 1, max: 100_000 }) }), {
  minLength: 1,
  maxLength: 20,
});

describe('leastLineError', () => {
  it('is not above the error of any line', () => {
    fc.assert(
      fc.property(
        totals,
        fc.double({ min: -1e5, max: 1e5, noNaN: true }),
        fc.double({ min: -200, max: 200, noNaN: true }),
        (points, height, slope) => {
          const errors = points.map(({ size, actual }) => Math.abs(height + slope * size - actual) / actual);
          const error = errors.reduce((sum, value) => sum + value, 0) / points.length;
          expect(leastLineError(points)).toBeLessThanOrEqual(error * (1 + 1e-9) + 1e-9);
        },
      ),
    );
  });

  it('is nothing where a line tells all of them', () => {
    expect(leastLineError([1, 2, 5, 9].map((size) => ({ size, actual: 100 + 7 * size })))).toBeCloseTo(0, 12);
    expect(leastLineError([{ size: 3, actual: 8 }])).toBe(0);
  });

  it('is what the best total of all leaves, where sizes tell nothing', () => {
    // One over each weighs: of 10, 20 and 40 the smallest is the best for all.
    expect(leastLineError([10, 20, 40].map((actual) => ({ size: 1, actual })))).toBeCloseTo((0 + 0.5 + 0.75) / 3, 12);
  });
});
