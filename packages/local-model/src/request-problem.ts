import { ModelCallError, type ModelRequest } from 'kamachiq';

/** What a request breaks of the port's terms, as a sentence; null for one that can be answered. */
export function findRequestProblem({ messages, maxOutputTokens, temperature = 0, seed = 0, stopSequences = [] }: ModelRequest): string | null {
  if (messages.length === 0) return 'Expected at least one message, got none.';
  if (!Number.isInteger(maxOutputTokens) || maxOutputTokens < 1) return `Expected maxOutputTokens of 1 or more, got ${maxOutputTokens}.`;
  if (!Number.isFinite(temperature) || temperature < 0) return `Expected a temperature of 0 or more, got ${temperature}.`;
  if (!Number.isSafeInteger(seed)) return `Expected an integer as seed, got ${seed}.`;
  if (stopSequences.length > 4) return `Expected at most 4 stop sequences, got ${stopSequences.length}.`;
  if (stopSequences.includes('')) return 'Expected stop sequences with at least one character, got an empty one.';
  return null;
}

/** The error for a request that this model can't answer as it stands. */
export function invalidRequest(message: string, remedy = 'Correct the request; the same one is refused again.', cause?: unknown): ModelCallError {
  return new ModelCallError({ code: 'model.invalid-request', message, remedy, cause });
}
