import { CancelledFailure } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { KamachiqError } from '../errors/kamachiq-error.js';
import { ModelCallError } from '../errors/model-call-error.js';

/** What a failed activity tells the workflow. */
interface FailureDetails {
  readonly tokensSpent: number;
  readonly retryAfterMilliseconds: number | null;
}

/**
 * Makes an error into a failure that says what was spent, whether trying again can help, and when.
 *
 * Its type is `kamachiq.` and the error's code: names of classes don't survive minifiers.
 */
export function activityFailure(error: unknown, tokensSpent: number, signal: AbortSignal): Error {
  if (signal.aborted && signal.reason instanceof CancelledFailure && signal.reason.message !== 'CANCELLED') {
    // A worker that is stopped takes its activities along; the workflow did not ask for that and goes on elsewhere.
    const details: FailureDetails = { tokensSpent, retryAfterMilliseconds: null };
    return ApplicationFailure.create({
      type: 'kamachiq.worker-stopped',
      message: `The worker was stopped (${signal.reason.message}).`,
      details: [details],
    });
  }
  if (signal.aborted && signal.reason instanceof CancelledFailure) {
    return new CancelledFailure(signal.reason.message, [{ tokensSpent, retryAfterMilliseconds: null } satisfies FailureDetails]);
  }
  if (!KamachiqError.isInstance(error)) {
    const details: FailureDetails = { tokensSpent, retryAfterMilliseconds: null };
    return ApplicationFailure.create({
      type: 'kamachiq.unexpected',
      message: error instanceof Error ? error.message : String(error),
      details: [details],
      ...(error instanceof Error ? { cause: error } : {}),
    });
  }
  const retryAfterMilliseconds = error instanceof ModelCallError ? error.retryAfterMilliseconds : null;
  const details: FailureDetails = { tokensSpent, retryAfterMilliseconds };
  return ApplicationFailure.create({
    type: `kamachiq.${error.code}`,
    message: `${error.message} ${error.remedy}`,
    details: [details],
    nonRetryable: error instanceof ModelCallError ? !error.retryable : !MAY_PASS.has(error.code),
    ...(retryAfterMilliseconds === null ? {} : { nextRetryDelay: retryAfterMilliseconds }),
    cause: error,
  });
}

/** Codes of errors that another delivery may not meet. */
const MAY_PASS: ReadonlySet<string> = new Set(['sandbox.unavailable', 'artifact.missing', 'artifact.unwritable']);
