import type { CancellationSignal, LanguageModel, ModelAnswer, ModelRequest } from '../ports/language-model.js';
import type { ModelCallRecord } from '../report/project-report.js';
import { CallMeter } from './call-meter.js';
import { hashText } from './hash-text.js';

/**
 * A language model that can't spend more than it was given: before each call the counted prompt and the output limit are held, after it
 * what was used is settled, and every call is recorded.
 *
 * @public
 */
export class MeteredModel {
  /** Meters the calls; several models may share one. */
  readonly meter: CallMeter;
  readonly #model: LanguageModel;

  constructor(model: LanguageModel, meter: CallMeter);
  /**
   * @param tokens - What all calls together may spend.
   * @param keyPrefix - Where the calls are made; each call's key is this, a slash and its number. Example: `divide/0/1`.
   */
  constructor(model: LanguageModel, tokens: number, keyPrefix: string);
  constructor(model: LanguageModel, given: CallMeter | number, keyPrefix = '') {
    this.#model = model;
    this.meter = typeof given === 'number' ? new CallMeter({ limit: { tokens: given, microDollars: null }, keyPrefix }) : given;
  }

  get id(): string {
    return this.#model.id;
  }

  get contextTokens(): number {
    return this.#model.contextTokens;
  }

  /** Tokens that were spent through the meter. */
  get spent(): number {
    return this.meter.spent.tokens;
  }

  /** Tokens that can still be held. */
  get available(): number {
    return this.meter.available.tokens;
  }

  get records(): readonly ModelCallRecord[] {
    return this.meter.records;
  }

  /** Tokens of a request on the way in, never less than what will be charged. */
  async countTokens(request: ModelRequest): Promise<number> {
    return (await this.#model.doCountTokens(request)).tokens;
  }

  /**
   * Answers once, with the output limit shrunk to what is left.
   *
   * @param smallestAnswer - Tokens of output below which a call is not worth making. @defaultValue 1
   * @throws What {@link CallMeter.call} throws, and from the model.
   */
  async generate(request: ModelRequest, signal: CancellationSignal, smallestAnswer = 1): Promise<ModelAnswer> {
    const { id, price, contextTokens } = this.#model;
    const { maxOutputTokens, seed, temperature } = request;
    const call = {
      model: id,
      contextTokens,
      inputTokens: await this.countTokens(request),
      maxOutputTokens,
      smallestAnswer,
      promptSha256: hashText(JSON.stringify([request.messages, request.answerPrefix ?? ''])),
      ...(price === undefined ? {} : { price }),
      ...(seed === undefined ? {} : { seed }),
      ...(temperature === undefined ? {} : { temperature }),
    };
    return this.meter.call(call, signal, (tokens) => this.#model.doGenerate({ ...request, maxOutputTokens: tokens }, signal));
  }
}
