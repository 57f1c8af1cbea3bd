/** A task's state in the run of its graph. @public */
export type TaskState = 'pending' | 'ready' | 'running' | 'waiting-for-person' | 'succeeded' | 'failed' | 'skipped' | 'upstream-failed' | 'cancelled';
