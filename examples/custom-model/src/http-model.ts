import {
  type CancellationSignal,
  FinishReason,
  type LanguageModel,
  type ModelAnswer,
  ModelCallError,
  type ModelCallErrorCode,
  type ModelRequest,
} from 'kamachiq';

/** A model behind an HTTP endpoint: here one that speaks the OpenAI chat protocol and goes on where a last message of the assistant ends. */
export class HttpModel implements LanguageModel {
  readonly specificationVersion = 1;

  /** @param id - Name of the model there and in reports. `contextTokens` counts prompt and answer together. */
  constructor(
    readonly url: string,
    readonly id: string,
    readonly contextTokens: number,
  ) {}

  /** Tokens are held before they are spent, so count too many rather than too few: no tokenizer needs more tokens than a text has bytes. */
  async doCountTokens({ messages, answerPrefix, answerSchema }: ModelRequest): Promise<{ tokens: number; exact: boolean }> {
    const text = JSON.stringify([messages, answerPrefix, answerSchema], null, 2);
    return { tokens: Buffer.byteLength(text) + 128, exact: false };
  }

  /** One call, without retries: Temporal makes those, each with a hold of its own. */
  async doGenerate(request: ModelRequest, signal: CancellationSignal): Promise<ModelAnswer> {
    const { answerPrefix = '', answerSchema, maxOutputTokens, messages, seed, stopSequences, temperature = 0 } = request;
    const turns = answerPrefix === '' ? messages : [...messages, { role: 'assistant' as const, text: answerPrefix }];
    const { choices, usage } = await post(this.url, signal, {
      model: this.id,
      messages: turns.map(({ role, text }) => ({ role, content: text })),
      max_tokens: maxOutputTokens,
      temperature,
      seed,
      stop: stopSequences,
      response_format: answerSchema && { type: 'json_schema', json_schema: { name: 'answer', schema: answerSchema, strict: true } },
    });
    return {
      text: answerPrefix + choices[0].message.content,
      usage: { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens, reported: true },
      finishReason: choices[0].finish_reason === 'length' ? FinishReason.LENGTH : FinishReason.STOP,
    };
  }
}

interface ChatAnswer {
  readonly choices: readonly [{ readonly message: { readonly content: string }; readonly finish_reason: string }];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number };
}

async function post(url: string, signal: CancellationSignal, body: object): Promise<ChatAnswer> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal: controller.signal });
    if (response.ok) return (await response.json()) as ChatAnswer;
    const retryAfterSeconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    throw failure(codeOf(response.status, await response.text()), `${url} answered ${response.status}`, {
      retryAfterMilliseconds: Number.isFinite(retryAfterSeconds) ? retryAfterSeconds * 1000 : null,
    });
  } catch (cause) {
    if (cause instanceof ModelCallError) throw cause;
    throw failure(signal.aborted ? 'model.cancelled' : codeOfBreak(cause), `no answer from ${url}`, { cause });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The code decides what happens next: whether the task tries again, and whether the refused call costs anything. */
function codeOf(status: number, body: string): ModelCallErrorCode {
  if (status === 429) return 'model.rate-limited';
  if (status === 401 || status === 403) return 'model.unauthorized';
  if (body.includes('context_length_exceeded')) return 'model.context-too-long';
  return status >= 500 ? 'model.overloaded' : 'model.invalid-request';
}

/** What never reached the server costs nothing; of a connection that was cut later, nobody knows what was worked. */
function codeOfBreak(error: unknown): ModelCallErrorCode {
  const cause = error instanceof Error ? error.cause : null;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : null;
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' ? 'model.interrupted' : 'model.unavailable';
}

const failure = (code: ModelCallErrorCode, message: string, rest: { cause?: unknown; retryAfterMilliseconds?: number | null }) =>
  new ModelCallError({ code, message, remedy: 'Look at the log of the model server.', ...rest });
