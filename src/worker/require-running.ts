import type { Context } from '@temporalio/activity';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { KamachiqError } from '../errors/kamachiq-error.js';

/** Milliseconds for which one answer is enough, and for which one is waited: half of what a heartbeat may be late. */
const INTERVAL = 1_000;
const PATIENCE = 10_000;

/**
 * Asks the server, through the activity's own client, whether what the activity works for still runs: its workflow and, of a task, the project
 * around it, since ending a project does not end tasks that were started to outlive it. A worker that the server gave up hears of it only so.
 *
 * A server that answers in any way can be reached; whether it lets the worker look is another matter.
 *
 * @param ofTask - Whether the activity's workflow is a task, and the one around it its project.
 * @returns Asks; not again within a second of an answer. Throws KamachiqError `agent.project-ended`, `agent.server-unreachable`. Called without a server, as
 * in tests of activities, there is nobody to ask.
 */
export function requireRunning(context: Context, ofTask: boolean): () => Promise<void> {
  const client = clientOf(context);
  const own = context.info.workflowExecution;
  if (client === null || own === undefined) return async () => undefined;
  let answeredAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (performance.now() - answeredAt < INTERVAL) return;
    const ended = await unlessCancelled(context.cancellationSignal, () =>
      client.withDeadline(Date.now() + PATIENCE, () => findEnded(client, own, ofTask)).catch(judgeFailure),
    );
    if (ended !== null) throw projectEnded(ended);
    answeredAt = performance.now();
  };
}

interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}

/** Which of a task and its project has ended, in words; null where both run. */
export async function findEnded(client: Client, own: Execution, ofTask: boolean): Promise<string | null> {
  const { status, parentExecution } = await client.workflow.getHandle(own.workflowId, own.runId).describe();
  if (ENDED.has(status.name) || status.name === CONTINUED) return `the workflow ${own.workflowId} is ${status.name}`;
  if (!ofTask || parentExecution === undefined) return null;
  const { workflowId, runId } = parentExecution;
  if (!workflowId || !runId) return null;
  let project = await client.workflow.getHandle(workflowId, runId).describe().catch(ignoreForgotten);
  // It goes on under the same id; the run that started the task is forgotten once its retention is over.
  if (project === null || project.status.name === CONTINUED) project = await client.workflow.getHandle(workflowId).describe();
  return ENDED.has(project.status.name) ? `the project ${workflowId} is ${project.status.name}` : null;
}

const ENDED: ReadonlySet<string> = new Set(['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT']);
const CONTINUED = 'CONTINUED_AS_NEW';

function ignoreForgotten(error: unknown): null {
  if (error instanceof WorkflowNotFoundError) return null;
  throw error;
}

function judgeFailure(error: unknown): string | null {
  if (error instanceof WorkflowNotFoundError) return 'the server does not know it any more';
  const code = codeOf(error);
  if (code === null || ANSWERS.has(code)) return null;
  throw serverUnreachable(error);
}

/** gRPC's codes for what a server answers that will not say: rate limits, missing rights, unknown methods, unknown callers. */
const ANSWERS: ReadonlySet<number> = new Set([7, 8, 12, 16]);

function codeOf(error: unknown): number | null {
  const causes = [error, error instanceof Error ? error.cause : undefined];
  return causes.map((cause) => (cause as { readonly code?: unknown } | undefined)?.code).find((code) => typeof code === 'number') ?? null;
}

/** Whoever is cancelled meanwhile need not wait for the answer. */
async function unlessCancelled(cancellation: AbortSignal, ask: () => Promise<string | null>): Promise<string | null> {
  const late = AbortSignal.timeout(PATIENCE);
  const over = AbortSignal.any([cancellation, late]);
  const waited = Promise.withResolvers<null>();
  const end = () => (late.aborted ? waited.reject(serverUnreachable(late.reason)) : waited.resolve(null));
  if (over.aborted) end();
  else over.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([ask(), waited.promise]);
  } finally {
    over.removeEventListener('abort', end);
  }
}

/** The client of the worker; null where there is none. */
function clientOf(context: Context): Client | null {
  try {
    return context.client;
  } catch {
    return null;
  }
}

const projectEnded = (what: string) =>
  new KamachiqError({
    code: 'agent.project-ended',
    message: `Expected a project that runs, got none: ${what}.`,
    remedy: 'Nothing; no further call is made for it.',
  });

const serverUnreachable = (cause: unknown) =>
  new KamachiqError({
    code: 'agent.server-unreachable',
    message: `Expected an answer from the Temporal server within ${PATIENCE / 1_000} seconds, got ${cause instanceof Error ? cause.message : String(cause)}.`,
    remedy: 'Look for what keeps the worker from its server; the attempt is made anew once it is reached again.',
    cause,
  });
