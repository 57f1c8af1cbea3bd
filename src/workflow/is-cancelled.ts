import { CancellationScope } from './temporal.js';

/** Whether what is done here was cancelled: whatever broke off meanwhile did so for that. */
export const isCancelled = (): boolean => CancellationScope.current().consideredCancelled;
