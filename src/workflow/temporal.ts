import * as workflow from '@temporalio/workflow';

/*
 * All that our workflows use of Temporal. Bundlers write every use of an imported name out in full, and workflow code is evaluated anew for every
 * workflow: here each name is written out once.
 */
export const {
  ActivityCancellationType,
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  ChildWorkflowFailure,
  condition,
  continueAsNew,
  currentUpdateInfo,
  defineQuery,
  defineSignal,
  defineUpdate,
  executeChild,
  getExternalWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  patched,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  startChild,
  TemporalFailure,
  TerminatedFailure,
  workflowInfo,
} = workflow;

export type ApplicationFailure = workflow.ApplicationFailure;
export type CancelledFailure = workflow.CancelledFailure;
