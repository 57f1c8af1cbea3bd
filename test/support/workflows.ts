import { defineAgentTaskWorkflow, defineProjectWorkflow } from '../../src/workflow.js';

/** As shipped, but without waits between attempts. */
export const AgentTaskWorkflow = defineAgentTaskWorkflow({ retryDelayMilliseconds: 10 });
export const KamachiqProjectWorkflow = defineProjectWorkflow();
/** A project with two slots, for tests of the pool. */
export const NarrowProjectWorkflow = defineProjectWorkflow({ slots: 2 });
export { HumanReviewWorkflow } from '../../src/workflow.js';
