import type { Client } from '@temporalio/client';
import type { ProjectProgress } from '../workflow/project-types.js';
import { clientError } from './client-error.js';
import type { ProjectLook } from './project-watch.js';

/** Milliseconds that one look may take; whatever the caller set for its own calls, looks are none of them. */
const LOOK_LIMIT = 10_000;

/**
 * Looks at a project once: one question to the server, one to a worker.
 *
 * @throws KamachiqError what every call may meet
 */
export async function lookAtProject(client: Client, projectId: string, signal: AbortSignal): Promise<ProjectLook> {
  const handle = client.workflow.getHandle(projectId);
  const look = async () => {
    // First: what the status says after the end is all that will ever be said.
    const closed = (await handle.describe()).closeTime !== undefined;
    // The SDK listens for the abort alone: a question that begins after it would last until its deadline.
    signal.throwIfAborted();
    return { closed, progress: await handle.query<ProjectProgress>('kamachiq.status') };
  };
  try {
    return await client.withAbortSignal(signal, () => client.withDeadline(Date.now() + LOOK_LIMIT, look));
  } catch (error) {
    throw clientError(error, projectId, 'worker');
  }
}
