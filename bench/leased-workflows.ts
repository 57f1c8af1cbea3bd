/** A host's workflow module whose agents lease their slots from a pool's workflow. */
import { leaseFrom } from 'kamachiq/agent-pool-workflow';
import { defineAgentTaskWorkflow } from 'kamachiq/workflow';

export { AgentPoolWorkflow } from 'kamachiq/agent-pool-workflow';
export { HumanReviewWorkflow, KamachiqProjectWorkflow } from 'kamachiq/workflows';
/** Leases from the pool whose id is the word. */
export const AgentTaskWorkflow = defineAgentTaskWorkflow({}, leaseFrom('pool-of-the-benchmark'));
