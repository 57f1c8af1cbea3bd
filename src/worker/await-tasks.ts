import { setTimeout as delay } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { type Client, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { CancelledFailure, TerminatedFailure } from '@temporalio/common';
import { jsonBytes } from '../ports/json-bytes.js';
import type { AwaitTasksInput, EndedTask, TaskExecution } from '../workflow/activity-types.js';
import type { BriefTaskResult } from '../workflow/agent-task-types.js';
import { readReason } from '../workflow/read-reason.js';
import { withHeartbeat } from './heartbeat.js';

/** Milliseconds in which others that end are told of together with the first. */
const MOMENT = 100;

/** Bytes of JSON of what is told at once: an activity may answer 2 MiB. The rest is told when it is asked for again. */
const LARGEST_ANSWER = 1_000_000;

/**
 * The activity `kamachiq.awaitTasks`: one for any number of tasks, since each of many that wait for people would take the place of an activity that
 * works. Delivered again, it finds what ended meanwhile.
 */
export async function awaitTasks({ tasks }: AwaitTasksInput): Promise<readonly EndedTask[]> {
  const { client } = Context.current();
  const over = new AbortController();
  return withHeartbeat(async (_report, cancelled) => {
    const ended: EndedTask[] = [];
    const signal = AbortSignal.any([over.signal, cancelled]);
    const watches = tasks.map(async (task) => {
      ended.push(await endOf(client, task, signal));
    });
    // What is still asked for when the answer is there is given up.
    for (const watch of watches) watch.catch(() => undefined);
    try {
      await Promise.race(watches);
      await delay(MOMENT);
      let bytes = 0;
      return ended.filter((end, index) => {
        bytes += jsonBytes(end);
        return index === 0 || bytes <= LARGEST_ANSWER;
      });
    } finally {
      over.abort();
    }
  });
}

async function endOf(client: Client, { workflowId, runId }: TaskExecution, signal: AbortSignal): Promise<EndedTask> {
  try {
    const result = await client.withAbortSignal(signal, () => client.workflow.getHandle(workflowId, runId).result());
    return { workflowId, result: result as BriefTaskResult };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError)
      return { workflowId, result: null, end: 'failed', reason: 'The server does not know the task any more.' };
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { cause } = error;
    if (cause instanceof CancelledFailure) return { workflowId, result: null, end: 'cancelled' };
    if (cause instanceof TerminatedFailure) return { workflowId, result: null, end: 'operator' };
    return { workflowId, result: null, end: 'failed', reason: readReason(cause) };
  }
}
