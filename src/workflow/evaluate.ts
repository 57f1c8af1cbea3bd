import { callActivity } from './activity-proxies.js';
import type { EvaluateQualityInput, EvaluateQualityResult } from './activity-types.js';

/** The review that counts, and what it spent. */
export interface Evaluation {
  readonly result: EvaluateQualityResult;
  readonly tokensSpent: number;
}

/**
 * Reviews by instruments first, which costs no tokens however often it is delivered, and asks the model only for what they left unscored.
 */
export async function evaluate(summary: string, input: EvaluateQualityInput): Promise<Evaluation> {
  const measured = await callActivity('evaluateQuality', summary, { ...input, holdTokens: 0 });
  if (measured.unscored.length === 0 || input.holdTokens === 0) return { result: measured, tokensSpent: 0 };
  const judged = await callActivity('evaluateQuality', `${summary}, by the model`, input);
  return { result: judged, tokensSpent: judged.tokensSpent };
}
