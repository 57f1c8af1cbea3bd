import { defineAgentTaskWorkflow, defineProjectWorkflow } from '../../src/workflow.js';

/** As shipped, but without waits between attempts, and with a person after one remediation. */
export const AgentTaskWorkflow = defineAgentTaskWorkflow({ retryDelayMilliseconds: 10, maximumRemediations: 1 });
/**
 * Two agents at once, so that what a kill loses is bounded; where tokens are short, a person is asked and nothing else is tried. Its plan needs no model: what planning
 * holds is charged in full where a kill comes before the journal knows of it, and would be missing later. Its
 * history is long soon: it goes on in another run once or more.
 */
export const KamachiqProjectWorkflow = defineProjectWorkflow({
  slots: 2,
  planningShare: 0.001,
  remediationReserve: 0,
  onShortage: ['ask-person'],
  maximumEvents: 50,
});
export { HumanReviewWorkflow } from '../../src/workflow.js';
