/** A task's state in the run of its graph. @public */
export type TaskState = 'pending' | 'ready' | 'running' | 'waiting-for-person' | SettledState;

/** A state that a task leaves by another start alone. @public */
export type SettledState = 'succeeded' | 'failed' | 'skipped' | 'upstream-failed' | 'cancelled';
