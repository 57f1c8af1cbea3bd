import type { TaskState } from '../task-state.js';
import { SEEN, triggerTable } from './decide-trigger.js';
import { TASK_TRANSITIONS, type TaskTransition } from './task-transitions.js';

/** Every state; its place here is its code. Codes, unlike names, of many tasks lie close together in memory. */
export const STATES: readonly TaskState[] = [
  'pending',
  'ready',
  'running',
  'waiting-for-person',
  'succeeded',
  'failed',
  'skipped',
  'upstream-failed',
  'cancelled',
];

/** The code of a state, or -1 for what is none. */
export const codeOf = (state: TaskState): number => STATES.indexOf(state);

export const PENDING = codeOf('pending');
export const READY = codeOf('ready');
export const SKIPPED = codeOf('skipped');

/** Bits of `SEEN` by code; none for the states that a task leaves. */
export const SEEN_BY_CODE = Uint8Array.from(STATES, (state) => (SEEN as Readonly<Partial<Record<TaskState, number>>>)[state] ?? 0);

let decided: Uint8Array | null = null;

/** `triggerTable` in codes; a task that waits stays pending. Made when it is first asked for: workflow code is evaluated for each workflow anew, and few have a graph. */
export function decidedCodes(): Uint8Array {
  decided ??= Uint8Array.from(triggerTable(), (decision) => (decision === 'wait' ? PENDING : codeOf(decision)));
  return decided;
}

/** The codes between which each transition leads; `from` has the bit of every code that it may begin at. */
export const TRANSITION_CODES = Object.fromEntries(
  Object.entries(TASK_TRANSITIONS).map(([name, { from, to }]) => [
    name,
    { from: from.reduce((bits: number, state) => bits | (1 << codeOf(state)), 0), to: codeOf(to) },
  ]),
) as Readonly<Record<TaskTransition, { readonly from: number; readonly to: number }>>;
