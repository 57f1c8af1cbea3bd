import { DEFAULT_REMEDIATION_RESERVE } from '../graph/compile/remediation-reserve.js';
import type { DegradationStep } from './control-messages.js';
import type { OptionRange } from './resolve-policy.js';

/** How stubborn a task is. @public */
export interface TaskPolicy {
  /** The first attempt and its retries; at least 1. @defaultValue 4 */
  readonly maximumAttempts: number;
  /** How often an outcome below the gate is worked over before a person decides; 0 for never. @defaultValue 2 */
  readonly maximumRemediations: number;
  /**
   * Wait after the first failed attempt, in milliseconds; doubled after each further one, unless the provider names a delay; never longer
   * than 5 minutes.
   *
   * @defaultValue 1,000
   */
  readonly retryDelayMilliseconds: number;
}

/** How a project is carried out. @public */
export interface ProjectPolicy {
  /** Agents at work at once, 1 to `maximumSlots`. @defaultValue 10 */
  readonly slots: number;
  /** Most agents at work at once that anybody may ask for while the project runs. @defaultValue 10 */
  readonly maximumSlots: number;
  /**
   * What is done, in this order, where tokens are short and nothing at work can give any back: let an attempt begin with half of what it asks for and
   * shorter answers; with a quarter and fewer candidates; with half and the cheaper model, where money is short; skip tasks marked optional; ask a person to raise the budget and wait as long as for a review.
   * Where none of it helps, what can't start fails. Each step is recorded, and told in the report.
   *
   * @defaultValue `['shrink-outputs', 'fewer-candidates', 'cheaper-model', 'drop-optional', 'ask-person']`
   */
  readonly onShortage: readonly DegradationStep[];
  /** How often a plan is sent back with findings before the project fails; 0 for never. @defaultValue 2 */
  readonly maximumPlanRepairs: number;
  /** Share of the budget that planning may spend, 0 to 1. @defaultValue 0.2 */
  readonly planningShare: number;
  /** Share of the budget kept for the review of the whole project, 0 to 1. @defaultValue 0.05 */
  readonly reviewShare: number;
  /** Tokens that a plan must leave for remediation, as a share of what its tasks are estimated at, 0 to 1. @defaultValue 0.1 */
  readonly remediationReserve: number;
  /**
   * Events of its history at which a project goes on in another run, at a quiet moment while its tasks are carried out; earlier where the server
   * suggests it. Less is for tests, and for servers that limit histories to less than Temporal does.
   *
   * @defaultValue 8,000
   */
  readonly maximumEvents: number;
}

/** @public */
export const DEFAULT_TASK_POLICY: TaskPolicy = { maximumAttempts: 4, maximumRemediations: 2, retryDelayMilliseconds: 1_000 };

/** @public */
export const DEFAULT_PROJECT_POLICY: ProjectPolicy = {
  slots: 10,
  maximumSlots: 10,
  onShortage: ['shrink-outputs', 'fewer-candidates', 'cheaper-model', 'drop-optional', 'ask-person'],
  maximumPlanRepairs: 2,
  planningShare: 0.2,
  reviewShare: 0.05,
  remediationReserve: DEFAULT_REMEDIATION_RESERVE,
  maximumEvents: 8_000,
};

export const TASK_POLICY_RANGES: { readonly [Name in keyof TaskPolicy]: OptionRange } = {
  maximumAttempts: { least: 1 },
  maximumRemediations: { least: 0 },
  retryDelayMilliseconds: { least: 0 },
};

export const PROJECT_POLICY_RANGES: { readonly [Name in keyof ProjectPolicy]: OptionRange } = {
  slots: { least: 1, mostBy: 'maximumSlots' },
  maximumSlots: { least: 1, most: 1_000 },
  onShortage: { anyOf: DEFAULT_PROJECT_POLICY.onShortage },
  maximumPlanRepairs: { least: 0 },
  planningShare: { least: 0, most: 1, fraction: true },
  reviewShare: { least: 0, most: 1, fraction: true },
  remediationReserve: { least: 0, most: 1, fraction: true },
  maximumEvents: { least: 50, most: 40_000 },
};
