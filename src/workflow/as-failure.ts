import { KamachiqError } from '../errors/kamachiq-error.js';
import { ApplicationFailure, TemporalFailure } from './temporal.js';

/** Makes an error end the workflow: a plain one would be retried for ever, as if it were a bug about to be deployed away. */
export function asFailure(error: unknown): Error {
  if (error instanceof TemporalFailure) return error;
  if (KamachiqError.isInstance(error)) {
    return ApplicationFailure.create({ type: `kamachiq.${error.code}`, message: `${error.message} ${error.remedy}`, nonRetryable: true });
  }
  return ApplicationFailure.create({
    type: 'kamachiq.workflow-failed',
    message: error instanceof Error ? error.message : String(error),
    nonRetryable: true,
    ...(error instanceof Error ? { cause: error } : {}),
  });
}
