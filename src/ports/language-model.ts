/**
 * Port to a language model. Implemented by hosts and by the adapters in `packages/`; called only by the metered model, which holds budget
 * before a call and settles it after. Every implementation passes `describeLanguageModel` from `kamachiq/testing`.
 *
 * @public
 */
export interface LanguageModel {
  readonly specificationVersion: 1;

  /** Provider and model, stable across runs; part of journal keys, prices and reports. Example: `local/smollm2-135m-instruct-q4_1`. */
  readonly id: string;

  /** Tokens that can be attended to at once, prompt and answer together. */
  readonly contextTokens: number;

  /** What its tokens cost. @defaultValue nothing, as those of local models */
  readonly price?: ModelPrice;

  /**
   * Counts what a request will cost on the way in.
   *
   * Never less than what the provider will charge; `exact` is false where it is an upper bound.
   */
  doCountTokens(request: ModelRequest): Promise<{ readonly tokens: number; readonly exact: boolean }>;

  /**
   * Answers once. Does not retry: the caller owns retries, so that a retry is never charged twice.
   *
   * @throws ModelCallError with a stable code and, where the provider names one, the delay it asks for.
   */
  doGenerate(request: ModelRequest, signal: CancellationSignal): Promise<ModelAnswer>;

  /** Ends calls under way, and every later one, with `model.unavailable`, and frees what the model holds. Calling it twice is allowed. */
  doClose?(): Promise<void>;
}

/** What a provider asks for its tokens; numbers of at least 0. @public */
export interface ModelPrice {
  readonly inputDollarsPerMillionTokens: number;
  readonly outputDollarsPerMillionTokens: number;
}

/** One call, complete: the same request with the same seed gives the same answer wherever the model allows it. @public */
export interface ModelRequest {
  readonly messages: readonly ModelMessage[];
  /** Hard limit on generated tokens, at least 1. The ledger has held exactly this many. */
  readonly maxOutputTokens: number;
  /** 0 draws the most probable answer. @default 0 */
  readonly temperature?: number;
  readonly seed?: number;
  /** Text the answer must begin with; it is not charged as output. */
  readonly answerPrefix?: string;
  /** JSON Schema (draft 2020-12) the answer must satisfy; enforced by grammar where the model can, checked by the caller always. */
  readonly answerSchema?: Readonly<Record<string, unknown>>;
  /** Ends the answer before the first occurrence of any of these; the text that stopped it is not part of the answer. At most 4. */
  readonly stopSequences?: readonly string[];
}

/** One turn of the conversation that a call sends. @public */
export interface ModelMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly text: string;
}

/** What a model said, and what saying it cost. @public */
export interface ModelAnswer {
  readonly text: string;
  readonly usage: ModelUsage;
  readonly finishReason: FinishReason;
}

/** Tokens charged for one call. `reported` is false when a tokenizer had to stand in for a silent provider. @public */
export interface ModelUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly reported: boolean;
}

/** Why a model stopped: at its own end, at the limit, or because it would not answer. @public */
export const FinishReason = { STOP: 'stop', LENGTH: 'length', REFUSAL: 'refusal' } as const;
/** @public */
export type FinishReason = (typeof FinishReason)[keyof typeof FinishReason];

/** The part of `AbortSignal` that exists in every place a model is called from. @public */
export interface CancellationSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
