import type { Client } from '@temporalio/client';
import { KamachiqError } from '../errors/kamachiq-error.js';
import type { ProjectProgress } from '../workflow/project-types.js';
import { clientError, isServerUnavailable, isUnanswered, noServer } from './client-error.js';
import type { ProjectLook } from './project-watch.js';

/** Milliseconds that one look may take; whatever the caller set for its own calls, looks are none of them. */
const LOOK_LIMIT = 10_000;

/** Milliseconds in which a server that is there tells that it is. */
const SERVER_LIMIT = 2_000;

/**
 * Looks at a project once: one question to the server, one to a worker.
 *
 * @throws KamachiqError what every call may meet; `context.closed` says whether the project is known to have ended
 */
export async function lookAtProject(client: Client, projectId: string, signal: AbortSignal): Promise<ProjectLook> {
  const handle = client.workflow.getHandle(projectId);
  let closed = false;
  const isServerThere = async () => {
    try {
      await client.withAbortSignal(signal, () => client.withDeadline(Date.now() + SERVER_LIMIT, () => handle.describe()));
      return true;
    } catch (error) {
      return !isUnanswered(error) && !isServerUnavailable(error);
    }
  };
  const look = async () => {
    // First: what the status says after the end is all that will ever be said.
    closed = (await handle.describe()).closeTime !== undefined;
    // The SDK listens for the abort alone: a question that begins after it would last until its deadline.
    signal.throwIfAborted();
    return { closed, progress: await handle.query<ProjectProgress>('kamachiq.status') };
  };
  try {
    return await client.withAbortSignal(signal, () => client.withDeadline(Date.now() + LOOK_LIMIT, look));
  } catch (error) {
    // The SDK asks a server that is away again until the deadline: by its errors, that can't be told from a worker that is silent.
    const isServerAway = isUnanswered(error) && !signal.aborted && !(await isServerThere());
    const { code, message, remedy, cause } = isServerAway ? noServer(error) : clientError(error, projectId, 'worker');
    throw new KamachiqError({ code, message, remedy, cause, context: { closed } });
  }
}
