import { isWhole } from '../graph/abridged-task.js';
import { AgentTask } from './agent-task.js';
import type { AgentLeasing, AgentTaskAccount, AgentTaskInput, BriefTaskResult } from './agent-task-types.js';
import { asFailure } from './as-failure.js';
import { brieflyTold } from './brief-result.js';
import { grantHoldSignal, taskSettledSignal, taskStatusQuery } from './messages.js';
import { DEFAULT_TASK_POLICY, TASK_POLICY_RANGES, type TaskPolicy } from './project-policy.js';
import { resolvePolicy } from './resolve-policy.js';
import { allHandlersFinished, CancellationScope, condition, getExternalWorkflowHandle, setHandler, workflowInfo } from './temporal.js';

/**
 * Makes the workflow that carries out one task. Export it as `AgentTaskWorkflow`: projects start it by that name.
 *
 * @param policy - Looked at when a workflow starts, as by `defineProjectWorkflow`: with an option that is unknown or out of its range, every task
 * fails at once with `kamachiq.workflow.invalid-policy`, which names all of them.
 * @param lease - Makes what an agent leases its slot from, before it begins; `leaseFrom` of `kamachiq/agent-pool-workflow`. @defaultValue agents lease nothing
 * @public
 */
export function defineAgentTaskWorkflow(
  policy: Partial<TaskPolicy> = {},
  lease?: () => AgentLeasing,
): (input: AgentTaskInput) => Promise<BriefTaskResult> {
  return async (input) => {
    let task: AgentTask | null = null;
    try {
      const started = new AgentTask(input, resolvePolicy('defineAgentTaskWorkflow', DEFAULT_TASK_POLICY, TASK_POLICY_RANGES, policy), lease?.());
      task = started;
      setHandler(taskStatusQuery, () => started.progress(), { description: 'Where the task stands.' });
      setHandler(grantHoldSignal, (grant) => started.granted(grant));
      const result = await started.run();
      await condition(allHandlersFinished);
      // Whoever tells a task abridged reads what it came to in brief.
      return isWhole(input.task) ? result : brieflyTold(result);
    } catch (error) {
      await tellProject(input.task.id, task?.abandon() ?? NOTHING);
      throw asFailure(error);
    }
  };
}

/** What a task did that never began. */
const NOTHING: AgentTaskAccount = { manifest: null, verdict: null, attempts: [], settlements: [], records: [] };

/** An error is all that a workflow without success can end with: what it did until then goes ahead of it. */
async function tellProject(taskId: string, account: AgentTaskAccount): Promise<void> {
  const parent = workflowInfo().parent;
  if (parent === undefined) return;
  // A project that ended before its task needs no news.
  await CancellationScope.nonCancellable(() => getExternalWorkflowHandle(parent.workflowId).signal(taskSettledSignal, { taskId, account })).catch(
    () => undefined,
  );
}
