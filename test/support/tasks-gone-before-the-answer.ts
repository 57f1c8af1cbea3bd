import { ApplicationFailure, getExternalWorkflowHandle, workflowInfo } from '@temporalio/workflow';
import type { AgentTaskInput } from '../../src/workflow.js';

export { HumanReviewWorkflow, KamachiqProjectWorkflow } from '../../src/workflows.js';

/** A stand-in for the real one: asks for a further attempt's tokens under an id that is gone when the answer comes, and fails untold. */
export async function AgentTaskWorkflow({ task }: AgentTaskInput): Promise<never> {
  const { workflowId, parent } = workflowInfo();
  const account = { manifest: null, verdict: null, attempts: [], settlements: [{ key: `${task.id}/0/1`, tokens: 100 }], records: [] };
  const request = { taskId: task.id, workflowId: `${workflowId}/gone`, key: `${task.id}/0/2`, tokens: 4_000, account };
  await getExternalWorkflowHandle(parent!.workflowId).signal('kamachiq.request-hold', request);
  throw ApplicationFailure.nonRetryable('It gave up.', 'gave-up', undefined);
}
