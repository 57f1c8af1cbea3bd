import fc from 'fast-check';
import { expect, it } from 'vitest';
import { firstDifference } from './first-difference.js';

it('finds where texts part, and nothing where they are the same', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (start, one, other) => {
      const difference = firstDifference(start + one, start + other);
      if (one === other) expect(difference).toBeNull();
      else expect(Number(/^from character (\d+) on/.exec(difference!)![1])).toBeGreaterThanOrEqual(start.length);
    }),
  );
  expect(firstDifference('same', 'same but longer')).toBe('from character 4 on: expected …same…, got …same but longer…');
});
