/** A host's workflow module: the real project workflow, and tasks that take a time of their own in place of agents. */
import { sleep } from '@temporalio/workflow';

export { HumanReviewWorkflow, KamachiqProjectWorkflow } from 'kamachiq/workflows';

/** Takes as many minutes as its description begins with, for its inputs stay in the store, and succeeds. */
export async function AgentTaskWorkflow({ task }: { readonly task: { readonly description: string } }): Promise<unknown> {
  await sleep(Number.parseFloat(task.description) * 60_000);
  return {
    succeeded: true,
    reason: null,
    budgetExhausted: false,
    outputs: { done: true },
    manifest: null,
    verdict: null,
    attempts: [],
    settlements: [],
    records: [],
  };
}
