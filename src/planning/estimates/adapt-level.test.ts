import { describe, expect, it } from 'vitest';
import { adaptLevel } from './adapt-level.js';
import { seededDraws } from './seeded-draws.js';

const draws = (count: number, seed: number) => {
  const random = seededDraws(seed);
  return Array.from({ length: count }, random);
};

describe('adaptLevel', () => {
  it('stays near what is wanted where values come from one source', () => {
    const levels = Array.from({ length: 200 }, (_, seed) => adaptLevel(draws(300, seed), 0.9));
    expect(levels.reduce((sum, level) => sum + level, 0) / levels.length).toBeCloseTo(0.9, 1.5);
    for (const level of levels) expect(Math.abs(level - 0.9)).toBeLessThan(0.15);
  });

  it('rises where values rise, and falls where they fall', () => {
    const rising = draws(300, 1).map((value, index) => value + index / 50);
    expect(adaptLevel(rising, 0.9)).toBeGreaterThan(0.97);
    expect(adaptLevel(rising.toReversed(), 0.9)).toBeLessThan(0.8);
  });

  it('says what is wanted where there is nothing to go by', () => {
    for (const count of [0, 1, 9]) expect(adaptLevel(draws(count, 5), 0.9)).toBe(0.9);
    expect(adaptLevel(new Array<number>(300).fill(7), 0.9)).toBeLessThan(0.9);
  });
});
