import type { TaskState } from '../graph/task-state.js';
import type { CheckOutcome } from '../quality/check.js';
import { isObservedOnly } from '../quality/is-observed-only.js';
import { ProjectStatus } from './project-report.js';

/** How a state is shown: by words and a sign, and only then by a colour. @internal */
export interface Appearance {
  readonly label: string;
  readonly sign: string;
  /** Name of a colour of the style sheet. */
  readonly tone: 'good' | 'bad' | 'warn' | 'info' | 'idle';
}

const unknown: Appearance = { label: 'unknown', sign: '?', tone: 'idle' };

const states: ReadonlyMap<string, Appearance> = new Map<TaskState, Appearance>([
  ['pending', { label: 'pending', sign: '○', tone: 'idle' }],
  ['ready', { label: 'ready', sign: '◌', tone: 'info' }],
  ['running', { label: 'running', sign: '●', tone: 'info' }],
  ['waiting-for-person', { label: 'waiting for a person', sign: '◆', tone: 'warn' }],
  ['succeeded', { label: 'succeeded', sign: '✓', tone: 'good' }],
  ['failed', { label: 'failed', sign: '✗', tone: 'bad' }],
  ['skipped', { label: 'skipped', sign: '–', tone: 'idle' }],
  ['upstream-failed', { label: 'upstream failed', sign: '⊘', tone: 'warn' }],
  ['cancelled', { label: 'cancelled', sign: '■', tone: 'idle' }],
]);

const statuses: ReadonlyMap<string, Appearance> = new Map<ProjectStatus, Appearance>([
  [ProjectStatus.APPROVED, { label: 'Approved', sign: '✓', tone: 'good' }],
  [ProjectStatus.REJECTED, { label: 'Rejected', sign: '✗', tone: 'bad' }],
  [ProjectStatus.FAILED, { label: 'Failed', sign: '✗', tone: 'bad' }],
  [ProjectStatus.BUDGET_EXHAUSTED, { label: 'Budget exhausted', sign: '■', tone: 'warn' }],
  [ProjectStatus.TIMED_OUT, { label: 'Timed out', sign: '■', tone: 'warn' }],
  [ProjectStatus.CANCELLED, { label: 'Cancelled', sign: '■', tone: 'idle' }],
]);

const outcomes: ReadonlyMap<string, Appearance> = new Map([
  ['passed', { label: 'passed', sign: '✓', tone: 'good' }],
  ['observed', { label: 'observed only', sign: '○', tone: 'idle' }],
  ['failed', { label: 'failed', sign: '✗', tone: 'bad' }],
  ['lost', { label: 'lost', sign: '?', tone: 'warn' }],
]);

/** @internal */
export const appearanceOfState = (state: string): Appearance => states.get(state) ?? unknown;

/** @internal */
export const appearanceOfStatus = (status: string): Appearance => statuses.get(status) ?? unknown;

/** Of an attempt's outcome. @internal */
export const appearanceOfOutcome = (outcome: string): Appearance => outcomes.get(outcome) ?? unknown;

/** Of a check: one that says nothing of whether something is right is never shown as a merit. @internal */
export const appearanceOfCheck = (check: CheckOutcome): Appearance =>
  appearanceOfOutcome(isObservedOnly(check) ? 'observed' : check.passed ? 'passed' : 'failed');
