import { KamachiqError } from '../errors/kamachiq-error.js';

/** Tokens and money, each counted for itself: whole numbers of at least 0. @public */
export interface Amount {
  readonly tokens: number;
  /** Millionths of a dollar: a price of $1 per million tokens is one of them a token. */
  readonly microDollars: number;
}

/** At most so much; money may be left open. @public */
export interface Limit {
  readonly tokens: number;
  /** Millionths of a dollar; null where nothing limits it. */
  readonly microDollars: number | null;
}

/** What an amount is made of. @public */
export type Measure = keyof Amount;

/** No tokens and no money. */
export const NOTHING: Amount = { tokens: 0, microDollars: 0 };

/** Both parts together. */
export const addAmounts = (one: Amount, other: Amount): Amount => ({
  tokens: one.tokens + other.tokens,
  microDollars: one.microDollars + other.microDollars,
});

/** In the order in which they are told of. */
export const MEASURES: readonly Measure[] = ['tokens', 'microDollars'];

/** @throws KamachiqError `budget.invalid-amount` where a part is negative, not whole, not a number, or too large to be counted exactly. */
export function requireAmount(amount: Limit): void {
  for (const measure of MEASURES) {
    const value = amount[measure];
    if (value === null || (Number.isSafeInteger(value) && value >= 0)) continue;
    throw new KamachiqError({
      code: 'budget.invalid-amount',
      message: `Expected a whole number of ${measure} of at least 0, got ${value}.`,
      remedy: 'Count tokens and millionths of a dollar as whole numbers.',
    });
  }
}
