import {
  isGrpcServiceError,
  NamespaceNotFoundError,
  QueryNotRegisteredError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { KamachiqError } from '../errors/kamachiq-error.js';

/**
 * Names what a person can do about whatever a call to the server failed with.
 *
 * @param subject - What was asked about: an id, or words for it.
 * @param answerer - Who has to answer such a call. The server answers alone about what it keeps; what stands in a workflow is asked of a worker.
 */
export function clientError(error: unknown, subject: string, answerer: 'server' | 'worker'): KamachiqError {
  if (KamachiqError.isInstance(error)) return error;
  const shown = subject === '' ? 'an empty id' : subject;
  const problem = (code: string, message: string, remedy: string) => new KamachiqError({ code, message, remedy, cause: error });
  if (error instanceof WorkflowExecutionAlreadyStartedError) {
    return problem('client.already-started', `Expected a new project id, got ${shown}, which exists.`, 'Leave the id out, or choose another.');
  }
  if (error instanceof NamespaceNotFoundError) {
    return problem(
      'client.unknown-namespace',
      `Expected a namespace of this server, got ${error.namespace}.`,
      'Check the namespace and the address, or register the namespace on the server.',
    );
  }
  if (error instanceof WorkflowFailedError) return endedWithoutResult(error, shown);
  const code = grpcCode(error);
  const noId = subject === '' && (code === INVALID_ARGUMENT || error instanceof QueryNotRegisteredError);
  if (error instanceof WorkflowNotFoundError || code === NOT_FOUND || noId) {
    return problem('client.not-found', `Expected the id of something on this server, got ${shown}.`, 'Check the id, the address and the namespace.');
  }
  if (isTooLarge(error)) {
    return problem(
      'client.answer-too-large',
      `Expected an answer about ${shown} that can be carried at once, got one that is too large: ${reasonOf(error)}.`,
      'Look at its history in the Web UI, or at its report once there is one.',
    );
  }
  if (isUnknownQuery(error) || isUnknownUpdate(error)) {
    return problem(
      'client.wrong-kind',
      `Expected ${shown} to be what was asked for, got a workflow that does not answer this question.`,
      'Pass the id of a project where one is asked for, the id of a review where that is.',
    );
  }
  if (isConnectionClosed(error)) {
    return problem(
      'client.closed',
      'Expected an open connection to the Temporal server, got one that was closed.',
      'Open a new connection and make a client on it.',
    );
  }
  if (code === UNAVAILABLE) {
    return noServer(error);
  }
  if (answerer === 'worker' && (code === FAILED_PRECONDITION || code === DEADLINE_EXCEEDED)) {
    return problem(
      'client.no-worker',
      `Expected a worker to answer for ${shown}, got ${code === FAILED_PRECONDITION ? `none that can: ${reasonOf(error)}` : 'no answer'}.`,
      'Start a worker on the task queue of the project, or look whether it is busy.',
    );
  }
  if (code === DEADLINE_EXCEEDED) {
    return problem(
      'client.deadline',
      `Expected an answer about ${shown} before the deadline of the call, got none.`,
      'Ask again, with a later deadline if it must wait.',
    );
  }
  if (code === CANCELLED) return stoppedWaiting(shown, error);
  if (code === PERMISSION_DENIED || code === UNAUTHENTICATED) {
    return problem(
      'client.unauthorized',
      `Expected to be allowed to ask about ${shown}, got a refusal: ${reasonOf(error)}.`,
      'Connect with a key or certificate that may use this namespace.',
    );
  }
  return problem(
    'client.request-failed',
    `Expected the server to answer about ${shown}, got: ${reasonOf(error)}.`,
    'Correct what the message names, or ask again later.',
  );
}

/** gRPC status codes. */
const CANCELLED = 1;
const INVALID_ARGUMENT = 3;
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
export const FAILED_PRECONDITION = 9;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

/** What gRPC says of a call that its caller cancelled. */
const CANCELLED_BY_CALLER = 'Cancelled on client';

/** Characters of a foreign message that become part of ours. */
const LONGEST_REASON = 500;

function endedWithoutResult(error: WorkflowFailedError, shown: string): KamachiqError {
  if (error.cause instanceof CancelledFailure) {
    return new KamachiqError({
      code: 'client.project-cancelled',
      message: `Expected ${shown} to end by itself, got its cancellation.`,
      remedy: 'Its status holds the report that it wrote.',
      cause: error,
    });
  }
  return new KamachiqError({
    code: 'client.project-failed',
    message: `Expected ${shown} to end with a report, got none: ${reasonOf(error)}.`,
    remedy: 'Its history in the Web UI tells more.',
    cause: error,
  });
}

/** The innermost message says most: the client wraps what happened in errors of its own. */
function reasonOf(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  const message = isGrpcServiceError(inner) ? inner.details : inner instanceof Error ? inner.message : String(inner);
  return message.slice(0, LONGEST_REASON).replace(/\.$/, '');
}

/** The status of the call that failed: the client wraps it in errors of its own. */
export function grpcCode(error: unknown): number | null {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (!isGrpcServiceError(inner)) continue;
    // A server that sees the deadline pass first resets the call, and that reads as a cancellation which nobody asked for.
    return inner.code === CANCELLED && inner.details !== CANCELLED_BY_CALLER ? DEADLINE_EXCEEDED : inner.code;
  }
  return null;
}

/** The client has one class for every query that failed in a workflow; only their words tell them apart. Workers of other languages use others. */
const UNKNOWN_QUERY = /did not register a handler|expected but not found|unknown query ?type/i;
const isUnknownQuery = (error: unknown): boolean => error instanceof QueryNotRegisteredError && UNKNOWN_QUERY.test(error.message);

/** The words of a server for what is above its limit, and of a worker for what it can't even send there. */
const TOO_LARGE = /size exceeds limit|message too large/i;
const isTooLarge = (error: unknown): boolean => error instanceof QueryNotRegisteredError && TOO_LARGE.test(error.message);

/** The SDK's workers give this refusal no type, only these words. */
const isUnknownUpdate = (error: unknown): boolean =>
  error instanceof WorkflowUpdateFailedError && error.cause?.message.startsWith('No registered handler for update') === true;

/** gRPC gives such errors no status, only these words. */
function isConnectionClosed(error: unknown): boolean {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (/\bchannel has been (shut down|closed)\b/i.test(inner.message)) return true;
  }
  return false;
}

/** The caller stopped a call, or what would have been one. */
export const stoppedWaiting = (subject: string, cause?: unknown): KamachiqError =>
  new KamachiqError({
    code: 'client.cancelled',
    message: `Expected an answer about ${subject}, got the caller's word to stop waiting.`,
    remedy: 'Nothing; ask again if it is still wanted.',
    cause,
  });

/** Nobody is there to be asked. */
export const noServer = (cause: unknown): KamachiqError =>
  new KamachiqError({
    code: 'client.no-server',
    message: 'Expected a Temporal server, got no answer.',
    remedy: 'Start one with `kamachiq dev`, or pass the address of yours.',
    cause,
  });

/** True for an error that says nobody answered until the deadline. */
export const isUnanswered = (error: unknown): boolean => grpcCode(error) === DEADLINE_EXCEEDED;

/** True for an error that says the server can't be reached right now. */
export const isServerUnavailable = (error: unknown): boolean => grpcCode(error) === UNAVAILABLE;
