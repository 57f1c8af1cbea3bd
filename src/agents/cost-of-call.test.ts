import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costOfCall, longestPaidAnswer } from './cost-of-call.js';

/** From free to a hundred dollars for a million tokens, in steps of a hundredth of a cent. */
const rate = fc.integer({ min: 0, max: 1_000_000 }).map((steps) => steps / 10_000);
const price = fc.record({ inputDollarsPerMillionTokens: rate, outputDollarsPerMillionTokens: rate });

describe('costOfCall', () => {
  it('takes a dollar for a million tokens as a millionth for one, and rounds up', () => {
    const prices = { inputDollarsPerMillionTokens: 0.15, outputDollarsPerMillionTokens: 0.6 };
    expect(costOfCall(prices, 1_000_000, 0)).toBe(150_000);
    expect(costOfCall(prices, 0, 1_000_000)).toBe(600_000);
    expect(costOfCall(prices, 1, 1)).toBe(1);
    expect(costOfCall(undefined, 1_000_000, 1_000_000)).toBe(0);
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY, 1_000_001])('refuses a price of %d', (wrong) => {
    expect(() => costOfCall({ inputDollarsPerMillionTokens: wrong, outputDollarsPerMillionTokens: 1 }, 1, 1)).toThrow(
      expect.objectContaining({ code: 'budget.invalid-price' }),
    );
  });
});

describe('longestPaidAnswer', () => {
  it('is paid for, and a token more is not', () => {
    fc.assert(
      fc.property(price, fc.nat({ max: 200_000 }), fc.nat({ max: 10_000_000 }), (prices, inputTokens, microDollars) => {
        const longest = longestPaidAnswer(prices, inputTokens, microDollars);
        if (longest === Number.POSITIVE_INFINITY) {
          expect(costOfCall(prices, inputTokens, 1_000_000_000)).toBeLessThanOrEqual(microDollars);
          return;
        }
        if (longest >= 0) expect(costOfCall(prices, inputTokens, longest)).toBeLessThanOrEqual(microDollars);
        else expect(costOfCall(prices, inputTokens, 0)).toBeGreaterThan(microDollars);
        // Division rounds to the nearest token at worst.
        expect(costOfCall(prices, inputTokens, longest + 2)).toBeGreaterThanOrEqual(microDollars);
      }),
      { numRuns: 1_000 },
    );
  });
});
