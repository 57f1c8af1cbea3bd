import { type Limit, NOTHING } from '../budget/amount.js';
import { callActivityIn } from './activity-proxies.js';
import type { EvaluateQualityInput, EvaluateQualityResult } from './activity-types.js';
import { hasToppedUpReviews } from './changes.js';
import { deliver, nothingSpent, type Spending } from './deliver.js';
import { type HoldFields, holdOf } from './hold-fields.js';

/** How a review is asked for. */
export interface ReviewTerms {
  /** Whether what half of the hold was too little for may have all of it. @defaultValue true */
  readonly mayTakeAll?: boolean;
  /** @defaultValue the queue of the workflow */
  readonly taskQueue?: string | undefined;
}

/**
 * Reviews by instruments first, which costs no tokens however often it is delivered, and asks the model only for what they left unscored.
 *
 * @param spending - Grows with what the model's part costs, also where it fails in the end.
 * @returns The review that counts.
 */
export async function evaluate(
  summary: string,
  input: EvaluateQualityInput,
  spending: Spending,
  { mayTakeAll = true, taskQueue }: ReviewTerms = {},
): Promise<EvaluateQualityResult> {
  const place = taskQueue === undefined ? {} : { taskQueue };
  const { account, ...rest } = input;
  const soFar = () => (account === undefined ? {} : { account: { ...account, records: [...account.records, ...spending.records] } });
  const review = (what: string) => (hold: HoldFields) => callActivityIn(place, 'evaluateQuality', what, { ...rest, ...hold, ...soFar() });
  const measured = await deliver(NOTHING, review(summary), nothingSpent());
  if (measured.unscored.length === 0 || input.holdTokens === 0) return measured;
  // Asked for at most; answers take less. Far from it, another delivery would execute everything for nothing.
  const isEnough = ({ short, neededTokens = 0 }: EvaluateQualityResult, { tokens, microDollars }: Limit) =>
    short === undefined || !mayTakeAll || neededTokens === 0 || tokens < neededTokens / 2 || microDollars === 0 || !hasToppedUpReviews();
  return deliver(holdOf(input), review(`${summary}, by the model`), spending, isEnough);
}
