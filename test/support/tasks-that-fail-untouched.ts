import { ApplicationFailure, getExternalWorkflowHandle, workflowInfo } from '@temporalio/workflow';
import type { AgentTaskInput } from '../../src/workflow.js';

export { HumanReviewWorkflow, KamachiqProjectWorkflow } from '../../src/workflows.js';

/** A stand-in for the real one: tells its project that it did nothing, and fails. */
export async function AgentTaskWorkflow({ task }: AgentTaskInput): Promise<never> {
  const account = { manifest: null, verdict: null, attempts: [], settlements: [], records: [] };
  await getExternalWorkflowHandle(workflowInfo().parent!.workflowId).signal('kamachiq.task-settled', { taskId: task.id, account });
  throw ApplicationFailure.nonRetryable('It gave up.', 'gave-up', undefined);
}
