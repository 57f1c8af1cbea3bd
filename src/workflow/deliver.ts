import { type Amount, addAmounts, type Limit, NOTHING } from '../budget/amount.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import { accountForFailure } from './account-for-failure.js';
import { type HoldFields, holdFields, type SpentFields, spentOf, without } from './hold-fields.js';
import { isCancelled } from './is-cancelled.js';
import { waitBeforeRetry } from './wait-before-retry.js';

/** How often an activity is delivered until its failure counts. */
const DELIVERIES = 4;

/** Wait after the first failed delivery, in milliseconds. */
const FIRST_DELAY = 1_000;

/** What deliveries spent until now, and the records of their calls. It stands also where the last of them failed. */
export interface Spending {
  spent: Amount;
  readonly records: ArtifactReference[];
}

export const nothingSpent = (): Spending => ({ spent: NOTHING, records: [] });

/**
 * Has an activity done, again after a failure that may pass: four times at most, with a wait that doubles from a second unless a provider names one.
 *
 * Each delivery holds half of what is left of the hold, the last all of it: what is lost with a worker is charged at what it had opened or, where
 * that is not known, at that; everything else at what it told. So deliveries together stay within the hold, and none of them is forgotten.
 *
 * @param call - Makes one delivery with what it may spend.
 * @param spending - Grows with every delivery.
 * @param isEnough - False for a result that had too little, where what is left may be enough: what comes then gets all of it, and where it fails, the result
 * stands.
 */
export async function deliver<Result extends SpentFields & { readonly record: ArtifactReference }>(
  hold: Limit,
  call: (hold: HoldFields) => Promise<Result>,
  spending: Spending,
  isEnough: (result: Result, left: Limit) => boolean = () => true,
): Promise<Result> {
  let left = hold;
  let poor: Result | null = null;
  for (let delivery = 1; ; delivery += 1) {
    const share = delivery < DELIVERIES && poor === null ? halfOf(left) : left;
    try {
      const result = await call(holdFields(share));
      spend(spending, spentOf(result), result.record);
      left = without(left, spentOf(result));
      if (delivery === DELIVERIES || poor !== null || isEnough(result, left)) return result;
      poor = result;
    } catch (error) {
      const failure = await accountForFailure(error, share);
      spend(spending, failure.spent, failure.record);
      if (!failure.retryable || delivery === DELIVERIES) {
        if (poor === null || isCancelled()) throw error;
        return poor;
      }
      left = without(left, failure.spent);
      // Where the workflow was cancelled meanwhile, this says so.
      await waitBeforeRetry(failure, FIRST_DELAY, delivery, `delivery ${delivery + 1}`);
    }
  }
}

function spend(spending: Spending, spent: Amount, record: ArtifactReference | null): void {
  spending.spent = addAmounts(spending.spent, spent);
  if (record !== null) spending.records.push(record);
}

const halfOf = ({ tokens, microDollars }: Limit): Limit => ({
  tokens: Math.ceil(tokens / 2),
  microDollars: microDollars === null ? null : Math.ceil(microDollars / 2),
});
