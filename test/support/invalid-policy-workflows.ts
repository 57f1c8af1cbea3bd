import { defineAgentTaskWorkflow, defineProjectWorkflow } from '../../src/workflow.js';

/** A host whose policies are refused, and a workflow of its own beside them. */
export const KamachiqProjectWorkflow = defineProjectWorkflow({ slots: 50, planningShare: 2 });
export const AgentTaskWorkflow = defineAgentTaskWorkflow({ maximumAttempts: 0 });
/** A project with a policy that stands, and tasks with one that does not. */
export const SoundProjectWorkflow = defineProjectWorkflow();

export async function hostsOwn(): Promise<string> {
  return 'done';
}
