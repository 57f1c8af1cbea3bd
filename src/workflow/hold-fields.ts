import type { AttemptTerms } from '../agents/attempt-terms.js';
import type { Amount, Limit } from '../budget/amount.js';
import type { HoldGrant } from './messages.js';
import { stated } from './stated.js';

/** A hold as activities and tasks are told of it. */
export interface HoldFields {
  readonly holdTokens: number;
  readonly holdMicroDollars?: number;
}

/** What was spent, as activities and tasks tell it. */
export interface SpentFields {
  readonly tokensSpent: number;
  readonly microDollarsSpent?: number;
}

export const holdFields = ({ tokens, microDollars }: Limit): HoldFields => ({
  holdTokens: tokens,
  ...(microDollars === null ? {} : { holdMicroDollars: microDollars }),
});

export const holdOf = ({ holdTokens, holdMicroDollars }: HoldFields): Limit => ({ tokens: holdTokens, microDollars: holdMicroDollars ?? null });

export const limitOf = ({ tokens, microDollars }: HoldGrant): Limit => ({ tokens, microDollars: microDollars ?? null });

export const grantOf = (key: string, { tokens, microDollars }: Limit, terms: AttemptTerms | undefined): HoldGrant => ({
  key,
  tokens,
  ...(microDollars === null ? {} : { microDollars }),
  ...stated({ terms }),
});

export const spentOf = ({ tokensSpent, microDollarsSpent }: SpentFields): Amount => ({ tokens: tokensSpent, microDollars: microDollarsSpent ?? 0 });

export const spentFields = ({ tokens, microDollars }: Amount): SpentFields => ({
  tokensSpent: tokens,
  ...(microDollars === 0 ? {} : { microDollarsSpent: microDollars }),
});

/** What is left of a hold. */
export const without = ({ tokens, microDollars }: Limit, spent: Amount): Limit => ({
  tokens: Math.max(0, tokens - spent.tokens),
  microDollars: microDollars === null ? null : Math.max(0, microDollars - spent.microDollars),
});
