/**
 * Workflow side: the ready-made workflows. In your workflow module: `export * from 'kamachiq/workflows'`.
 *
 * @packageDocumentation
 */
import { defineAgentTaskWorkflow } from './workflow/define-agent-task-workflow.js';
import { defineProjectWorkflow } from './workflow/define-project-workflow.js';

/** Carries a project from spec to report. @public */
export const KamachiqProjectWorkflow = defineProjectWorkflow();

/** Carries one task through attempts, review and remediation. @public */
export const AgentTaskWorkflow = defineAgentTaskWorkflow();

export { HumanReviewWorkflow } from './workflow/human-review-workflow.js';
