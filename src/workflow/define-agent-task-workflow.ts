import {
  allHandlersFinished,
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { AgentTask } from './agent-task.js';
import type { AgentTaskInput, AgentTaskResult, HoldSettlement } from './agent-task-types.js';
import { asFailure } from './as-failure.js';
import { grantHoldSignal, taskSettledSignal, taskStatusQuery } from './messages.js';
import { DEFAULT_TASK_POLICY, type TaskPolicy } from './project-policy.js';

/** Makes the workflow that carries out one task. Export it as `AgentTaskWorkflow`: projects start it by that name. @public */
export function defineAgentTaskWorkflow(policy: Partial<TaskPolicy> = {}): (input: AgentTaskInput) => Promise<AgentTaskResult> {
  return async (input) => {
    const task = new AgentTask(input, { ...DEFAULT_TASK_POLICY, ...policy });
    setHandler(taskStatusQuery, () => task.progress(), { description: 'Where the task stands.' });
    setHandler(grantHoldSignal, (grant) => task.granted(grant));
    try {
      const result = await task.run();
      await condition(allHandlersFinished);
      return result;
    } catch (error) {
      if (isCancellation(error)) await tellSettlements(task.settlements);
      throw asFailure(error);
    }
  };
}

async function tellSettlements(settlements: readonly HoldSettlement[]): Promise<void> {
  const parent = workflowInfo().parent;
  if (parent === undefined || settlements.length === 0) return;
  // A project that ended before its task needs no news.
  await CancellationScope.nonCancellable(() => getExternalWorkflowHandle(parent.workflowId).signal(taskSettledSignal, { settlements })).catch(
    () => undefined,
  );
}
