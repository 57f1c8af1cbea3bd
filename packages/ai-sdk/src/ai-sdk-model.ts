import { generateText, jsonSchema, NoOutputGeneratedError, Output, type ModelMessage as SdkMessage, type LanguageModel as SdkModel } from 'ai';
import {
  type CancellationSignal,
  FinishReason,
  type LanguageModel,
  type ModelAnswer,
  ModelCallError,
  type ModelMessage,
  type ModelRequest,
  type ModelUsage,
} from 'kamachiq';
import { type AnswerPrefixMode, messagesWithPrefix, textWithPrefix } from './answer-prefix.js';
import { modelError, toModelError } from './model-error.js';
import { boundRequest, countBytes } from './token-bound.js';

export type { AnswerPrefixMode } from './answer-prefix.js';

/** What the AI SDK does not say about a model. @public */
export interface AiSdkModelOptions {
  /** Name in journals, prices and reports. @default provider and model as the AI SDK names them, lower case */
  readonly id?: string;
  /** Tokens that the model can attend to at once, prompt and answer together. */
  readonly contextTokens: number;
  /** The most tokens that a text can take. @default its bytes in UTF-8 */
  readonly tokenBound?: (text: string) => number;
  /** How the provider is brought to begin its answer with a given text. @default 'instruct' */
  readonly answerPrefix?: AnswerPrefixMode;
  /** Longest wait for one answer. @default 300000 */
  readonly timeoutMilliseconds?: number;
}

/**
 * Makes a language model of any model that the AI SDK can call.
 *
 * Calls are made once: the SDK's own retries are off. Counts are upper bounds. `answerSchema` is sent as structured output; together with `answerPrefix` it is
 * refused, since no provider holds to both.
 *
 * @public
 */
export function aiSdkModel(model: SdkModel, options: AiSdkModelOptions): LanguageModel {
  return new AiSdkModel(model, options);
}

class AiSdkModel implements LanguageModel {
  readonly specificationVersion = 1;
  readonly id: string;
  readonly contextTokens: number;
  readonly #model: SdkModel;
  readonly #tokenBound: (text: string) => number;
  readonly #prefixMode: AnswerPrefixMode;
  readonly #timeout: number;

  constructor(
    model: SdkModel,
    { id, contextTokens, tokenBound = countBytes, answerPrefix = 'instruct', timeoutMilliseconds = 300_000 }: AiSdkModelOptions,
  ) {
    this.#model = model;
    this.id = id ?? nameOf(model);
    this.contextTokens = contextTokens;
    this.#tokenBound = tokenBound;
    this.#prefixMode = answerPrefix;
    this.#timeout = timeoutMilliseconds;
  }

  async doCountTokens(request: ModelRequest): Promise<{ readonly tokens: number; readonly exact: boolean }> {
    return { tokens: this.#bound(request), exact: false };
  }

  async doGenerate(request: ModelRequest, signal: CancellationSignal): Promise<ModelAnswer> {
    if (signal.aborted) throw modelError('model.cancelled', 'the call was cancelled before it began');
    if (request.answerSchema !== undefined && (request.answerPrefix ?? '') !== '') {
      throw modelError('model.invalid-request', 'answerSchema and answerPrefix in one request, which no provider holds to');
    }
    const controller = new AbortController();
    const stop = () => controller.abort();
    const clock = setTimeout(stop, this.#timeout);
    signal.addEventListener('abort', stop);
    try {
      return await this.#call(request, controller.signal);
    } catch (cause) {
      if (cause instanceof ModelCallError) throw cause;
      if (signal.aborted) throw modelError('model.cancelled', 'the call was cancelled by its caller');
      if (controller.signal.aborted) throw modelError('model.timeout', `no answer within ${this.#timeout} ms`);
      throw toModelError(cause);
    } finally {
      clearTimeout(clock);
      signal.removeEventListener('abort', stop);
    }
  }

  async #call(request: ModelRequest, abortSignal: AbortSignal): Promise<ModelAnswer> {
    const { answerPrefix = '', answerSchema, maxOutputTokens, seed, stopSequences, temperature = 0 } = request;
    const result = await generateText({
      model: this.#model,
      allowSystemInMessages: true,
      messages: messagesWithPrefix(request, this.#prefixMode).map(toSdkMessage),
      maxOutputTokens,
      maxRetries: 0,
      temperature,
      abortSignal,
      ...(seed === undefined ? {} : { seed }),
      ...(stopSequences === undefined ? {} : { stopSequences: [...stopSequences] }),
      ...(answerSchema === undefined ? {} : { output: unparsed(answerSchema) }),
    });
    const text = answerSchema === undefined ? result.text : structuredText(result);
    return {
      text: answerPrefix === '' ? text : textWithPrefix(text, answerPrefix, this.#prefixMode),
      usage: this.#usage(request, text, result.totalUsage),
      finishReason: finishReasonOf(result.finishReason),
    };
  }

  #bound(request: ModelRequest): number {
    return boundRequest({ ...request, messages: messagesWithPrefix(request, this.#prefixMode) }, this.#tokenBound);
  }

  // A prompt is never free and neither is a text: the SDK fills some silent providers' counts with zeros.
  #usage(
    request: ModelRequest,
    text: string,
    { inputTokens = 0, outputTokens = 0 }: { inputTokens?: number | undefined; outputTokens?: number | undefined },
  ): ModelUsage {
    if (inputTokens > 0 && (outputTokens > 0 || text === '')) return { inputTokens, outputTokens, reported: true };
    return { inputTokens: this.#bound(request), outputTokens: Math.min(this.#tokenBound(text), request.maxOutputTokens), reported: false };
  }
}

function nameOf(model: SdkModel): string {
  return (typeof model === 'string' ? model : `${model.provider}/${model.modelId}`).toLowerCase();
}

function toSdkMessage({ role, text }: ModelMessage): SdkMessage {
  return { role, content: text };
}

// The text as it came: whoever asked for a schema checks the answer, also one cut short, which the SDK's own parsing would throw away with its usage.
function unparsed(schema: Readonly<Record<string, unknown>>): ReturnType<typeof Output.text> {
  return { ...Output.text(), name: 'object', responseFormat: Output.object({ schema: jsonSchema(schema) }).responseFormat };
}

function structuredText(result: { readonly text: string; readonly output: string }): string {
  try {
    return result.output;
  } catch (cause) {
    if (NoOutputGeneratedError.isInstance(cause)) return result.text;
    throw cause;
  }
}

function finishReasonOf(reason: string): FinishReason {
  if (reason === 'length') return FinishReason.LENGTH;
  if (reason === 'content-filter') return FinishReason.REFUSAL;
  if (reason === 'error') throw modelError('model.unavailable', 'the provider broke off with an error of its own');
  return FinishReason.STOP;
}
