import { type Amount, addAmounts, type Limit, NOTHING, requireAmount } from '../budget/amount.js';
import { BudgetExceededError } from '../errors/budget-exceeded-error.js';
import { ModelCallError, type ModelCallErrorCode } from '../errors/model-call-error.js';
import type { CallJournal } from '../ports/call-journal.js';
import type { CancellationSignal, ModelPrice, ModelUsage } from '../ports/language-model.js';
import type { ModelCallRecord } from '../report/project-report.js';
import { costOfCall, longestPaidAnswer } from './cost-of-call.js';

/** One call of a model, before it is made. @public */
export interface MeteredCall {
  /** Provider and model. */
  readonly model: string;
  /** @defaultValue the model is free */
  readonly price?: ModelPrice;
  /** Tokens on the way in, never less than what will be charged for them. */
  readonly inputTokens: number;
  readonly maxOutputTokens: number;
  /** Tokens of output below which the call is not worth making. @defaultValue 1 */
  readonly smallestAnswer?: number;
  /** Tokens that the model attends to at once, prompt and answer together. */
  readonly contextTokens: number;
  /** @defaultValue none */
  readonly seed?: number;
  /** @defaultValue 0 */
  readonly temperature?: number;
  /** SHA-256 of what is asked, in hexadecimal. */
  readonly promptSha256: string;
}

/** What a meter must know of a call that was made, whatever else it answers with. @public */
export interface CallOutcome {
  readonly usage: ModelUsage;
  readonly finishReason: string;
}

/** @public */
export interface CallMeterOptions {
  /** What all calls together may spend. */
  readonly limit: Limit;
  /** Where the calls are made; each call's key is this, a slash and its number. Example: `divide/0/1`. */
  readonly keyPrefix: string;
  /** Where each call stands before it is made, and under which attempt; it has begun there if all its calls go through here. @defaultValue nowhere */
  readonly journal?: { readonly calls: CallJournal; readonly attempt: string };
  /** Asked before each call; what it throws keeps the call from being made. @defaultValue nothing is asked */
  readonly mayCall?: () => Promise<void>;
}

/**
 * Meters calls of models, however they are made, so that together they can't spend more than was given: before each one its worst case is held,
 * after it what was used is settled, and every call is recorded. A {@link MeteredModel} does it for models behind the port; an agent that calls
 * models by other ways does it through this.
 *
 * What a provider charges above a hold is settled as it was charged, since hiding it would be worse: only then is more spent than was given.
 *
 * @public
 */
export class CallMeter {
  readonly limit: Limit;
  readonly #keyPrefix: string;
  readonly #journal: CallMeterOptions['journal'];
  readonly #mayCall: CallMeterOptions['mayCall'];
  readonly #records: ModelCallRecord[] = [];
  #spent: Amount = NOTHING;
  #held: Amount = NOTHING;
  #calls = 0;

  /** @throws KamachiqError `budget.invalid-amount` */
  constructor({ limit, keyPrefix, journal, mayCall }: CallMeterOptions) {
    requireAmount(limit);
    this.limit = limit;
    this.#keyPrefix = keyPrefix;
    this.#journal = journal;
    this.#mayCall = mayCall;
  }

  get spent(): Amount {
    return this.#spent;
  }

  /** What is held for calls under way. */
  get held(): Amount {
    return this.#held;
  }

