import { shortenSummary } from './activity-proxies.js';
import { describeEnd } from './describe-end.js';
import type { HumanDecision, HumanReviewInput } from './human-review-types.js';
import { isCancelled } from './is-cancelled.js';
import { executeChild, TemporalFailure } from './temporal.js';

/** Most characters of a comment that become part of a reason. */
const COMMENT_CHARACTERS = 1_000;

/** What came of a question to a person, in a sentence to be read after the question's reason. */
export interface PersonsAnswer {
  readonly approved: boolean;
  readonly words: string;
}

/**
 * Asks a person and waits. A review that ends without a decision, however it does, counts as one that nobody decided: only who asks can
 * be cancelled through its own cancellation.
 *
 * @throws CancelledFailure when who asks is cancelled.
 */
export async function askPerson(workflowId: string, review: HumanReviewInput): Promise<PersonsAnswer> {
  try {
    const { decision, reviewer, comment } = await executeChild<(input: HumanReviewInput) => Promise<HumanDecision>>('HumanReviewWorkflow', {
      workflowId,
      args: [review],
      staticSummary: shortenSummary(`A person decides about ${review.projectId}`),
    });
    if (decision === 'timed-out') return { approved: false, words: 'Nobody decided in time.' };
    const approved = decision === 'approve';
    // A reason is one line; a comment may be many.
    const said = comment === '' ? '' : `: ${comment.slice(0, COMMENT_CHARACTERS).replace(/[\p{Control}\u2028\u2029]+/gu, ' ')}`;
    const words = `${approved ? 'Approved' : 'Rejected'} by ${reviewer}${said}`;
    return { approved, words: /[.!?…]\s*$/u.test(words) ? words : `${words}.` };
  } catch (error) {
    if (!(error instanceof TemporalFailure) || isCancelled()) throw error;
    return { approved: false, words: `Nobody decided: ${describeEnd('the review', workflowId, error)}` };
  }
}
