import type { ControlReport, DegradationReport, OrderReport } from '../report/project-report.js';
import { defineUpdate } from './temporal.js';

export type { ControlKind, DegradationStep } from '../report/project-report.js';

/** Why somebody steps in: for people, shown in the report. At most 2,000 characters. @public */
export interface ControlOrder {
  readonly reason: string;
}

/** @public */
export interface TaskOrder extends ControlOrder {
  readonly taskId: string;
}

/** @public */
export interface RaiseBudget extends ControlOrder {
  /** Tokens to add; 0 for none. */
  readonly tokens: number;
  /** Micro-dollars to add, a millionth of a dollar each. @defaultValue 0 */
  readonly microDollars?: number;
}

/** @public */
export interface SetConcurrency extends ControlOrder {
  /** Agents that may be at work at once, from 1 to the project's hard maximum. */
  readonly slots: number;
}

/** What somebody stepped in with, as it is kept for the report. @public */
export interface ControlReceipt extends Omit<OrderReport, 'takenAt'> {
  /** Milliseconds since 1970. */
  readonly takenAt: number;
}

/** Starts no further task and no further attempt; what is at work goes on. Refused where it is paused already. @public */
export const pauseUpdate = defineUpdate<ControlReceipt, [ControlOrder]>('kamachiq.pause');

/** Goes on after a pause. @public */
export const resumeUpdate = defineUpdate<ControlReceipt, [ControlOrder]>('kamachiq.resume');

/** Cancels a task that is not settled. @public */
export const cancelTaskUpdate = defineUpdate<ControlReceipt, [TaskOrder]>('kamachiq.cancel-task');

/** Gives a task that failed or was cancelled another start, and those that could not start because of it. @public */
export const retryTaskUpdate = defineUpdate<ControlReceipt, [TaskOrder]>('kamachiq.retry-task');

/** Adds to what a project may spend. @public */
export const raiseBudgetUpdate = defineUpdate<ControlReceipt, [RaiseBudget]>('kamachiq.raise-budget');

/** Changes how many agents may be at work at once. @public */
export const setConcurrencyUpdate = defineUpdate<ControlReceipt, [SetConcurrency]>('kamachiq.set-concurrency');

/** What was made do with less for want of tokens or money; part of the status and of the report. @public */
export interface Degradation extends Omit<DegradationReport, 'at'> {
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** As the report tells it, before it is written. @public */
export interface ControlAccount extends Pick<ControlReport, 'untold'> {
  readonly degradations: readonly Degradation[];
  readonly orders: readonly ControlReceipt[];
}

/** A share of the budget that was spent; told once. @public */
export interface ThresholdCrossing {
  /** 0.5, 0.8 or 0.95. */
  readonly share: number;
  readonly of: 'tokens' | 'microDollars';
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What the status tells of a project's control and want. Absent in projects of older versions. @public */
export interface ControlProgress extends ControlAccount {
  /** Since when it is paused, in milliseconds since 1970; null where it is not. */
  readonly pausedAt: number | null;
  /** Since when it waits for a person to raise its budget, in milliseconds since 1970; null where it does not. */
  readonly waitsForBudgetSince: number | null;
  readonly thresholds: readonly ThresholdCrossing[];
  /** Most agents that might be at work at once until now: what the schedule is held against. */
  readonly mostSlots?: number;
  /** Most slots that `setConcurrency` may ask for. */
  readonly maximumSlots: number;
  /** Micro-dollars; null total where money has no limit. */
  readonly money: { readonly total: number | null; readonly held: number; readonly spent: number };
}
