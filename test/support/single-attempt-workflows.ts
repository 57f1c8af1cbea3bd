import { defineAgentTaskWorkflow, defineProjectWorkflow } from '../../src/workflow.js';

/** Tasks that are tried once. */
export const AgentTaskWorkflow = defineAgentTaskWorkflow({ maximumAttempts: 1, retryDelayMilliseconds: 10 });
export const KamachiqProjectWorkflow = defineProjectWorkflow();
export { HumanReviewWorkflow } from '../../src/workflow.js';
