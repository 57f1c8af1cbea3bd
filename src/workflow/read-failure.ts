import { ActivityFailure, ApplicationFailure, CancelledFailure } from '@temporalio/workflow';

/** What a failed activity tells: why, what it spent, and whether trying again can help. */
export interface ActivityReport {
  readonly reason: string;
  readonly tokensSpent: number;
  readonly retryable: boolean;
  /** True when nobody knows what the attempt did. */
  readonly lost: boolean;
  readonly delayMilliseconds: number | null;
}

/** Reads what an activity's failure tells; one that was lost, and tells nothing, is charged at its full hold. */
export function readFailure(error: unknown, holdTokens: number): ActivityReport {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof CancelledFailure || cause instanceof ApplicationFailure) {
    const [details] = (cause.details ?? []) as readonly { readonly tokensSpent?: number; readonly retryAfterMilliseconds?: number | null }[];
    const tokensSpent = typeof details?.tokensSpent === 'number' ? details.tokensSpent : holdTokens;
    const [type, final] = cause instanceof ApplicationFailure ? [cause.type ?? 'failure', cause.nonRetryable === true] : ['cancelled', true];
    const reason = `${type}: ${cause.message}`.slice(0, 500);
    return { reason, tokensSpent, retryable: !final, lost: false, delayMilliseconds: details?.retryAfterMilliseconds ?? null };
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  return { reason: `the worker was lost: ${message}`, tokensSpent: holdTokens, retryable: true, lost: true, delayMilliseconds: null };
}
