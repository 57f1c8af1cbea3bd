/**
 * Workflow side: factories for workflows with options of your own, and the messages they answer. Import it from workflow code.
 *
 * @packageDocumentation
 */
export { ACTIVITY_PREFIX, type RegisteredActivities } from './workflow/activity-names.js';
export type * from './workflow/activity-types.js';
export type * from './workflow/agent-task-types.js';
export {
  type ControlAccount,
  type ControlOrder,
  type ControlProgress,
  type ControlReceipt,
  cancelTaskUpdate,
  type Degradation,
  pauseUpdate,
  type RaiseBudget,
  raiseBudgetUpdate,
  resumeUpdate,
  retryTaskUpdate,
  type SetConcurrency,
  setConcurrencyUpdate,
  type TaskOrder,
  type ThresholdCrossing,
} from './workflow/control-messages.js';
export { defineAgentTaskWorkflow } from './workflow/define-agent-task-workflow.js';
export { defineProjectWorkflow } from './workflow/define-project-workflow.js';
export type * from './workflow/human-review-types.js';
export { HumanReviewWorkflow } from './workflow/human-review-workflow.js';
export { decideReviewUpdate, projectStatusQuery, type RevisePlan, reviewQuery, revisePlanUpdate, taskStatusQuery } from './workflow/messages.js';
export type { Packable, PackedJson } from './workflow/packed-json.js';
export { DEFAULT_PROJECT_POLICY, DEFAULT_TASK_POLICY, type ProjectPolicy, type TaskPolicy } from './workflow/project-policy.js';
export type * from './workflow/project-types.js';
