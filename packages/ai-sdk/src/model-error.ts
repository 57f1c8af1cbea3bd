import { AISDKError, APICallError } from 'ai';
import { ModelCallError, type ModelCallErrorCode } from 'kamachiq';
import { retryAfterMilliseconds } from './retry-after.js';

const remedies: Readonly<Record<ModelCallErrorCode, string>> = {
  'model.rate-limited': 'Wait as long as the provider asks and call again; run fewer calls at a time.',
  'model.overloaded': 'Call again later.',
  'model.timeout': 'Call again; raise timeoutMilliseconds if the model needs longer.',
  'model.context-too-long': 'Shorten the prompt, lower maxOutputTokens, or choose a model with a longer context.',
  'model.refused': 'Change the request; the provider will not answer this one.',
  'model.unauthorized': 'Check the API key, its rights and the balance of its account.',
  'model.invalid-request': 'Correct the request or the name of the model; the same one is refused again.',
  'model.unavailable': 'Check that the server runs at this address and speaks the protocol, and call again.',
  'model.cancelled': 'Call again if the answer is still wanted.',
};

/** A stable error for whatever the AI SDK or the network threw. */
export function toModelError(cause: unknown): ModelCallError {
  if (APICallError.isInstance(cause)) return fromResponse(cause);
  if (wasTimeout(cause)) return modelError('model.timeout', cause);
  return modelError(codeOfSdkError(cause), cause);
}

/** The error for a call that ended by the caller's wish or by the adapter's own clock. */
export function modelError(code: ModelCallErrorCode, cause: unknown, retryAfter: number | null = null): ModelCallError {
  return new ModelCallError({ code, message: describe(cause), remedy: remedies[code], retryAfterMilliseconds: retryAfter, cause });
}

function fromResponse(error: APICallError): ModelCallError {
  return modelError(codeOfResponse(error), error, retryAfterMilliseconds(error.responseHeaders ?? {}, Date.now()));
}

function codeOfResponse(error: APICallError): ModelCallErrorCode {
  const { statusCode, responseBody = '', message } = error;
  // A success that could not be read, or no response at all.
  if (statusCode === undefined || statusCode < 400) return wasTimeout(error) ? 'model.timeout' : 'model.unavailable';
  if (statusCode === 401 || statusCode === 402 || statusCode === 403) return 'model.unauthorized';
  if (statusCode === 408) return 'model.timeout';
  if (statusCode === 429) return responseBody.includes('insufficient_quota') ? 'model.unauthorized' : 'model.rate-limited';
  if (statusCode >= 500) return 'model.overloaded';
  return statusCode === 413 || tellsOfContext.test(`${message} ${responseBody.slice(0, 10_000)}`)
    ? 'model.context-too-long'
    : 'model.invalid-request';
}

/** Words of known providers for a prompt that does not fit. */
const tellsOfContext =
  /context[ _-]?(?:length|window|size)|maximum context|too many (?:input )?tokens|(?:prompt|input) is too long|exceeds? the (?:available|maximum)[^.]{0,40}(?:context|tokens)/i;

function codeOfSdkError(cause: unknown): ModelCallErrorCode {
  if (!AISDKError.isInstance(cause)) return 'model.unavailable';
  if (/LoadAPIKey|Authentication/.test(cause.name)) return 'model.unauthorized';
  return /Invalid(?:Prompt|Argument)|Unsupported|NoSuchModel|LoadSetting|MessageConversion/.test(cause.name)
    ? 'model.invalid-request'
    : 'model.unavailable';
}

function wasTimeout(error: unknown): boolean {
  for (let current = error, depth = 0; current instanceof Error && depth < 8; current = current.cause, depth += 1) {
    const code = 'code' in current ? String(current.code) : '';
    if (current.name === 'TimeoutError' || /TIMEOUT|TIMEDOUT/.test(code)) return true;
  }
  return false;
}

/** What went wrong in the provider's words: cut short and without control characters, since a server wrote them. */
function describe(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const status = APICallError.isInstance(cause) && cause.statusCode !== undefined ? ` (HTTP ${cause.statusCode})` : '';
  return `Expected an answer from the model, got${status}: ${message.replace(/\p{Cc}+/gu, ' ').slice(0, 300)}`;
}
