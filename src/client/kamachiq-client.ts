import { type Client, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { KamachiqError } from '../errors/kamachiq-error.js';
import type { ProjectSpec } from '../planning/project-spec.js';
import type { HumanDecision, HumanReview } from '../workflow/human-review-types.js';
import type { ProjectInput, ProjectResult } from '../workflow/project-types.js';
import { clientError } from './client-error.js';
import { createProjectId } from './create-project-id.js';
import { ProjectHandle } from './project-handle.js';

/** How a project is started. @public */
export interface SubmitOptions {
  /** Workflow id, at most 200 characters. @defaultValue made of the name and a random part */
  readonly projectId?: string;
  /** Whole number from 0; every model call's seed is derived from it. @defaultValue 0 */
  readonly seed?: number;
  /** Minutes that a person has to decide before the safe default, rejection. @defaultValue 1,440 */
  readonly reviewTimeoutMinutes?: number;
}

/** A person's decision about a review. @public */
export interface ReviewDecision {
  readonly decision: 'approve' | 'reject';
  readonly reviewer: string;
  readonly comment?: string;
  /** Hash of the manifest that the reviewer looked at. @defaultValue what the review shows now */
  readonly manifestSha256?: string;
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
   * Starts a project.
   *
   * @param spec - Checked: of `parseProjectSpec` from `kamachiq/spec`.
   * @throws KamachiqError `client.already-started`, `client.no-server`
   */
  async submit(spec: ProjectSpec, options: SubmitOptions = {}): Promise<ProjectHandle> {
    const projectId = options.projectId ?? createProjectId(spec.name);
    const { seed = 0, reviewTimeoutMinutes } = options;
    const input: ProjectInput = { projectId, spec, seed, ...(reviewTimeoutMinutes === undefined ? {} : { reviewTimeoutMinutes }) };
    try {
      await this.#client.workflow.start<(value: ProjectInput) => Promise<ProjectResult>>(this.#workflowType, {
        taskQueue: this.#taskQueue,
        workflowId: projectId,
        // An ended project keeps its id: its report must stay found.
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        args: [input],
        staticSummary: spec.name.slice(0, 60),
        staticDetails: spec.goals
          .map((goal) => `- ${goal}`)
          .join('\n')
          .slice(0, 5_000),
      });
    } catch (error) {
      throw clientError(error, projectId);
    }
    return this.project(projectId);
  }

  /** A project that was started before; nothing is asked of the server yet. */
  project(projectId: string): ProjectHandle {
    return new ProjectHandle(this.#client, projectId);
  }

  /** Reviews that wait for a person, oldest first. */
  async reviews(): Promise<readonly HumanReview[]> {
    const reviews: HumanReview[] = [];
    try {
      for await (const { workflowId } of this.#client.workflow.list({
        query: 'WorkflowType = "HumanReviewWorkflow" AND ExecutionStatus = "Running"',
      })) {
        reviews.push(await this.review(workflowId));
      }
    } catch (error) {
      throw clientError(error, 'reviews');
    }
    return reviews.sort((a, b) => (a.requestedAt < b.requestedAt ? -1 : 1));
  }

  /** @throws KamachiqError `client.not-found` */
  async review(reviewId: string): Promise<HumanReview> {
    try {
      return await this.#client.workflow.getHandle(reviewId).query<HumanReview>('kamachiq.review');
    } catch (error) {
      throw clientError(error, reviewId);
    }
  }

  /**
   * Decides a review.
   *
   * @throws KamachiqError `review.refused` with the reason when it was decided already or shows something else by now.
   */
  async decide(reviewId: string, { decision, reviewer, comment = '', manifestSha256 }: ReviewDecision): Promise<HumanDecision> {
    const review = await this.review(reviewId);
    const word = { decision, reviewer, comment, manifestSha256: manifestSha256 ?? review.manifest.sha256 };
    try {
      return await this.#client.workflow.getHandle(reviewId).executeUpdate<HumanDecision, [typeof word]>('kamachiq.decide-review', { args: [word] });
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) throw refused(error.cause.message);
      // An update finds no workflow once the review has ended; what was decided is on record.
      if (error instanceof WorkflowNotFoundError) {
        const recorded = (await this.review(reviewId)).decision;
        throw refused(
          recorded === null ? 'The review has ended.' : `It was decided already: ${recorded.decision} by ${recorded.reviewer || 'nobody'}.`,
        );
      }
      throw clientError(error, reviewId);
    }
  }
}

const refused = (reason: string) =>
  new KamachiqError({ code: 'review.refused', message: reason, remedy: 'List the reviews again and decide about what they show now.' });
