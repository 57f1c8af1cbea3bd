import { allHandlersFinished, CancelledFailure, condition, isCancellation, setHandler } from '@temporalio/workflow';
import { AgentTask } from './agent-task.js';
import type { AgentTaskInput, AgentTaskResult } from './agent-task-types.js';
import { asFailure } from './as-failure.js';
import { grantHoldSignal, taskStatusQuery } from './messages.js';
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
      // A cancelled task still tells what it spent.
      if (isCancellation(error)) throw new CancelledFailure('The task was cancelled.', [task.settlements]);
      throw asFailure(error);
    }
  };
}
