import type { LlamaModel, Token } from 'node-llama-cpp';

/** Tokens before the answer that the detokenizer looks at, to tell whether a first space is one. */
const TOKENS_BEFORE = 8;

/** Puts the text of an answer together and finds where a stop sequence ends it. */
export class AnswerText {
  readonly #model: LlamaModel;
  readonly #before: readonly Token[];
  readonly #stopSequences: readonly string[];
  /** Enough tokens to hold the longest stop sequence, at a byte a token, and the rest of a character cut in two at either end. */
  readonly #window: number;
  readonly #tokens: Token[] = [];

  constructor(model: LlamaModel, before: readonly Token[], stopSequences: readonly string[]) {
    this.#model = model;
    this.#before = before.slice(-TOKENS_BEFORE);
    this.#stopSequences = stopSequences;
    this.#window = Math.max(0, ...stopSequences.map((stop) => Buffer.byteLength(stop))) + 8;
  }

  /** Adds a token; true when a stop sequence is now complete. */
  push(token: Token): boolean {
    this.#tokens.push(token);
    if (this.#stopSequences.length === 0) return false;
    const tail = this.#detokenize(this.#tokens.slice(-this.#window), this.#tokens.slice(-this.#window - TOKENS_BEFORE, -this.#window));
    return this.#stopSequences.some((stop) => tail.includes(stop));
  }

  /** The text up to the first stop sequence. */
  toString(): string {
    const text = this.#detokenize(this.#tokens, this.#before);
    const ends = this.#stopSequences.map((stop) => text.indexOf(stop)).filter((index) => index >= 0);
    return ends.length === 0 ? text : text.slice(0, Math.min(...ends));
  }

  #detokenize(tokens: readonly Token[], before: readonly Token[]): string {
    return this.#model.detokenize(tokens, false, before);
  }
}
