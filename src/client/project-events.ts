import type { KamachiqError } from '../errors/kamachiq-error.js';
import type { SettledState } from '../graph/task-state.js';
import type { ControlReceipt, Degradation, ThresholdCrossing } from '../workflow/control-messages.js';
import type { ProjectPhase, ProjectResult } from '../workflow/project-types.js';

/** What is told of a project, by the name of the event. Times are milliseconds since 1970, as the project's workflow saw them. @public */
export interface ProjectEventPayloads {
  /** The project stands in another phase than at the look before. Phases that it passed in between are not told. */
  'phase-changed': { readonly phase: ProjectPhase; readonly before: ProjectPhase | null };
  /** A task was begun; once more where somebody had it retried. */
  'task-started': { readonly taskId: string; readonly at: number };
  /** A task went to a person, and gave its slot back. */
  'task-waits': { readonly taskId: string; readonly at: number };
  /** A task came to its end: succeeded, failed, skipped, cancelled, or held back by what failed before it. */
  'task-settled': {
    readonly taskId: string;
    readonly state: SettledState;
    readonly attempts: number;
    readonly tokensSpent: number;
    /** 0 to 1; null where it was never judged. */
    readonly score: number | null;
    /** Null where it never began. */
    readonly at: number | null;
  };
  /** A person is asked to decide: `reviewId` goes to `KamachiqClient.review` and `decide`. */
  'review-requested': { readonly reviewId: string };
  /** The plan was changed, for as many times as `revision` says. */
  'plan-revised': { readonly revision: number };
  /** A share of the budget was spent. */
  'budget-threshold': ThresholdCrossing;
  /** The project waits for a person to raise its budget. */
  'budget-requested': { readonly at: number };
  /** Something was made do with less for want of tokens or money. */
  degraded: Degradation;
  /** Somebody had the project paused. */
  paused: ControlReceipt;
  /** Somebody had it go on. */
  resumed: ControlReceipt;
  /** Somebody had a task cancelled; its end is told as `task-settled`. */
  'task-cancelled': ControlReceipt;
  /** Somebody gave a task another start, which is told as `task-started`. */
  'task-retried': ControlReceipt;
  /** Somebody added to the budget. */
  'budget-raised': ControlReceipt;
  /** Somebody changed how many agents may be at work at once. */
  'concurrency-changed': ControlReceipt;
  /** The project has ended; the last event. Without a result where it was ended from outside before it could write one. */
  ended: { readonly result: ProjectResult | null };
  /** Server or worker can't be asked right now. The watching goes on, and what happened meanwhile is told when they answer again. */
  'watch-interrupted': { readonly error: KamachiqError };
  /** They answer again; `at` by the clock of this process. */
  'watch-restored': { readonly at: number };
  /** The watching is over, though the project may not be: there is no such project, or the connection was closed. */
  'watch-failed': { readonly error: KamachiqError };
  /** A listener threw, or the promise that it returned was rejected. The others were told all the same. */
  'listener-failed': { readonly event: ProjectEvent; readonly error: unknown };
}

/** @public */
export type ProjectEventName = keyof ProjectEventPayloads;

/** One thing that happened to a project: its name and what belongs to it. @public */
export type ProjectEvent<Name extends ProjectEventName = ProjectEventName> = {
  readonly [Each in Name]: { readonly name: Each } & ProjectEventPayloads[Each];
}[Name];
