/**
 * Under which an attempt's tokens are held and its calls are journalled; ids of tasks have no slash.
 *
 * @param start - From 1: a task that people retry starts again.
 * @returns Example: `divide/0/1`, or `divide/start-2/0/1` in its second start.
 */
export const attemptKey = (taskId: string, start: number, remediation: number, attempt: number): string =>
  `${taskId}${start === 1 ? '' : `/start-${start}`}/${remediation}/${attempt}`;

/** Under which tokens are held for a review that had too few of its attempt's; it may be given more twice. */
export const reviewKey = (attempt: string, more: number): string => `${attempt}/review-${more}`;

/** Which attempt a hold is of; null for one of a review. */
export function readAttemptKey(key: string): { readonly remediation: number; readonly attempt: number } | null {
  const [remediation, attempt] = key.split('/').slice(-2).map(Number) as [number, number];
  return Number.isNaN(attempt) ? null : { remediation, attempt };
}
