import type { ArtifactReference } from '../ports/artifact-store.js';
import type { FileExcerpt } from './agent-task-types.js';

/** What a person is asked to decide. @public */
export interface HumanReviewInput {
  readonly projectId: string;
  /** What is reviewed: a task's outcome, or the project's. */
  readonly subject: { readonly kind: 'task'; readonly taskId: string } | { readonly kind: 'project' };
  /** Why a machine could not decide, in one sentence. */
  readonly reason: string;
  /** What the decision is bound to: the manifest of the files. */
  readonly manifest: ArtifactReference;
  readonly score: number | null;
  readonly threshold: number;
  /** What was found, in one line each. */
  readonly findings: readonly string[];
  /** Minutes until the safe default, rejection. */
  readonly timeoutMinutes: number;
  /** How the first of a task's files begins. @defaultValue nothing of them is shown */
  readonly excerpt?: FileExcerpt;
}

/** A review that waits, as the queue shows it. @public */
export interface HumanReview extends HumanReviewInput {
  readonly reviewId: string;
  /** ISO 8601, UTC. */
  readonly requestedAt: string;
  readonly decision: HumanDecision | null;
}

/** A reviewer's word. @public */
export interface DecideReview {
  readonly decision: 'approve' | 'reject';
  /** One line of at most 200 characters, without control characters. */
  readonly reviewer: string;
  /** At most 10,000 characters; taken as empty where it is missing. */
  readonly comment: string;
  /** SHA-256 of the manifest that the reviewer looked at; another one is refused as stale. */
  readonly manifestSha256: string;
}

/** What was decided, and by whom. @public */
export interface HumanDecision {
  readonly decision: 'approve' | 'reject' | 'timed-out';
  /** Empty when nobody decided in time. */
  readonly reviewer: string;
  readonly comment: string;
  /** ISO 8601, UTC. */
  readonly decidedAt: string;
}
