import type { WorkflowInterceptors } from '@temporalio/workflow';

/** Milliseconds that a killed worker's activity is waited for: as long as it beats, and in all for one that doesn't beat. */
const HEARTBEAT = 2_000;
const WHOLE = 4_000;
/** Timers up to this are waits before another try, in milliseconds. */
const LONGEST_WAIT = 10_000;

/**
 * Workflow interceptors that make a kill cost seconds instead of minutes: shorter timeouts, and next to no wait before another try. What is done after a
 * timeout is what is tested, and not how long it takes.
 */
export const interceptors = (): WorkflowInterceptors => ({
  outbound: [
    {
      scheduleActivity: (input, next) => {
        const { heartbeatTimeout } = input.options;
        const shorter = heartbeatTimeout === undefined ? { startToCloseTimeout: WHOLE } : { heartbeatTimeout: HEARTBEAT };
        return next({ ...input, options: { ...input.options, ...shorter } });
      },
      startTimer: (input, next) => next({ ...input, durationMs: input.durationMs <= LONGEST_WAIT ? 10 : input.durationMs }),
      startChildWorkflowExecution: (input, next) => next({ ...input, options: { ...input.options, workflowTaskTimeout: 1_000 } }),
    },
  ],
});