  /** What can still be held. */
  get available(): Limit {
    const { tokens, microDollars } = this.limit;
    const left = (total: number, unit: keyof Amount) => Math.max(0, total - this.#spent[unit] - this.#held[unit]);
    return { tokens: left(tokens, 'tokens'), microDollars: microDollars === null ? null : left(microDollars, 'microDollars') };
  }

  get records(): readonly ModelCallRecord[] {
    return this.#records;
  }

  /**
   * Makes one call, with the output limit shrunk to what is left of tokens, of dollars and of the model's context.
   *
   * A failed call costs nothing where its code is one of {@link FREE_OF_CHARGE}, else all that was held for it; so does an answer whose
   * usage can't be: no whole numbers from 0 to a billion, or nothing at all, since no prompt is free.
   *
   * @param work - Makes the call, once and without retries, with the output limit that it is given.
   * @returns What `work` answered, its usage as it was charged.
   * @throws BudgetExceededError before the call when not even the smallest answer fits; ModelCallError `model.cancelled` where the signal was aborted
   * before it; KamachiqError from the journal and `mayCall`, before it; and what `work` throws.
   */
  async call<Outcome extends CallOutcome>(
    call: MeteredCall,
    signal: CancellationSignal,
    work: (maxOutputTokens: number) => Promise<Outcome>,
  ): Promise<Outcome> {
    await this.#mayCall?.();
    if (signal.aborted) throw cancelled();
    // Held before anything is awaited again: calls side by side must not share what is left.
    const worst = this.#hold(call);
    try {
      await this.#journal?.calls.doOpen(this.#journal.attempt, worst);
      if (signal.aborted) throw cancelled();
    } catch (error) {
      this.#held = subtract(this.#held, amountOf(worst));
      throw error;
    }
    let outcome: Outcome;
    try {
      outcome = await work(worst.outputTokens);
    } catch (error) {
      const code = error instanceof ModelCallError ? error.code : null;
      // A call that was refused before it was worked on costs nothing; of any other the worst must be assumed.
      const used = code !== null && FREE_OF_CHARGE.has(code) ? { ...usageOf(worst), inputTokens: 0, outputTokens: 0 } : usageOf(worst);
      await this.#settle(worst, charge(worst, call.price, used, code ?? 'error'));
      throw error;
    }
    const usage = isUsage(outcome?.usage) && isSomething(outcome.usage) ? outcome.usage : usageOf(worst);
    await this.#settle(worst, charge(worst, call.price, usage, finishReasonOf(outcome)));
    return { ...outcome, usage };
  }

  /**
   * Charges calls that were made around the meter, as whoever made them tells; all that is left where nothing is told, or nothing that can be believed.
   *
   * @param by - Who made them, for the records.
   */
  chargeUnmetered(by: string, calls: readonly ModelCallRecord[] | undefined): void {
    const left = this.available;
    const told: readonly ModelCallRecord[] = areRecords(calls)
      ? calls.map((call) => ({
          ...UNTOLD,
          ...usageOf(call),
          model: textOf(call.model, MODEL_CHARACTERS, ''),
          seed: Number.isSafeInteger(call.seed) ? call.seed : null,
          temperature: Number.isFinite(call.temperature) ? call.temperature : 0,
          promptSha256: textOf(call.promptSha256, DIGEST_CHARACTERS, ''),
          finishReason: finishReasonOf(call),
          ...(call.microDollars === undefined ? {} : { microDollars: call.microDollars }),
        }))
      : [{ ...UNTOLD, inputTokens: left.tokens, ...(left.microDollars === null ? {} : { microDollars: left.microDollars }) }];
    for (const record of told) {
      this.#spent = addAmounts(this.#spent, amountOf(record));
      this.#records.push({ ...record, key: `${this.#keyPrefix}/${this.#calls}`, model: record.model || textOf(by, MODEL_CHARACTERS, '') });
      this.#calls += 1;
    }
  }

  /** Sets the worst case of a call aside. */
  #hold({
    model,
    price,
    inputTokens,
    maxOutputTokens,
    smallestAnswer = 1,
    contextTokens,
    seed,
    temperature,
    promptSha256,
  }: MeteredCall): ModelCallRecord {
    for (const tokens of [inputTokens, maxOutputTokens]) requireAmount({ tokens, microDollars: null });
    const { tokens, microDollars } = this.available;
    const room = Math.min(tokens, contextTokens) - inputTokens;
    if (!(room >= smallestAnswer)) throw new BudgetExceededError(inputTokens + smallestAnswer, tokens);
    const paid = microDollars === null || price === undefined ? room : longestPaidAnswer(price, inputTokens, microDollars);
    if (paid < smallestAnswer)
      throw new BudgetExceededError(costOfCall(price, inputTokens, smallestAnswer), microDollars ?? 0, 'millionths of a dollar');
    const usage = { inputTokens, outputTokens: Math.min(maxOutputTokens, room, paid), reported: false };
    const asked = { key: `${this.#keyPrefix}/${this.#calls}`, model, seed: seed ?? null, temperature: temperature ?? 0, promptSha256 };
    const worst = { ...asked, ...usage, finishReason: 'lost', ...priced(price, usage) };
    this.#held = addAmounts(this.#held, amountOf(worst));
    this.#calls += 1;
    return worst;
  }

  async #settle(worst: ModelCallRecord, record: ModelCallRecord): Promise<void> {
    this.#held = subtract(this.#held, amountOf(worst));
    this.#spent = addAmounts(this.#spent, amountOf(record));
    this.#records.push(record);
    // The call was made, and is in the journal at its worst: what became of it is no reason to fail what it was made for.
    await this.#journal?.calls.doClose(this.#journal.attempt, record).catch(() => undefined);
  }
}

