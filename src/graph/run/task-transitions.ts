import type { SettledState, TaskState } from '../task-state.js';

/** What may happen to a task, by the names of the methods of `GraphRun`, and between which states; nothing else may. @public */
export const TASK_TRANSITIONS = {
  started: { from: ['ready'], to: 'running' },
  waitsForPerson: { from: ['running'], to: 'waiting-for-person' },
  succeeded: { from: ['running', 'waiting-for-person'], to: 'succeeded' },
  failed: { from: ['running', 'waiting-for-person'], to: 'failed' },
  skipped: { from: ['pending', 'ready'], to: 'skipped' },
  cancelled: { from: ['pending', 'ready', 'running', 'waiting-for-person'], to: 'cancelled' },
} as const satisfies Readonly<Record<string, { readonly from: readonly TaskState[]; readonly to: TaskState }>>;

/** Whether a task in this state has not begun: it may still be changed, skipped or left out. */
export const isOpen = (state: TaskState): boolean => state === 'pending' || state === 'ready';

const SETTLED: ReadonlySet<TaskState> = new Set<SettledState>(['succeeded', 'failed', 'skipped', 'upstream-failed', 'cancelled']);

/** Whether a task is done with; only another start leads out of it. */
export const isSettled = (state: TaskState): state is SettledState => SETTLED.has(state);

const RETRYABLE: ReadonlySet<TaskState> = new Set<SettledState>(['failed', 'cancelled', 'skipped']);

/** Whether a task in this state may be given another start. */
export const isRetryable = (state: TaskState): boolean => RETRYABLE.has(state);

/** @public */
export type TaskTransition = keyof typeof TASK_TRANSITIONS;
