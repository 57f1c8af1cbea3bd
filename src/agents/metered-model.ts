import { BudgetLedger } from '../budget/budget-ledger.js';
import { BudgetExceededError } from '../errors/budget-exceeded-error.js';
import { ModelCallError } from '../errors/model-call-error.js';
import type { CancellationSignal, LanguageModel, ModelAnswer, ModelRequest } from '../ports/language-model.js';
import type { ModelCallRecord } from '../report/project-report.js';
import { hashText } from './hash-text.js';

/**
 * A language model that can't spend more than it was given: before each call the counted prompt and the output limit are held, after it
 * what was used is settled, and every call is recorded.
 *
 * @public
 */
export class MeteredModel {
  readonly #model: LanguageModel;
  readonly #ledger: BudgetLedger;
  readonly #keyPrefix: string;
  readonly #records: ModelCallRecord[] = [];
  #calls = 0;

  /**
   * @param tokens - What all calls together may spend.
   * @param keyPrefix - Where the calls are made; each call's key is this, a slash and its number. Example: `divide/0/1`.
   */
  constructor(model: LanguageModel, tokens: number, keyPrefix: string) {
    this.#model = model;
    this.#ledger = new BudgetLedger(tokens);
    this.#keyPrefix = keyPrefix;
  }

  get id(): string {
    return this.#model.id;
  }

  get contextTokens(): number {
    return this.#model.contextTokens;
  }

  get spent(): number {
    return this.#ledger.spent;
  }

  get available(): number {
    return this.#ledger.available;
  }

  get records(): readonly ModelCallRecord[] {
    return this.#records;
  }

  /** Tokens of a request on the way in, never less than what will be charged. */
  async countTokens(request: ModelRequest): Promise<number> {
    return (await this.#model.doCountTokens(request)).tokens;
  }

  /**
   * Answers once, with the output limit shrunk to what is left.
   *
   * @param smallestAnswer - Tokens of output below which a call is not worth making. @defaultValue 1
   * @throws BudgetExceededError before the call when not even the smallest answer fits; ModelCallError `model.cancelled` where the signal was aborted
   * before it, and from the model.
   */
  async generate(request: ModelRequest, signal: CancellationSignal, smallestAnswer = 1): Promise<ModelAnswer> {
    const inputTokens = await this.countTokens(request);
    // A model would charge for a call that it learns of too late to be wanted, or wait for an abort that was before it.
    if (signal.aborted) throw cancelled();
    const room = Math.min(this.#ledger.available, this.#model.contextTokens) - inputTokens;
    if (room < smallestAnswer) throw new BudgetExceededError(inputTokens + smallestAnswer, this.#ledger.available);
    const maxOutputTokens = Math.min(request.maxOutputTokens, room);
    // Counted before anything is awaited again: calls side by side must not share a hold.
    const key = `${this.#keyPrefix}/${this.#calls}`;
    this.#calls += 1;
    this.#ledger.hold(key, this.#keyPrefix, inputTokens + maxOutputTokens);
    const record = {
      key,
      model: this.#model.id,
      seed: request.seed ?? null,
      temperature: request.temperature ?? 0,
      promptSha256: hashText(JSON.stringify([request.messages, request.answerPrefix ?? ''])),
    };
    try {
      const answer = await this.#model.doGenerate({ ...request, maxOutputTokens }, signal);
      const { inputTokens: input, outputTokens: output, reported } = answer.usage;
      this.#ledger.settle(key, input + output);
      this.#records.push({ ...record, inputTokens: input, outputTokens: output, reported, finishReason: answer.finishReason });
      return answer;
    } catch (error) {
      // A call that was refused before it was worked on costs nothing; of any other the worst must be assumed.
      const free = error instanceof ModelCallError && freeOfCharge.has(error.code);
      if (free) this.#ledger.release(key);
      else this.#ledger.settleInFull(key);
      const finishReason = error instanceof ModelCallError ? error.code : 'error';
      this.#records.push({
        ...record,
        inputTokens: free ? 0 : inputTokens,
        outputTokens: free ? 0 : maxOutputTokens,
        reported: false,
        finishReason,
      });
      throw error;
    }
  }
}

const cancelled = () =>
  new ModelCallError({
    code: 'model.cancelled',
    message: 'Expected a call that is wanted, got one that was cancelled before it began.',
    remedy: 'Nothing; ask again if it is still wanted.',
  });

const freeOfCharge: ReadonlySet<string> = new Set([
  'model.rate-limited',
  'model.unauthorized',
  'model.invalid-request',
  'model.context-too-long',
  'model.unavailable',
]);
