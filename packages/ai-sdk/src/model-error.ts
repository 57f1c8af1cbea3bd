import { AISDKError, APICallError } from 'ai';
import { ModelCallError, type ModelCallErrorCode } from 'kamachiq';
import { retryAfterMilliseconds } from './retry-after.js';

const remedies: Readonly<Record<ModelCallErrorCode, string>> = {
  'model.rate-limited': 'Wait as long as the provider asks and call again; run fewer calls at a time.',
  'model.overloaded': 'Call again later.',
  'model.timeout': 'Call again; raise timeoutMilliseconds or stallMilliseconds if the model needs longer.',
  'model.context-too-long': 'Shorten the prompt, lower maxOutputTokens, or choose a model with a longer context.',
  'model.refused': 'Change the request; the provider will not answer this one.',
  'model.unauthorized': 'Check the API key, its rights and the balance of its account.',
  'model.invalid-request': 'Correct the request or the name of the model; the same one is refused again.',
  'model.unavailable': 'Check that the server runs at this address and can be reached, and call again.',
  'model.interrupted': 'Call again; where it persists, look for what cuts connections between here and the model.',
  'model.garbled': 'Check that the address is that of a model server which speaks the protocol.',
  'model.cancelled': 'Call again if the answer is still wanted.',
};

/**
 * A stable error for whatever the AI SDK or the network threw.
 *
 * @param begun - Whether some of an answer had come: from then on nothing is taken for a refusal that costs nothing.
 */
export function toModelError(cause: unknown, begun = false): ModelCallError {
  const links = linksOf(cause);
  const own = links.find((link): link is ModelCallError => link instanceof ModelCallError);
  if (own !== undefined) return own;
  const response = links.find((link): link is APICallError => APICallError.isInstance(link));
  if (begun) return modelError('model.interrupted', cause);
  if (links.some(wasTimeout)) return modelError('model.timeout', cause);
  if (response !== undefined) return fromResponse(response, links);
  if (isAnswer(cause)) return fromErrorInStream(cause);
  return modelError(codeOfSdkError(cause, links), cause);
}

/** The error for a call that ended by the caller's wish or by the adapter's own clock. */
export function modelError(code: ModelCallErrorCode, cause: unknown, retryAfter: number | null = null): ModelCallError {
  return new ModelCallError({ code, message: describe(cause), remedy: remedies[code], retryAfterMilliseconds: retryAfter, cause });
}

function fromResponse(error: APICallError, links: readonly Error[]): ModelCallError {
  const { statusCode, responseBody = '', message, responseHeaders = {} } = error;
  // A success whose body could not be read to its end, or no response at all.
  if (statusCode === undefined) return modelError(codeOfConnection(links), error);
  if (statusCode < 400) return modelError(links.length > 1 ? codeOfBody(links) : 'model.garbled', error);
  const words = `${message} ${responseBody.slice(0, 10_000)}`;
  return modelError(codeOfStatus(statusCode, words), error, retryAfterMilliseconds(responseHeaders, Date.now()));
}

/** An error that a stream carried before anything of an answer. */
function fromErrorInStream(error: object): ModelCallError {
  const words = JSON.stringify(error).slice(0, 10_000);
  const { code, status, message } = error as { readonly code?: unknown; readonly status?: unknown; readonly message?: unknown };
  const told = [code, status].map(Number).find((value) => value >= 400 && value < 600);
  const said = typeof message === 'string' ? message : words;
  if (told !== undefined) return modelError(codeOfStatus(told, words), said);
  return modelError(/overloaded/i.test(words) ? 'model.overloaded' : 'model.interrupted', said);
}

function codeOfStatus(status: number, words: string): ModelCallErrorCode {
  if (status === 401 || status === 402 || status === 403) return 'model.unauthorized';
  if (status === 408) return 'model.timeout';
  if (status === 429) return /insufficient_quota/.test(words) ? 'model.unauthorized' : 'model.rate-limited';
  if (status >= 500) return 'model.overloaded';
  if (status === 413 || tellsOfContext.test(words)) return 'model.context-too-long';
  return tellsOfRefusal.test(words) ? 'model.refused' : 'model.invalid-request';
}

/** Words of known providers for a prompt that does not fit. */
const tellsOfContext =
  /context[ _-]?(?:length|window|size|limit)|maximum context|too many (?:input )?tokens|input token count|(?:prompt|input) is too long|reduce the length|exceeds? the (?:available|maximum|limit)[^.]{0,40}(?:context|tokens)/i;

/** Words of known providers for a prompt that they will not work on. */
const tellsOfRefusal = /content[ _-]?(?:filter|management policy|policy_violation)|ResponsibleAIPolicyViolation|moderation_blocked/i;

function codeOfSdkError(cause: unknown, links: readonly Error[]): ModelCallErrorCode {
  if (!AISDKError.isInstance(cause)) return codeOfConnection(links);
  if (/LoadAPIKey|Authentication/.test(cause.name)) return 'model.unauthorized';
  return /Invalid(?:Prompt|Argument)|Unsupported|NoSuchModel|LoadSetting|MessageConversion/.test(cause.name)
    ? 'model.invalid-request'
    : 'model.garbled';
}

/** Only what never reached a model is known to cost nothing; a connection that was cut while one may have worked is not. */
function codeOfConnection(links: readonly Error[]): ModelCallErrorCode {
  const never = links.some((link) => NEVER_CONNECTED.test('code' in link ? String(link.code) : '') || NEVER_SENT.test(link.message));
  return never ? 'model.unavailable' : 'model.interrupted';
}

/** The network's and TLS's codes for a connection that did not come about, and for an address that is none. */
const NEVER_CONNECTED =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_|EHOST|ENET|EADDR|UND_ERR_CONNECT|ERR_INVALID_URL|ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;

/** What `fetch` says, without a code, of a request that it gave up. */
const NEVER_SENT = /redirect|bad port|unknown scheme/;

/** A body that ended early, or one that is no JSON. */
const codeOfBody = (links: readonly Error[]): ModelCallErrorCode =>
  links.some(({ name }) => /JSONParse|TypeValidation/.test(name)) ? 'model.garbled' : 'model.interrupted';

/** What a provider's client hands on as it came: an object of the server's own. */
const isAnswer = (value: unknown): value is object => typeof value === 'object' && value !== null && !(value instanceof Error);

function wasTimeout(link: Error): boolean {
  return link.name === 'TimeoutError' || (/TIMEOUT|TIMEDOUT/.test('code' in link ? String(link.code) : '') && !isConnecting(link));
}

const isConnecting = (link: Error) => 'code' in link && link.code === 'UND_ERR_CONNECT_TIMEOUT';

/** An error and its causes; few, since causes can be their own. */
function linksOf(cause: unknown): readonly Error[] {
  const links: Error[] = [];
  for (let link = cause; link instanceof Error && links.length < 8; link = link.cause) links.push(link);
  return links;
}

/** What went wrong in the provider's words: cut short and without control characters, since a server wrote them. */
function describe(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const status = APICallError.isInstance(cause) && cause.statusCode !== undefined ? ` (HTTP ${cause.statusCode})` : '';
  return `Expected an answer from the model, got${status}: ${message.replace(/\p{Cc}+/gu, ' ').slice(0, 300)}`;
}
