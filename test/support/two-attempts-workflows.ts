import { defineAgentTaskWorkflow } from '../../src/workflow.js';

/** A task that is given up sooner than as shipped, without waits between its attempts. */
export const AgentTaskWorkflow = defineAgentTaskWorkflow({ maximumAttempts: 2, retryDelayMilliseconds: 10 });
export { HumanReviewWorkflow, KamachiqProjectWorkflow } from '../../src/workflows.js';
