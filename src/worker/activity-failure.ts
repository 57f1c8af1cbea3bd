import { CancelledFailure } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { KamachiqError } from '../errors/kamachiq-error.js';
import { ModelCallError } from '../errors/model-call-error.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import type { FailureDetails } from '../workflow/failure-details.js';
import { boundedError, cutText, messageOf } from './bounded-error.js';

/** What an activity did before it failed. */
export interface WorkBeforeFailure {
  readonly tokensSpent: number;
  readonly microDollarsSpent?: number;
  /** Records of the model's calls; null where they could not be stored. */
  readonly record: ArtifactReference | null;
}

/**
 * Makes an error into a failure that says what was spent and by which calls, whether trying again can help, and when.
 *
 * Its type is `kamachiq.` and the error's code: names of classes don't survive minifiers. Messages, stacks and causes are cut: a failure that is larger than
 * the server takes would lose the account with it.
 */
export function activityFailure(error: unknown, work: WorkBeforeFailure, signal: AbortSignal): Error {
  const details: FailureDetails = { ...work, retryAfterMilliseconds: null };
  if (signal.aborted && signal.reason instanceof CancelledFailure && signal.reason.message !== 'CANCELLED') {
    // A worker that is stopped takes its activities along; the workflow did not ask for that and goes on elsewhere.
    return ApplicationFailure.create({
      type: 'kamachiq.worker-stopped',
      message: `The worker was stopped (${signal.reason.message}).`,
      details: [details],
    });
  }
  if (signal.aborted && signal.reason instanceof CancelledFailure) return new CancelledFailure(signal.reason.message, [details]);
  if (!KamachiqError.isInstance(error)) {
    return ApplicationFailure.create({
      type: 'kamachiq.unexpected',
      message: messageOf(error),
      details: [details],
      ...(error instanceof Error ? { cause: boundedError(error) } : {}),
    });
  }
  const retryAfterMilliseconds = error instanceof ModelCallError ? error.retryAfterMilliseconds : null;
  return ApplicationFailure.create({
    type: `kamachiq.${error.code}`,
    message: `${messageOf(error)} ${cutText(error.remedy)}`,
    details: [{ ...details, retryAfterMilliseconds }],
    nonRetryable: error instanceof ModelCallError ? !error.retryable : !MAY_PASS.has(error.code),
    ...(retryAfterMilliseconds === null ? {} : { nextRetryDelay: retryAfterMilliseconds }),
    cause: boundedError(error),
  });
}

/** Codes of errors that another delivery may not meet. */
const MAY_PASS: ReadonlySet<string> = new Set([
  'sandbox.unavailable',
  'artifact.missing',
  'artifact.unreadable',
  'artifact.unwritable',
  'journal.unreadable',
  'journal.unwritable',
  'agent.server-unreachable',
  'agent.tools-unavailable',
  'agent.invalid-outcome',
]);
