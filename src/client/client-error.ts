import { isGrpcServiceError, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { KamachiqError } from '../errors/kamachiq-error.js';

/** Names what a person can do about an error of the server's; anything unknown stays as it is. */
export function clientError(error: unknown, subject: string): unknown {
  if (error instanceof WorkflowExecutionAlreadyStartedError) {
    return new KamachiqError({
      code: 'client.already-started',
      message: `Expected a new project id, got ${subject}, which exists.`,
      remedy: 'Leave the id out, or choose another.',
      cause: error,
    });
  }
  if (error instanceof WorkflowNotFoundError || grpcCode(error) === NOT_FOUND) {
    return new KamachiqError({
      code: 'client.not-found',
      message: `Expected the id of something on this server, got ${subject}.`,
      remedy: 'Check the id, the address and the namespace.',
      cause: error,
    });
  }
  if (isServerUnavailable(error)) {
    return new KamachiqError({
      code: 'client.no-server',
      message: 'Expected a Temporal server, got no answer.',
      remedy: 'Start one with `kamachiq dev`, or pass the address of yours.',
      cause: error,
    });
  }
  const code = grpcCode(error);
  if (code === FAILED_PRECONDITION || code === DEADLINE_EXCEEDED) {
    return new KamachiqError({
      code: 'client.no-worker',
      message: `Expected a worker to answer for ${subject}, got no answer.`,
      remedy: 'Start a worker on the task queue of the project, or look whether it is busy.',
      cause: error,
    });
  }
  return error;
}

/** gRPC status codes. */
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const FAILED_PRECONDITION = 9;
const UNAVAILABLE = 14;

/** The status of the call that failed: the client wraps it in errors of its own. */
function grpcCode(error: unknown): number | null {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (isGrpcServiceError(inner)) return inner.code;
  }
  return null;
}

/** True for an error that says the server can't be reached right now. */
export const isServerUnavailable = (error: unknown): boolean => grpcCode(error) === UNAVAILABLE;
