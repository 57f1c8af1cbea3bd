import type { LanguageModel as SdkModel } from 'ai';
import { type CancellationSignal, FinishReason, type LanguageModel, type ModelAnswer, type ModelPrice, type ModelRequest } from 'kamachiq';
import { type AnswerPrefixMode, messagesWithPrefix, textWithPrefix } from './answer-prefix.js';
import { CallGuard, type CallPatience } from './call-guard.js';
import { nameOfModel, type ProviderModel, providerModel } from './provider-model.js';
import { providerRequest } from './provider-request.js';
import { type ReadAnswer, readAnswer } from './read-answer.js';
import { LONGEST_TIME, requireOptions } from './require-options.js';
import { boundRequest, countBytes } from './token-bound.js';
import { usageOfAnswer } from './usage-of-answer.js';

export type { AnswerPrefixMode } from './answer-prefix.js';

/** What the AI SDK does not say about a model. @public */
export interface AiSdkModelOptions {
  /** Name in journals, prices and reports. @default provider and model as the AI SDK names them, lower case */
  readonly id?: string;
  /** Tokens that the model can attend to at once, prompt and answer together. */
  readonly contextTokens: number;
  /** What its tokens cost. @default nothing */
  readonly price?: ModelPrice;
  /** The most tokens that a text can take. @default its bytes in UTF-8 */
  readonly tokenBound?: (text: string) => number;
  /** How the provider is brought to begin its answer with a given text. @default 'instruct' */
  readonly answerPrefix?: AnswerPrefixMode;
  /** Longest wait for one answer, at most 2147483647 (nearly 25 days). @default 300000 */
  readonly timeoutMilliseconds?: number;
  /** Longest silence in the middle of an answer, at most as long. @default 60000 */
  readonly stallMilliseconds?: number;
}

/**
 * Makes a language model of any model that the AI SDK can call.
 *
 * Answers are streamed, and a stream that passes its output limit is stopped. Calls are made once, without retries. Counts are upper bounds. `answerSchema` is
 * sent as structured output; together with `answerPrefix` it is refused, since no provider holds to both.
 *
 * @throws InvalidInputError naming every option that is out of its range, as `model.invalid-option`.
 * @public
 */
export function aiSdkModel(model: SdkModel, options: AiSdkModelOptions): LanguageModel {
  return new AiSdkModel(model, options);
}

class AiSdkModel implements LanguageModel {
  readonly specificationVersion = 1;
  readonly id: string;
  readonly contextTokens: number;
  readonly price?: ModelPrice;
  readonly #model: () => ProviderModel;
  readonly #tokenBound: (text: string) => number;
  readonly #prefixMode: AnswerPrefixMode;
  readonly #patience: CallPatience;

  constructor(model: SdkModel, options: AiSdkModelOptions) {
    const { id, contextTokens, price, tokenBound = countBytes, answerPrefix = 'instruct', timeoutMilliseconds, stallMilliseconds } = options;
    requireOptions('aiSdkModel options', {
      contextTokens: [contextTokens, Number.MAX_SAFE_INTEGER],
      timeoutMilliseconds: [timeoutMilliseconds, LONGEST_TIME],
      stallMilliseconds: [stallMilliseconds, LONGEST_TIME],
    });
    this.#model = () => providerModel(model);
    this.id = id ?? nameOfModel(model);
    this.contextTokens = contextTokens;
    if (price !== undefined) this.price = price;
    this.#tokenBound = tokenBound;
    this.#prefixMode = answerPrefix;
    this.#patience = patienceOf({ timeoutMilliseconds, stallMilliseconds });
  }

  async doCountTokens(request: ModelRequest): Promise<{ readonly tokens: number; readonly exact: boolean }> {
    return { tokens: this.#bound(request), exact: false };
  }

  async doGenerate(request: ModelRequest, signal: CancellationSignal): Promise<ModelAnswer> {
    const guard = new CallGuard(signal, this.#patience);
    try {
      const prepared = providerRequest(request, messagesWithPrefix(request, this.#prefixMode));
      return this.#answerOf(request, await readAnswer(this.#model, prepared, request.maxOutputTokens, guard));
    } finally {
      guard.close();
    }
  }

  #answerOf(request: ModelRequest, answer: ReadAnswer): ModelAnswer {
    const { answerPrefix = '', maxOutputTokens } = request;
    const text = answer.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
    return {
      text: answerPrefix === '' ? text : textWithPrefix(text, answerPrefix, this.#prefixMode),
      usage: usageOfAnswer(answer, this.#bound(request), maxOutputTokens, this.#tokenBound),
      finishReason: finishReasonOf(answer.finishReason.unified),
    };
  }

  #bound(request: ModelRequest): number {
    return boundRequest({ ...request, messages: messagesWithPrefix(request, this.#prefixMode) }, this.#tokenBound);
  }
}

/** With the defaults in place: five minutes for an answer, one of silence. */
export function patienceOf({
  timeoutMilliseconds = 300_000,
  stallMilliseconds = 60_000,
}: {
  readonly [Name in keyof CallPatience]?: CallPatience[Name] | undefined;
}): CallPatience {
  return { timeoutMilliseconds, stallMilliseconds };
}

function finishReasonOf(reason: string): FinishReason {
  if (reason === 'length') return FinishReason.LENGTH;
  return reason === 'content-filter' ? FinishReason.REFUSAL : FinishReason.STOP;
}
