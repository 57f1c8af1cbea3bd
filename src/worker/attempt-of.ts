import type { Info } from '@temporalio/activity';

/**
 * Names one delivery of an activity that may spend tokens, the same wherever it is asked from and unique for ever: run ids are.
 *
 * @param info - The activity's own, or that of another of the same run with the activity's id.
 */
export const attemptOf = ({ workflowExecution, activityId }: Pick<Info, 'workflowExecution' | 'activityId'>): string =>
  `${workflowExecution?.workflowId ?? ''}/${workflowExecution?.runId ?? ''}/${activityId}`;
