import type { AttemptTerms } from '../agents/attempt-terms.js';
import type { GraphPatch } from '../graph/run/graph-patch.js';
import type { PlanRevision } from './activity-types.js';
import type { AgentTaskAccount, AgentTaskProgress } from './agent-task-types.js';
import type { DecideReview, HumanDecision, HumanReview } from './human-review-types.js';
import type { ProjectProgress } from './project-types.js';
import { defineQuery, defineSignal, defineUpdate } from './temporal.js';

/** Where a project stands; of its workflow. @public */
export const projectStatusQuery = defineQuery<ProjectProgress>('kamachiq.status');

/** Where a task stands; of its workflow. @public */
export const taskStatusQuery = defineQuery<AgentTaskProgress>('kamachiq.task-status');

/** What is reviewed and what was decided; of a review's workflow. @public */
export const reviewQuery = defineQuery<HumanReview>('kamachiq.review');

/** Decides a review; refused when it is decided already or when the reviewer looked at something else. @public */
export const decideReviewUpdate = defineUpdate<HumanDecision, [DecideReview]>('kamachiq.decide-review');

/** Changes the plan of a project while it is carried out; refused with everything that is wrong with the change. @public */
export const revisePlanUpdate = defineUpdate<PlanRevision, [RevisePlan]>('kamachiq.revise-plan');

/** A task asks its project for the hold of a further attempt. */
export const requestHoldSignal = defineSignal<[HoldRequest]>('kamachiq.request-hold');

/** A project answers. */
export const grantHoldSignal = defineSignal<[HoldGrant]>('kamachiq.grant-hold');

/** A task waits for a person and holds neither slot nor tokens meanwhile. */
export const taskWaitsSignal = defineSignal<[TaskWaits]>('kamachiq.task-waits');

/** A task whose workflow is cancelled or fails tells its project what it did: such a workflow has no result to tell it with. */
export const taskSettledSignal = defineSignal<[TaskSettled]>('kamachiq.task-settled');

/** What a plan is changed by, and why. @public */
export interface RevisePlan {
  readonly patch: GraphPatch;
  /** For people: shown in the report. At most 2,000 characters. */
  readonly reason: string;
}

/** @internal */
export interface TaskSettled {
  readonly taskId: string;
  readonly account: AgentTaskAccount;
}

/** @internal */
export interface HoldRequest {
  readonly taskId: string;
  readonly workflowId: string;
  readonly key: string;
  readonly tokens: number;
  /** What a candidate took until now: with less than that nothing can be done. @defaultValue 0 */
  readonly leastTokens?: number;
  /** It is given all of it now or nothing, and waits for no more than the end of a pause. @defaultValue false */
  readonly atOnce?: boolean;
  readonly account: AgentTaskAccount;
}

/** @internal */
export interface HoldGrant {
  readonly key: string;
  /** 0 when the project has none left. */
  readonly tokens: number;
  /** @defaultValue no limit */
  readonly microDollars?: number;
  /** With what less it makes do. @defaultValue nothing */
  readonly terms?: AttemptTerms;
}

/** @internal */
export interface TaskWaits {
  readonly taskId: string;
  readonly reviewId: string;
  readonly account: AgentTaskAccount;
}
