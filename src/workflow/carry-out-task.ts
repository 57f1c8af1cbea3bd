import type { ChildWorkflowHandle } from '@temporalio/workflow';
import { shortenSummary } from './activity-proxies.js';
import type { AgentTaskInput, BriefTaskResult } from './agent-task-types.js';
import { wholeResult } from './brief-result.js';
import { describeEnd } from './describe-end.js';
import type { TaskEvent } from './task-events.js';
import { isCancellation, ParentClosePolicy, startChild } from './temporal.js';

/**
 * Has a child workflow carry out a task. Never rejects: whatever happens to the child is an event.
 *
 * @param begun - Called with the id of its run when the child has begun.
 */
export async function carryOutTask(workflowId: string, input: AgentTaskInput, begun: (runId: string) => void): Promise<TaskEvent> {
  const { id: taskId, type } = input.task;
  let child: ChildWorkflowHandle<(value: AgentTaskInput) => Promise<BriefTaskResult>>;
  try {
    child = await startChild<(value: AgentTaskInput) => Promise<BriefTaskResult>>('AgentTaskWorkflow', {
      workflowId,
      args: [input],
      staticSummary: shortenSummary(`${type}: ${taskId}`),
      ...(input.outlives ? { parentClosePolicy: ParentClosePolicy.ABANDON } : {}),
    });
  } catch (error) {
    return { kind: 'task-not-started', taskId, reason: describeEnd('The task', workflowId, error), cancelled: isCancellation(error) };
  }
  begun(child.firstExecutionRunId);
  try {
    return { kind: 'task-ended', taskId, result: wholeResult(await child.result()) };
  } catch (error) {
    return { kind: 'task-lost', taskId, reason: describeEnd('The task', workflowId, error), cancelled: isCancellation(error) };
  }
}
