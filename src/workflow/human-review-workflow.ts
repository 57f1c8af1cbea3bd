import { describeExcerpt } from './describe-excerpt.js';
import type { DecideReview, HumanDecision, HumanReviewInput } from './human-review-types.js';
import { decideReviewUpdate, reviewQuery } from './messages.js';
import { plainMarkdown } from './plain-markdown.js';
import { ApplicationFailure, allHandlersFinished, CancellationScope, condition, setCurrentDetails, setHandler, workflowInfo } from './temporal.js';

/** Most characters of a reviewer's name, and of a comment: both become part of histories and reports. */
const REVIEWER_CHARACTERS = 200;
const COMMENT_CHARACTERS = 10_000;

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
      decision = { decision: word, reviewer, comment: comment ?? '', decidedAt: new Date().toISOString() };
      return decision;
    },
    {
      description: 'Approves or rejects what is reviewed.',
      // Synchronous: an asynchronous validator that rejects would wedge the workflow.
      validator: (word: DecideReview) => {
        if (decision !== null) throw refusal('kamachiq.review.decided', `It was decided already: ${decision.decision} by ${decision.reviewer}.`);
        refuseWhatIsNoDecision(word);
        if (word.manifestSha256 !== input.manifest.sha256) {
          const about = String(word.manifestSha256).slice(0, 64);
          throw refusal('kamachiq.review.stale', `The decision is about ${about}, the review about ${input.manifest.sha256}.`);
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

/** Any client of the namespace may send a word: what its type promises is not known of it. */
function refuseWhatIsNoDecision(word: Partial<Record<keyof DecideReview, unknown>> | null): void {
  const { decision, reviewer, comment = '' } = word ?? {};
  if (decision !== 'approve' && decision !== 'reject') throw refusal('kamachiq.review.unknown-decision', 'Decide "approve" or "reject".');
  if (typeof reviewer !== 'string' || reviewer.trim() === '') throw refusal('kamachiq.review.no-reviewer', 'A decision needs a reviewer.');
  if (reviewer.length > REVIEWER_CHARACTERS || /[\p{Control}\p{Surrogate}\u2028\u2029]/u.test(reviewer)) {
    const expected = `A reviewer's name is one line of at most ${REVIEWER_CHARACTERS} characters, without control characters.`;
    throw refusal('kamachiq.review.no-reviewer', `${expected} This one has ${reviewer.length} characters.`);
  }
  if (typeof comment !== 'string') throw refusal('kamachiq.review.wrong-comment', 'A comment is a text.');
  if (comment.length > COMMENT_CHARACTERS) {
    const expected = `A comment has at most ${COMMENT_CHARACTERS} characters.`;
    throw refusal('kamachiq.review.wrong-comment', `${expected} This one has ${comment.length}.`);
  }
}

function describeReview({ projectId, subject, reason, score, threshold, findings, manifest, excerpt }: HumanReviewInput, reviewId: string): string {
  const project = plainMarkdown(projectId, 100);
  const what = subject.kind === 'task' ? `task **${plainMarkdown(subject.taskId, 80)}** of ${project}` : `project **${project}**`;
  return [
    `A person decides about ${what}.`,
    `${plainMarkdown(reason, 500)} Score ${score === null ? 'none' : score.toFixed(2)}, needed more than ${threshold}.`,
    ...findings.slice(0, 10).map((finding) => `- ${plainMarkdown(finding, 300)}`),
    ...describeExcerpt(excerpt),
    `Reviewed content: \`${manifest.sha256.slice(0, 12)}\`. Look at it with \`kamachiq review show ${reviewId}\`, which says how to decide.`,
  ].join('\n\n');
}
