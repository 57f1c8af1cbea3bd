import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choosePoints } from './choose-points.js';

const anyPoints = fc.nat(300).map((length) => Array.from({ length }, (_, index) => index));

describe('choosePoints', () => {
  it('takes as many as it is told, in their order, none twice, one of each stretch', () => {
    fc.assert(
      fc.property(anyPoints, fc.integer({ min: 1, max: 400 }), fc.integer(), (points, count, seed) => {
        const chosen = choosePoints(points, count, seed);
        expect(chosen).toHaveLength(Math.min(count, points.length));
        expect([...new Set(chosen)].sort((one, other) => one - other)).toEqual(chosen);
        const longest = Math.max(0, ...chosen.slice(1).map((point, index) => point - chosen[index]!));
        expect(longest).toBeLessThanOrEqual(Math.ceil((2 * points.length) / count));
      }),
    );
  });

  it('takes the same for the same seed, and others for others', () => {
    const points = Array.from({ length: 1_000 }, (_, index) => index);
    expect(choosePoints(points, 10, 7)).toEqual(choosePoints(points, 10, 7));
    expect(choosePoints(points, 10, 7)).not.toEqual(choosePoints(points, 10, 8));
  });
});
