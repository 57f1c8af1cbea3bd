import { leaseFrom } from '../../src/agent-pool-workflow.js';
import { defineAgentTaskWorkflow } from '../../src/workflow/define-agent-task-workflow.js';

/** The id of the pool that agents lease from. */
export const POOL = 'agents-of-the-test';

export { AgentPoolWorkflow } from '../../src/agent-pool-workflow.js';
export { HumanReviewWorkflow, KamachiqProjectWorkflow } from '../../src/workflows.js';
export const AgentTaskWorkflow = defineAgentTaskWorkflow({}, leaseFrom(POOL));
