import type { ArtifactReference } from '../ports/artifact-store.js';
import { readFailure } from './read-failure.js';
import { waitBeforeRetry } from './wait-before-retry.js';

/** How often an activity is delivered until its failure counts. */
const DELIVERIES = 4;

/** Wait after the first failed delivery, in milliseconds. */
const FIRST_DELAY = 1_000;

/** What deliveries spent until now, and the records of their calls. It stands also where the last of them failed. */
export interface Spending {
  tokensSpent: number;
  readonly records: ArtifactReference[];
}

export const nothingSpent = (): Spending => ({ tokensSpent: 0, records: [] });

/**
 * Has an activity done, again after a failure that may pass: four times at most, with a wait that doubles from a second unless a provider names one.
 *
 * Each delivery holds half of what is left of the hold, the last all of it: what is lost with a worker is charged at that, everything else at
 * what it told. So deliveries together stay within the hold, and none of them is forgotten.
 *
 * @param call - Makes one delivery with the tokens that it may spend.
 * @param spending - Grows with every delivery.
 */
export async function deliver<Result extends { readonly tokensSpent: number; readonly record: ArtifactReference }>(
  holdTokens: number,
  call: (holdTokens: number) => Promise<Result>,
  spending: Spending,
): Promise<Result> {
  let left = holdTokens;
  for (let delivery = 1; ; delivery += 1) {
    const share = delivery < DELIVERIES ? Math.ceil(left / 2) : left;
    try {
      const result = await call(share);
      spend(spending, result);
      return result;
    } catch (error) {
      const failure = readFailure(error, share);
      spend(spending, failure);
      if (!failure.retryable || delivery === DELIVERIES) throw error;
      left = Math.max(0, left - failure.tokensSpent);
      // Where the workflow was cancelled meanwhile, this says so.
      await waitBeforeRetry(failure, FIRST_DELAY, delivery, `delivery ${delivery + 1}`);
    }
  }
}

function spend(spending: Spending, { tokensSpent, record }: { readonly tokensSpent: number; readonly record: ArtifactReference | null }): void {
  spending.tokensSpent += tokensSpent;
  if (record !== null) spending.records.push(record);
}
