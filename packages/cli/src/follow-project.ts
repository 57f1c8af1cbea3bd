import { KamachiqError } from 'kamachiq';
import type { ProjectHandle } from 'kamachiq/client';
import type { ProjectResult } from 'kamachiq/workflow';
import type { OpenClient } from './connect.js';
import { aborted } from './until-interrupted.js';
import { watchProject } from './watch-project.js';

/**
 * Waits for a project's end and shows it meanwhile. Nothing that it asked the server is still open when it returns.
 *
 * @param options - `output`: where the project is shown, null for nowhere; `signal` ends the wait, not the project.
 * @returns The result, or null when the wait was ended.
 * @throws KamachiqError `cli.no-report`
 */
export async function followProject(
  { connection }: OpenClient,
  handle: ProjectHandle,
  { output, signal }: { readonly output: NodeJS.WriteStream | null; readonly signal: AbortSignal },
): Promise<ProjectResult | null> {
  const over = new AbortController();
  const interrupted = aborted(signal).then(() => null);
  const shown = output === null ? Promise.resolve() : watchProject(handle, output, over.signal);
  const result = connection.withAbortSignal(over.signal, () => handle.result());
  try {
    return await Promise.race([result, interrupted]);
  } catch (error) {
    throw withoutReport(error, handle.projectId);
  } finally {
    over.abort();
    // A question that outlives its connection would end the process.
    await Promise.allSettled([shown, result]);
  }
}

/** The result of a project that has ended; a cancelled one has its report too, of which a worker must tell. */
export async function resultOf(handle: ProjectHandle): Promise<ProjectResult> {
  try {
    return await handle.result();
  } catch (error) {
    const { result } = endedWith(error, 'client.project-cancelled') ? await handle.status() : { result: null };
    if (result !== null) return result;
    throw withoutReport(error, handle.projectId);
  }
}

const endedWith = (error: unknown, code: string): error is KamachiqError => KamachiqError.isInstance(error) && error.code === code;

function withoutReport(error: unknown, projectId: string): unknown {
  if (!endedWith(error, 'client.project-failed') && !endedWith(error, 'client.project-cancelled')) return error;
  const why = error.cause instanceof Error ? (error.cause.cause instanceof Error ? error.cause.cause.message : error.cause.message) : error.message;
  return new KamachiqError({
    code: 'cli.no-report',
    message: `Expected ${projectId} to end with a report, got none: ${why}`,
    remedy: 'Its history in the Web UI tells more.',
    cause: error,
  });
}
