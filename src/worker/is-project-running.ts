import { Context } from '@temporalio/activity';
import { findEnded } from './require-running.js';

/** The activity `kamachiq.isProjectRunning`, asked by a task that waits. */
export async function isProjectRunning(): Promise<boolean> {
  const { client, info } = Context.current();
  return info.workflowExecution === undefined || (await findEnded(client, info.workflowExecution, true)) === null;
}
