import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDeeperThan } from './is-deeper-than.js';

const depthOf = (value: unknown): number => (typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0);

describe('isDeeperThan', () => {
  it('counts what stands inside each other, and no brackets in texts', () => {
    const text = fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', '\\', 'a') });
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        text,
        fc.integer(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(text, tie('value'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(value, fc.nat(6), (any, most) => {
        expect(isDeeperThan(most, JSON.stringify(any))).toBe(depthOf(any) > most);
      }),
    );
  });

  it('does not call itself', () => {
    expect(isDeeperThan(1_000_000, '['.repeat(1_000_000))).toBe(false);
    expect(isDeeperThan(999_999, '['.repeat(1_000_000))).toBe(true);
  });
});
