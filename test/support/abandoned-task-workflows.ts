import { condition, continueAsNew, ParentClosePolicy, startChild } from '@temporalio/workflow';
import type { AgentTaskInput } from 'kamachiq/workflow';

export { AgentTaskWorkflow } from '../../src/workflows.js';

/** A project that starts a task which outlives it, begins anew, and waits for ever. */
export async function AbandoningProjectWorkflow(input: AgentTaskInput | null, childId: string): Promise<void> {
  if (input !== null) {
    await startChild('AgentTaskWorkflow', { workflowId: childId, args: [input], parentClosePolicy: ParentClosePolicy.ABANDON });
    await continueAsNew<typeof AbandoningProjectWorkflow>(null, childId);
  }
  await condition(() => false);
}
