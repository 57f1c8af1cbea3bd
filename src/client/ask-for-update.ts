import { setTimeout as delay } from 'node:timers/promises';
import { type Client, type Connection, type ConnectionLike, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { KamachiqError } from '../errors/kamachiq-error.js';
import { clientError, FAILED_PRECONDITION, grpcCode, stoppedWaiting } from './client-error.js';

/** What a workflow is asked for. */
export interface UpdateRequest {
  readonly workflowId: string;
  /** Of the update, as the workflow knows it. */
  readonly name: string;
  readonly argument: unknown;
  /** The server takes an update of one id once: who asks again with it is told what becomes of the first. */
  readonly updateId: string;
  /** For people whose answer is missing: how to come by it. */
  readonly remedy: string;
  readonly onAccepted?: (() => void) | undefined;
}

/**
 * Milliseconds in which a worker must have accepted an update. One that dies with the workflow in hand is replaced after 15 seconds: 5 until its sticky
 * queue is given up, 10 until its workflow task is.
 */
const ACCEPTANCE_LIMIT = 20_000;

/**
 * Asks a workflow for an update and waits for its answer: for at most 20 seconds until a worker has accepted it, and from then on as long as it takes. A
 * deadline and an abort signal that the caller set on the connection hold for all of it.
 *
 * @throws WorkflowUpdateFailedError when it was refused; WorkflowNotFoundError; KamachiqError `client.no-worker` when nobody accepted it in time,
 * `client.unanswered` when the wait ended after it was accepted, or by the abort signal, when it may have been; and what every call may meet. `context`
 * has `updateId` and `accepted` wherever it may still be done.
 */
export async function askForUpdate<Answer>(client: Client, request: UpdateRequest): Promise<Answer> {
  const { workflowId, name, argument, updateId, onAccepted } = request;
  const { deadline, abortSignal } = callContext(client.connection);
  // The SDK listens for the abort alone: a call that begins after it would never end.
  if (abortSignal?.aborted) throw stoppedWaiting(workflowId);
  const limit = Math.min(Number(deadline ?? Number.POSITIVE_INFINITY), Date.now() + ACCEPTANCE_LIMIT);
  const handle = client.workflow.getHandle(workflowId);
  // By itself the SDK asks again and again for as long as no worker accepts it.
  const ask = () =>
    client.withDeadline(limit, () => handle.startUpdate<Answer, [unknown]>(name, { args: [argument], updateId, waitForStage: 'ACCEPTED' }));
  const update = await askAgain(ask).catch((error: unknown) => {
    throw withUpdate(error, request, false);
  });
  onAccepted?.();
  if (abortSignal?.aborted) throw unanswered(stoppedWaiting(workflowId), request, true);
  try {
    return await update.result();
  } catch (error) {
    throw withUpdate(error, request, true);
  }
}

/**
 * Asks again where the workflow task that an update came with was done again: a project that goes on in another run has that now and then. The update was not
 * accepted, and under its id it is done once.
 */
async function askAgain<Update>(ask: () => Promise<Update>): Promise<Update> {
  for (let time = 1; ; time += 1) {
    try {
      return await ask();
    } catch (error) {
      if (grpcCode(error) !== FAILED_PRECONDITION || time === MOST_TIMES) throw error;
      await delay(BETWEEN_QUESTIONS);
    }
  }
}

/** How often, with a pause in milliseconds: other reasons for the same answer don't pass so soon. */
const MOST_TIMES = 10;
const BETWEEN_QUESTIONS = 100;

/** What the caller set for calls at this moment. Connections of the SDK have it, and other kinds need not. */
const callContext = (connection: ConnectionLike) =>
  (connection as ConnectionLike & Partial<Pick<Connection, 'callContextStorage'>>).callContextStorage?.getStore() ?? {};

/** What a call may end with before a worker accepts the update, though it may be with the server by then. */
const MAY_HAVE_ARRIVED: ReadonlySet<string> = new Set(['client.no-worker', 'client.no-server']);

function withUpdate(error: unknown, request: UpdateRequest, accepted: boolean): unknown {
  if (error instanceof WorkflowUpdateFailedError || (!accepted && error instanceof WorkflowNotFoundError)) return error;
  const problem = clientError(error, request.workflowId, accepted ? 'server' : 'worker');
  if (accepted || problem.code === 'client.cancelled') return unanswered(problem, request, accepted);
  if (!MAY_HAVE_ARRIVED.has(problem.code)) return problem;
  const { code, message, remedy, cause } = problem;
  return new KamachiqError({ code, message, remedy: `${remedy} ${mayStillCome(request)}`, context: contextOf(request, accepted), cause });
}

function unanswered(problem: KamachiqError, request: UpdateRequest, accepted: boolean): KamachiqError {
  const { workflowId } = request;
  const asked = accepted ? `what a worker accepted for ${workflowId}` : `what ${workflowId} was asked for`;
  return new KamachiqError({
    code: 'client.unanswered',
    message: `Expected an answer to ${asked}, got ${ENDS.get(problem.code) ?? `none: ${problem.message.replace(/\.$/, '')}`}.`,
    remedy: mayStillCome(request),
    context: contextOf(request, accepted),
    cause: problem,
  });
}

/** What ended a wait, in fewer words than its error. */
const ENDS: ReadonlyMap<string, string> = new Map([
  ['client.deadline', 'none before the deadline of the call'],
  ['client.cancelled', "the caller's word to stop waiting"],
]);

const mayStillCome = ({ remedy }: UpdateRequest) => `It may still be done. ${remedy}`;

const contextOf = ({ updateId }: UpdateRequest, accepted: boolean) => ({ updateId, accepted });
