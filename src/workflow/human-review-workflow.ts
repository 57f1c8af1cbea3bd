import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { DecideReview, HumanDecision, HumanReviewInput } from './human-review-types.js';
import { decideReviewUpdate, reviewQuery } from './messages.js';

/**
 * Waits for a person's decision on what a machine could not decide; without one, the safe default is to reject.
 *
 * A decision is bound to the hash of what was reviewed: one on anything else, or a second one, is refused with the reason.
 *
 * @public
 */
export async function HumanReviewWorkflow(input: HumanReviewInput): Promise<HumanDecision> {
  const requestedAt = new Date().toISOString();
  const reviewId = workflowInfo().workflowId;
  let decision: HumanDecision | null = null;

  setCurrentDetails(describeReview(input, reviewId));
  setHandler(reviewQuery, () => ({ ...input, reviewId, requestedAt, decision }), { description: 'What is reviewed and what was decided.' });
  setHandler(
    decideReviewUpdate,
    ({ decision: word, reviewer, comment }) => {
      decision = { decision: word, reviewer, comment, decidedAt: new Date().toISOString() };
      return decision;
    },
    {
      description: 'Approves or rejects what is reviewed.',
      // Synchronous: an asynchronous validator that rejects would wedge the workflow.
      validator: (word: DecideReview) => {
        if (decision !== null) throw refusal('kamachiq.review.decided', `It was decided already: ${decision.decision} by ${decision.reviewer}.`);
        if (word.decision !== 'approve' && word.decision !== 'reject')
          throw refusal('kamachiq.review.unknown-decision', 'Decide "approve" or "reject".');
        if (typeof word.reviewer !== 'string' || word.reviewer.trim() === '')
          throw refusal('kamachiq.review.no-reviewer', 'A decision needs a reviewer.');
        if (word.manifestSha256 !== input.manifest.sha256) {
          throw refusal('kamachiq.review.stale', `The decision is about ${word.manifestSha256}, the review about ${input.manifest.sha256}.`);
        }
      },
    },
  );

  try {
    await condition(() => decision !== null, `${input.timeoutMinutes} minutes`, { summary: 'time to decide' });
  } catch (error) {
    // The reviewer was told that the word stands: a cancellation that comes with it comes too late.
    if (decision === null) throw error;
  }
  if (decision === null) decision = { decision: 'timed-out', reviewer: '', comment: 'Nobody decided in time.', decidedAt: new Date().toISOString() };
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  return decision;
}

const refusal = (type: string, message: string) => ApplicationFailure.create({ type, message, nonRetryable: true });

function describeReview({ projectId, subject, reason, score, threshold, findings, manifest }: HumanReviewInput, reviewId: string): string {
  const what = subject.kind === 'task' ? `task **${subject.taskId.slice(0, 80)}** of ${projectId}` : `project **${projectId}**`;
  return [
    `A person decides about ${what}.`,
    `${reason} Score ${score === null ? 'none' : score.toFixed(2)}, needed more than ${threshold}.`,
    ...findings.slice(0, 10).map((finding) => `- ${finding.slice(0, 300)}`),
    `Reviewed content: \`${manifest.sha256.slice(0, 12)}\`. Decide with \`kamachiq review approve ${reviewId}\` or \`kamachiq review reject ${reviewId}\`.`,
  ].join('\n\n');
}
