import type { AgentTaskInput, AgentTaskResult } from '../../src/workflow.js';

export { HumanReviewWorkflow, KamachiqProjectWorkflow } from '../../src/workflows.js';

/** A stand-in for the real one: fails for a reason of 1.2 million characters. */
export async function AgentTaskWorkflow({ task }: AgentTaskInput): Promise<AgentTaskResult> {
  const settlements = [{ key: `${task.id}/0/1`, tokens: 0 }];
  const nothing = { manifest: null, verdict: null, attempts: [], settlements, records: [] };
  return { ...nothing, succeeded: false, reason: 'because '.repeat(150_000), budgetExhausted: false };
}
