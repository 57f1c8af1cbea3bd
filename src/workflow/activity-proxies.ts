import type { ActivityOptions } from '@temporalio/workflow';
import type { RegisteredActivities } from './activity-names.js';
import type { KamachiqActivities } from './activity-types.js';
import { ActivityCancellationType, proxyActivities } from './temporal.js';

const REPORTING: ActivityOptions = { startToCloseTimeout: '5 minutes', heartbeatTimeout: '20 seconds', retry: { maximumAttempts: 10 } };

const OPTIONS: { readonly [Name in keyof KamachiqActivities]: ActivityOptions } = {
  // What spends tokens is delivered once: the workflow makes the retries, since the server forgets what a failed delivery told. See `deliver`.
  decomposeProject: { startToCloseTimeout: '5 minutes', heartbeatTimeout: '20 seconds', retry: { maximumAttempts: 1 } },
  spawnAgent: { startToCloseTimeout: '30 minutes', heartbeatTimeout: '20 seconds', retry: { maximumAttempts: 1 } },
  evaluateQuality: { startToCloseTimeout: '10 minutes', heartbeatTimeout: '20 seconds', retry: { maximumAttempts: 1 } },
  validateTaskGraph: {
    startToCloseTimeout: '2 minutes',
    heartbeatTimeout: '20 seconds',
    retry: { maximumAttempts: 4 },
    // It spends nothing: where its answer is of no use any more, nobody waits for it.
    cancellationType: ActivityCancellationType.TRY_CANCEL,
  },
  // It is asked beside a loss: where nobody answers soon, the worst is assumed.
  accountForAttempt: { startToCloseTimeout: '10 seconds', scheduleToCloseTimeout: '1 minute', retry: { maximumAttempts: 3 } },
  keepText: { startToCloseTimeout: '1 minute', heartbeatTimeout: '20 seconds', retry: { maximumAttempts: 10 } },
  finalizeProject: REPORTING,
  finalizeFromParts: REPORTING,
  finalizeFromArchives: REPORTING,
  // People may take weeks: whenever it ends without an answer it is asked anew.
  awaitTasks: { startToCloseTimeout: '1 day', heartbeatTimeout: '20 seconds', retry: { maximumInterval: '10 seconds' } },
  isProjectRunning: { startToCloseTimeout: '1 minute', retry: { maximumInterval: '1 minute' } },
};

/**
 * Calls one of our activities, with a line that the Temporal UI shows beside it.
 *
 * @param summary - At most 200 bytes.
 */
export function callActivity<Name extends keyof KamachiqActivities>(
  name: Name,
  summary: string,
  ...parameters: Parameters<KamachiqActivities[Name]>
): ReturnType<KamachiqActivities[Name]> {
  return callActivityIn({}, name, summary, ...parameters);
}

/**
 * As `callActivity`.
 *
 * @param place - The queue that it is taken from, and the place in it. @defaultValue the queue of the workflow
 */
export function callActivityIn<Name extends keyof KamachiqActivities>(
  place: Pick<ActivityOptions, 'taskQueue' | 'priority'>,
  name: Name,
  summary: string,
  ...parameters: Parameters<KamachiqActivities[Name]>
): ReturnType<KamachiqActivities[Name]> {
  const proxies = proxyActivities<RegisteredActivities>({
    // A cancelled activity tells what it spent; a dead one is given up with its heartbeat.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    ...OPTIONS[name],
    ...place,
    summary: shortenSummary(summary),
  });
  const activity = proxies[`kamachiq.${name}`] as unknown as (
    ...values: Parameters<KamachiqActivities[Name]>
  ) => ReturnType<KamachiqActivities[Name]>;
  return activity(...parameters);
}

/** Cut so that even four-byte characters stay within the server's 200 bytes. */
export const shortenSummary = (text: string): string => [...text.replace(/[\u0000-\u001f\u007f]/g, ' ')].slice(0, 48).join('');
