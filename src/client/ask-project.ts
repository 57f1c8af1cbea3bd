import { type Client, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { KamachiqError } from '../errors/kamachiq-error.js';
import { askForUpdate, type UpdateRequest } from './ask-for-update.js';
import { clientError } from './client-error.js';
import { updateIdTaken } from './update-id-taken.js';

/** How a project says no. */
export interface ProjectRefusal {
  /** Of the failure that it answers with. */
  readonly type: string;
  /** The error for the caller, made of what the project said. */
  readonly error: (message: string, details: readonly unknown[]) => KamachiqError;
}

/** What a project is asked for; asked again under its update id, it is not done twice. */
export type ProjectRequest = Omit<UpdateRequest, 'remedy'>;

const ENDED = 'The project has ended.';

/** How projects say no, by what was asked: an update id keeps the answer to what was first asked under it. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['kamachiq.control.refused', 'an order was refused'],
  ['kamachiq.graph.patch-refused', 'a change of the plan was refused'],
]);

/**
 * Asks a project for an update, as `askForUpdate` does.
 *
 * @throws KamachiqError that `refusal` makes where the project refuses or has ended; `control.update-id-taken` where it refused something else under that id;
 * and what `askForUpdate` and every call may meet
 */
export async function askProject<Answer>(client: Client, request: ProjectRequest, refusal: ProjectRefusal): Promise<Answer> {
  const { workflowId, updateId } = request;
  try {
    return await askForUpdate<Answer>(client, {
      ...request,
      remedy: `Ask again with the update id ${updateId}: then it is not done twice.`,
    });
  } catch (error) {
    const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
    if (cause instanceof ApplicationFailure) {
      // Its workflow was ended from outside before it could answer.
      if (cause.type === 'AcceptedUpdateCompletedWorkflow') throw refusal.error(ENDED, []);
      if (cause.type === refusal.type) throw refusal.error(cause.message, cause.details ?? []);
      const other = REFUSED.get(cause.type ?? '');
      if (other !== undefined) throw updateIdTaken(updateId, other);
    }
    const problem = clientError(error, workflowId, 'worker');
    // The server finds no update's workflow once it has ended, and says no more.
    if (problem.code === 'client.not-found' && (await hasEnded(client, workflowId))) throw refusal.error(ENDED, []);
    throw problem;
  }
}

/**
 * Whether a project has ended, however it ended. Asked of the server alone: no worker need be there.
 *
 * @throws KamachiqError what every call may meet
 */
export async function hasEnded(client: Client, projectId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(projectId).describe()).closeTime !== undefined;
  } catch (error) {
    throw clientError(error, projectId, 'server');
  }
}
