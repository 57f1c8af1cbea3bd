/** Longest wait for a store beside the work, in milliseconds. */
const PATIENCE = 10_000;

/**
 * Waits for a store that nothing depends on, but not for ever: one that hangs must not hold an activity, and what it does later is of no interest.
 *
 * @param store - What is waited for, for the error. Example: `the observation store`.
 * @param milliseconds - How long it is waited for. @defaultValue ten seconds
 * @throws Error after that, and what the work throws.
 */
export async function withinPatience<Result>(store: string, work: Promise<Result>, milliseconds = PATIENCE): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Expected an answer of ${store} within ${milliseconds} ms, got none.`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
