import type { ModelUsage } from 'kamachiq';
import type { ReadAnswer } from './read-answer.js';
import { AROUND_CALL } from './token-bound.js';

/**
 * What an answer cost: as the provider says where that can be, else by the bounds.
 *
 * A prompt is never free and a text has tokens; numbers that say otherwise, or are none, are not believed. Too much is: who charges is right about that.
 *
 * @param inputTokens - What the prompt takes at most.
 * @param maxOutputTokens - What the answer was allowed to take.
 * @param tokenBound - The most tokens that a text can take.
 */
export function usageOfAnswer(answer: ReadAnswer, inputTokens: number, maxOutputTokens: number, tokenBound: (text: string) => number): ModelUsage {
  if (answer.stoppedAt !== null) return { inputTokens, outputTokens: answer.stoppedAt, reported: false };
  const { inputTokens: input, outputTokens: output } = answer.usage;
  if (isCount(input.total, 1) && isCount(output.total, answer.fewestOutputTokens)) {
    return { inputTokens: input.total, outputTokens: output.total, reported: true };
  }
  const mostOutputTokens = tokenBound(answer.generated) + AROUND_CALL * answer.calls;
  return { inputTokens, outputTokens: Math.min(mostOutputTokens, maxOutputTokens), reported: false };
}

/** More than a billion tokens are no call's. */
const MOST = 1_000_000_000;

const isCount = (value: number | undefined, least: number): value is number =>
  value !== undefined && Number.isSafeInteger(value) && value >= least && value <= MOST;
