import type { ModelUsage } from 'kamachiq';
import type { ReadAnswer } from './read-answer.js';

/**
 * What an answer cost: as the provider says where that can be, else by the bounds.
 *
 * A prompt is never free and a text has tokens; numbers that say otherwise, or are none, are not believed. Too much is: who charges is right about that.
 *
 * @param inputTokens - What the prompt takes at most.
 * @param mostOutputTokens - What the answer takes at most.
 */
export function usageOfAnswer(answer: ReadAnswer, inputTokens: number, mostOutputTokens: number): ModelUsage {
  if (answer.stoppedAt !== null) return { inputTokens, outputTokens: answer.stoppedAt, reported: false };
  const { inputTokens: input, outputTokens: output } = answer.usage;
  if (isCount(input.total, 1) && isCount(output.total, answer.fewestOutputTokens)) {
    return { inputTokens: input.total, outputTokens: output.total, reported: true };
  }
  return { inputTokens, outputTokens: mostOutputTokens, reported: false };
}

/** More than a billion tokens are no call's. */
const MOST = 1_000_000_000;

const isCount = (value: number | undefined, least: number): value is number =>
  value !== undefined && Number.isSafeInteger(value) && value >= least && value <= MOST;
