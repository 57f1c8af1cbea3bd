import type { Client } from '@temporalio/client';
import { KamachiqError } from '../errors/kamachiq-error.js';
import type { HumanReview } from '../workflow/human-review-types.js';
import { isUnanswered } from './client-error.js';

/** What waits for a person. @public */
export interface ReviewQueue {
  /** Oldest first. */
  readonly reviews: readonly HumanReview[];
  /** Reviews that wait too, but could not be asked what they show. */
  readonly unanswered: readonly UnansweredReview[];
}

/** A review that waits but gave no answer. @public */
export interface UnansweredReview {
  readonly reviewId: string;
  /** Why: `client.no-worker`, or what else became of the question. */
  readonly error: KamachiqError;
}

/** Ids of the reviews that run on a task queue, page by page until the last. Throws what the server's client throws. */
export async function listReviewIds({ workflow }: Client, taskQueue: string): Promise<readonly string[]> {
  const reviews = 'WorkflowType = "HumanReviewWorkflow" AND ExecutionStatus = "Running"';
  // The server's query language has no way to write a quote within quotes: such a queue is told apart here alone.
  const query = /["'\\]/.test(taskQueue) ? reviews : `${reviews} AND TaskQueue = "${taskQueue}"`;
  const ids: string[] = [];
  for await (const listed of workflow.list({ query })) if (listed.taskQueue === taskQueue) ids.push(listed.workflowId);
  return ids;
}

/** How many reviews are asked at once: each question is answered by a worker. */
const AT_ONCE = 10;

/**
 * Asks reviews what they show. Those that were decided meanwhile are left out.
 *
 * @param ask - Throws KamachiqError.
 * @throws KamachiqError when the server itself can't be asked any more
 */
export async function askReviews(reviewIds: readonly string[], ask: (reviewId: string) => Promise<HumanReview>): Promise<ReviewQueue> {
  const reviews: HumanReview[] = [];
  const unanswered: UnansweredReview[] = [];
  let noWorker: KamachiqError | null = null;
  const left = reviewIds.values();
  const askOneByOne = async () => {
    for (const reviewId of left) {
      try {
        if (noWorker !== null) throw noWorker;
        const review = await ask(reviewId);
        if (review.decision === null) reviews.push(review);
      } catch (error) {
        if (!KamachiqError.isInstance(error) || LOST.has(error.code)) throw error;
        // One review may be stuck while others answer; silence until the deadline is that of the whole queue.
        if (isUnanswered(error)) noWorker = error;
        if (error.code !== 'client.not-found') unanswered.push({ reviewId, error });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, askOneByOne));
  return {
    reviews: reviews.sort((a, b) => compare(a.requestedAt, b.requestedAt)),
    unanswered: unanswered.sort((a, b) => compare(a.reviewId, b.reviewId)),
  };
}

/** With these there is nobody left to ask. */
const LOST: ReadonlySet<string> = new Set([
  'client.no-server',
  'client.closed',
  'client.cancelled',
  'client.unauthorized',
  'client.unknown-namespace',
]);

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
