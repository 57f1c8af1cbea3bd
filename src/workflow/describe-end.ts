import { isCancelled } from './is-cancelled.js';
import { readReason } from './read-reason.js';
import { CancelledFailure, ChildWorkflowFailure, TerminatedFailure } from './temporal.js';

/**
 * Why a child workflow ended without a result, or did not begin, in a sentence for people.
 *
 * @param subject - What it carries. Example: `The task`.
 */
export function describeEnd(subject: string, workflowId: string, error: unknown): string {
  const started = error instanceof ChildWorkflowFailure;
  const cause = started ? error.cause : error;
  if (cause instanceof TerminatedFailure) return `${subject} was ended by an operator.`;
  if (cause instanceof CancelledFailure) {
    return `${subject} was ${isCancelled() ? 'stopped with the project' : 'cancelled by an operator'}.`;
  }
  return `${started ? '' : `${subject} could not be started as ${workflowId}: `}${readReason(cause)}`;
}
