/** A host's workflow module: the real project workflow, and tasks that take a time of their own in place of agents. */
import { sleep } from '@temporalio/workflow';

export { HumanReviewWorkflow, KamachiqProjectWorkflow } from 'kamachiq/workflows';

/** Takes as many minutes as its inputs say, and succeeds. */
export async function AgentTaskWorkflow({ task }: { readonly task: { readonly inputs: { readonly minutes: number } } }): Promise<unknown> {
  await sleep(task.inputs.minutes * 60_000);
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
