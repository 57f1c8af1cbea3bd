import { KamachiqError } from '../errors/kamachiq-error.js';
import type { ModelPrice } from '../ports/language-model.js';

/**
 * What a call costs, in millionths of a dollar, rounded up. A dollar for a million tokens is a millionth of a dollar for one.
 *
 * @param price - Of the model; without one a call is free.
 */
export function costOfCall(price: ModelPrice | undefined, inputTokens: number, outputTokens: number): number {
  if (price === undefined) return 0;
  const { inputDollarsPerMillionTokens: input, outputDollarsPerMillionTokens: output } = checkPrice(price);
  return Math.ceil(inputTokens * input + outputTokens * output);
}

/**
 * The longest answer that money pays for beside a prompt.
 *
 * @param microDollars - What may be spent, in millionths of a dollar.
 * @returns Tokens; below 0 where not even the prompt can be paid, without end where answers are free.
 */
export function longestPaidAnswer(price: ModelPrice, inputTokens: number, microDollars: number): number {
  const { inputDollarsPerMillionTokens: input, outputDollarsPerMillionTokens: output } = checkPrice(price);
  const left = microDollars - inputTokens * input;
  if (left < 0) return -1;
  if (output === 0) return Number.POSITIVE_INFINITY;
  let longest = Math.floor(left / output);
  // Division may round to a token more than multiplication pays for.
  while (costOfCall(price, inputTokens, longest) > microDollars) longest -= 1;
  return longest;
}

/** What one token costs at most, whether read or written, in millionths of a dollar. */
export function dearestToken(price: ModelPrice | undefined): number {
  if (price === undefined) return 0;
  const { inputDollarsPerMillionTokens: input, outputDollarsPerMillionTokens: output } = checkPrice(price);
  return Math.max(input, output);
}

/** A dollar for each token, in dollars for a million. */
const HIGHEST = 1_000_000;

/** A price that is no number would make every sum one that is none. */
function checkPrice(price: ModelPrice): ModelPrice {
  const { inputDollarsPerMillionTokens: input, outputDollarsPerMillionTokens: output } = price;
  if ([input, output].every((rate) => rate >= 0 && rate <= HIGHEST)) return price;
  throw new KamachiqError({
    code: 'budget.invalid-price',
    message: `Expected prices that are numbers from 0 to ${HIGHEST}, got ${input} for prompts and ${output} for answers.`,
    remedy: 'Give the model the price in dollars for a million tokens, or none where it is free.',
  });
}
