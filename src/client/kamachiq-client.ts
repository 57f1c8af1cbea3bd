import { randomUUID } from 'node:crypto';
import { type Client, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { KamachiqError } from '../errors/kamachiq-error.js';
import type { ProjectSpec } from '../planning/project-spec.js';
import type { DecideReview, HumanDecision, HumanReview } from '../workflow/human-review-types.js';
import type { ProjectInput, ProjectResult } from '../workflow/project-types.js';
import { askForUpdate } from './ask-for-update.js';
import { checkSubmission } from './check-submission.js';
import { clientError } from './client-error.js';
import { createProjectId } from './create-project-id.js';
import { ProjectHandle } from './project-handle.js';
import { askReviews, listReviewIds, type ReviewQueue } from './review-queue.js';
import type { SubmitOptions } from './submit-options.js';
import { isUpdateId, UPDATE_ID_CHARACTERS } from './update-id.js';

/** A person's decision about a review. @public */
export interface ReviewDecision {
  readonly decision: 'approve' | 'reject';
  /** Who decides: one line of at most 200 characters. */
  readonly reviewer: string;
  /** At most 10,000 characters. @defaultValue an empty one */
  readonly comment?: string;
  /** Hash of the manifest that the reviewer looked at. @defaultValue what the review shows now */
  readonly manifestSha256?: string;
  /**
   * Of this decision about its review: 1 to 200 characters of one line. Who did not hear the answer asks again with it, and is told what became of the first.
   *
   * @defaultValue a random UUID; a second word is then refused
   */
  readonly updateId?: string;
}

/** Starts projects, finds them again, and decides reviews. @public */
export class KamachiqClient {
  readonly #client: Client;
  readonly #taskQueue: string;
  readonly #workflowType: string;

  /**
   * @param client - Of `@temporalio/client`, connected; stays the caller's.
   * @param options - `taskQueue` of the worker; `workflowType`, the name under which the host exports its project workflow.
   */
  constructor(
    client: Client,
    { taskQueue, workflowType = 'KamachiqProjectWorkflow' }: { readonly taskQueue: string; readonly workflowType?: string },
  ) {
    this.#client = client;
    this.#taskQueue = taskQueue;
    this.#workflowType = workflowType;
  }

  /**
   * Starts a project. Spec and options are checked first, all of it, and nothing starts unless all of it is right.
   *
   * @param spec - Of `parseProjectSpec` from `kamachiq/spec`, or made by hand in its TypeScript form; what is absent and has a default gets it.
   * @throws InvalidInputError `input.invalid` with everything that is wrong with spec and options; KamachiqError `client.already-started`,
   * `client.no-server`, `client.closed`, `client.unknown-namespace`, `client.unauthorized`, `client.request-failed`
   */
  async submit(spec: ProjectSpec, options: SubmitOptions = {}): Promise<ProjectHandle> {
    const checked = await checkSubmission(spec, options);
    const projectId = options.projectId ?? createProjectId(checked.name);
    const { seed = 0, reviewTimeoutMinutes } = options;
    const input: ProjectInput = { projectId, spec: checked, seed, ...(reviewTimeoutMinutes === undefined ? {} : { reviewTimeoutMinutes }) };
    try {
      await this.#client.workflow.start<(value: ProjectInput) => Promise<ProjectResult>>(this.#workflowType, {
        taskQueue: this.#taskQueue,
        workflowId: projectId,
        // An ended project keeps its id: its report must stay found.
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        args: [input],
        staticSummary: [...checked.name].slice(0, 60).join(''),
        staticDetails: [...checked.goals.map((goal) => `- ${goal}`).join('\n')].slice(0, 5_000).join(''),
      });
    } catch (error) {
      throw clientError(error, projectId, 'server');
    }
    return this.project(projectId);
  }

  /** A project that was started before; nothing is asked of the server yet. */
  project(projectId: string): ProjectHandle {
    return new ProjectHandle(this.#client, projectId);
  }

  /**
   * Reviews of this client's task queue that wait for a person, oldest first.
   *
   * What a review shows is asked of a worker. One that gives no answer doesn't hide the others: it is named with the reason. Once no worker
   * answered, no further one is asked. `connection.withDeadline` bounds how long all of it may take.
   *
   * @throws KamachiqError `client.no-server`, `client.closed`, `client.unknown-namespace`, `client.unauthorized`, `client.cancelled`,
   * `client.deadline`, `client.request-failed`
   */
  async reviews(): Promise<ReviewQueue> {
    let reviewIds: readonly string[];
    try {
      reviewIds = await listReviewIds(this.#client, this.#taskQueue);
    } catch (error) {
      throw clientError(error, 'the reviews', 'server');
    }
    return askReviews(reviewIds, (reviewId) => this.review(reviewId));
  }

  /**
   * What a review shows and, once it ended, what was decided.
   *
   * @throws KamachiqError `client.not-found`, `client.no-worker`, `client.wrong-kind`, and what `ProjectHandle.status` may meet
   */
  async review(reviewId: string): Promise<HumanReview> {
    try {
      return await this.#client.workflow.getHandle(reviewId).query<HumanReview>('kamachiq.review');
    } catch (error) {
      throw clientError(error, reviewId, 'worker');
    }
  }

  /**
   * Decides a review. Waits as long as it takes once a worker has accepted the decision.
   *
   * @throws KamachiqError `review.refused` with the reason when it was decided already, or shows something else than the reviewer looked at, or
   * when the reviewer's name, the comment or the update id can't be taken; `client.unanswered` when the wait was ended while it may be decided; and what `review` may meet
   */
  async decide(reviewId: string, { decision, reviewer, comment = '', manifestSha256, updateId }: ReviewDecision): Promise<HumanDecision> {
    if (updateId !== undefined && !isUpdateId(updateId)) throw refused(`An update id is one line of 1 to ${UPDATE_ID_CHARACTERS} characters.`);
    const review = await this.review(reviewId);
    const word = { decision, reviewer, comment, manifestSha256: manifestSha256 ?? review.manifest.sha256 };
    const isThis = (other: HumanDecision) => other.decision === decision && other.reviewer === reviewer && other.comment === comment;
    try {
      const decided = await askForUpdate<HumanDecision>(this.#client, {
        workflowId: reviewId,
        name: 'kamachiq.decide-review',
        argument: word satisfies DecideReview,
        updateId: updateId ?? randomUUID(),
        remedy: 'Look at the review again: it shows what was decided.',
      });
      // The server answers whoever uses an update id again with what was decided under it.
      if (!isThis(decided)) throw decidedAlready(decided);
      return decided;
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) throw refused(error.cause.message);
      // An update finds no workflow once the review has ended; what was decided is on record.
      if (error instanceof WorkflowNotFoundError) {
        const recorded = (await this.review(reviewId)).decision;
        if (recorded === null) throw refused('The review has ended.');
        if (updateId !== undefined && isThis(recorded)) return recorded;
        throw decidedAlready(recorded);
      }
      throw clientError(error, reviewId, 'worker');
    }
  }
}

const decidedAlready = ({ decision, reviewer }: HumanDecision) => refused(`It was decided already: ${decision} by ${reviewer || 'nobody'}.`);

const refused = (reason: string) =>
  new KamachiqError({
    code: 'review.refused',
    message: reason,
    remedy: 'Mend what the message names, or list the reviews again and decide about what they show now.',
  });
