import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { priorityKeyOf } from './priority-key.js';

describe('priorityKeyOf', () => {
  it('is a level that the server knows, and never later for whoever is more urgent', () => {
    const urgency = fc.double({ min: 0, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(urgency, urgency, urgency, (one, other, third) => {
        const [less, more, most] = [one, other, third].sort((a, b) => a - b) as [number, number, number];
        const keys = [less, more, most].map((each) => priorityKeyOf(each, most));
        expect(keys.every((key) => [1, 2, 3, 4, 5].includes(key))).toBe(true);
        expect(keys).toEqual([...keys].sort((a, b) => b - a));
        expect(keys[2]).toBe(1);
      }),
    );
  });

  it('spreads what is less urgent over the levels', () => {
    expect([100, 80, 79, 60, 59, 40, 39, 20, 19, 0].map((urgency) => priorityKeyOf(urgency, 100))).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    expect(priorityKeyOf(0, 0)).toBe(1);
  });
});
