import { defineAgentTaskWorkflow, defineProjectWorkflow } from '../../src/workflow.js';

/** As shipped, but without waits between attempts. */
export const AgentTaskWorkflow = defineAgentTaskWorkflow({ retryDelayMilliseconds: 10 });
export const KamachiqProjectWorkflow = defineProjectWorkflow();
/** A project with two slots, for tests of the pool. */
export const NarrowProjectWorkflow = defineProjectWorkflow({ slots: 2 });
/** A project that never goes to a cheaper model. */
export const SteadyProjectWorkflow = defineProjectWorkflow({ onShortage: ['shrink-outputs', 'fewer-candidates'] });
/** A project that asks people and drops nothing by itself. */
export const AskingProjectWorkflow = defineProjectWorkflow({ onShortage: ['ask-person'] });
/** A project that goes on in another run every few tasks. */
export const ShortRunProjectWorkflow = defineProjectWorkflow({ maximumEvents: 60 });
export { HumanReviewWorkflow } from '../../src/workflow.js';
