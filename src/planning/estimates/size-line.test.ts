import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitSizeLine, median } from './size-line.js';

const sizes = (count: number) => Array.from({ length: count }, (_, index) => 10 * (index + 1));

describe('fitSizeLine', () => {
  it('finds a line that rises, whatever a fifth of the points say', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 500 }),
        fc.array(fc.integer({ min: 0, max: 1_000_000 }), { maxLength: 8 }),
        (slope, height, odd) => {
          const points = sizes(40).map((size, index) => ({ size, value: index % 5 === 0 ? (odd[index / 5] ?? 0) : height + slope * size }));
          const line = fitSizeLine(points);
          expect(line(1_000)).toBeCloseTo(height + slope * 1_000, 6);
        },
      ),
    );
  });

  it('never falls and never answers with less than a token', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ size: fc.nat(), value: fc.nat() }), { maxLength: 30 }), fc.nat(), fc.nat(), (points, one, other) => {
        const at = fitSizeLine(points);
        expect(at(Math.max(one, other))).toBeGreaterThanOrEqual(at(Math.min(one, other)));
        expect(at(one)).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it('is level where there are few points or all of one size', () => {
    expect(fitSizeLine(sizes(7).map((size) => ({ size, value: size })))(1_000)).toBe(40);
    expect(fitSizeLine([1, 2, 9].flatMap((value) => new Array(5).fill({ size: 100, value })))(1_000)).toBe(2);
  });
});

describe('median', () => {
  it('has as many values below as above', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values)!;
        expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
      }),
    );
    expect(median([])).toBeNull();
  });
});