/**
 * Codes of calls that providers refuse before they work on them: too many at once, no right to them, a request that is none, a prompt that can't fit,
 * nobody there. A call that timed out, was cancelled, overloaded its provider or was refused by the model itself may have been worked on and paid for.
 *
 * @public
 */
export const FREE_OF_CHARGE: ReadonlySet<ModelCallErrorCode> = new Set([
  'model.rate-limited',
  'model.unauthorized',
  'model.invalid-request',
  'model.context-too-long',
  'model.unavailable',
]);

const FINISH_REASON_CHARACTERS = 80;
const MODEL_CHARACTERS = 200;
/** Of a SHA-256 in hexadecimal. */
const DIGEST_CHARACTERS = 64;

/** Whoever makes the call answers in whatever form: what is no text can't be made one either. */
const textOf = (value: unknown, characters: number, otherwise: string): string =>
  typeof value === 'string' ? value.slice(0, characters) : otherwise;

const finishReasonOf = (said: { readonly finishReason?: unknown }): string => textOf(said?.finishReason, FINISH_REASON_CHARACTERS, 'unknown');

/** What a record says of a call of which nothing is known. */
const UNTOLD: ModelCallRecord = {
  key: '',
  model: '',
  seed: null,
  temperature: 0,
  promptSha256: '',
  inputTokens: 0,
  outputTokens: 0,
  reported: false,
  finishReason: 'unmetered',
};

/** More tokens than any call takes. */
const MOST_TOKENS = 1_000_000_000;

const subtract = (one: Amount, other: Amount): Amount => ({
  tokens: one.tokens - other.tokens,
  microDollars: one.microDollars - other.microDollars,
});

const amountOf = ({ inputTokens, outputTokens, microDollars = 0 }: ModelCallRecord): Amount => ({ tokens: inputTokens + outputTokens, microDollars });

const usageOf = ({ inputTokens, outputTokens, reported }: ModelUsage): ModelUsage => ({ inputTokens, outputTokens, reported });

const priced = (price: ModelPrice | undefined, { inputTokens, outputTokens }: ModelUsage) =>
  price === undefined ? {} : { microDollars: costOfCall(price, inputTokens, outputTokens) };

/** The record of a call as it ended. */
function charge(worst: ModelCallRecord, price: ModelPrice | undefined, usage: ModelUsage, finishReason: string): ModelCallRecord {
  const record = { ...worst, ...usageOf(usage), finishReason, ...priced(price, usage) };
  const beyondHold = amountOf(record).tokens - amountOf(worst).tokens;
  return beyondHold > 0 ? { ...record, beyondHold } : record;
}

const isCount = (tokens: unknown): boolean => Number.isInteger(tokens) && (tokens as number) >= 0 && (tokens as number) <= MOST_TOKENS;

/** What providers say is believed only where it can be. */
const isUsage = (usage: ModelUsage | undefined): usage is ModelUsage =>
  usage !== undefined && isCount(usage?.inputTokens) && isCount(usage?.outputTokens) && typeof usage?.reported === 'boolean';

/** Hosts' runners tell of them, in whatever form. */
const areRecords = (calls: readonly ModelCallRecord[] | undefined): calls is readonly ModelCallRecord[] =>
  Array.isArray(calls) && calls.every((call: ModelCallRecord) => isUsage(call) && isCount((call as ModelCallRecord).microDollars ?? 0));

/** An answer that cost nothing would be asked for again and again, with nothing to end it. */
const isSomething = ({ inputTokens, outputTokens }: ModelUsage): boolean => inputTokens + outputTokens > 0;

const cancelled = () =>
  new ModelCallError({
    code: 'model.cancelled',
    message: 'Expected a call that is wanted, got one that was cancelled before it began.',
    remedy: 'Nothing; ask again if it is still wanted.',
  });
