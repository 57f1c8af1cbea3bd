import { sleep } from './temporal.js';

/** Longest wait before another try, in milliseconds, whatever a provider asks for: slot and tokens may be held meanwhile. */
const LONGEST_DELAY = 300_000;

/**
 * Waits after a failure that may pass: as long as it asks for, else a first delay that doubles with every failure; five minutes at most.
 *
 * @param failures - How often it failed until now, from 1.
 * @param next - What comes after the wait. Example: `attempt 2`.
 * @throws CancelledFailure when the workflow was cancelled meanwhile.
 */
export async function waitBeforeRetry(
  { delayMilliseconds }: { readonly delayMilliseconds: number | null },
  firstDelayMilliseconds: number,
  failures: number,
  next: string,
): Promise<void> {
  const delay = delayMilliseconds ?? firstDelayMilliseconds * 2 ** (failures - 1);
  await sleep(Math.min(LONGEST_DELAY, delay), { summary: `before ${next}` });
}
