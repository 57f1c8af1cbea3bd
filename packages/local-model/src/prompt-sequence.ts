import {
  type LlamaContext,
  type LlamaContextSequence,
  type LlamaGrammar,
  LlamaGrammarEvaluationState,
  type LlamaModel,
  type Token,
  TokenBias,
} from 'node-llama-cpp';

/** How the next token is drawn. */
export interface Sampling {
  readonly temperature: number;
  readonly seed: number;
  readonly grammar: LlamaGrammar | null;
}

/**
 * Tokens of a prompt that are evaluated in one step, and the grain at which evaluated prompts are kept.
 *
 * The last bits of a result depend on how many tokens are evaluated in one step. So every prompt is cut at the same places, multiples of this counted from
 * its start, and only whole steps are kept for the next call: it finds exactly what it would have computed.
 */
const STEP_TOKENS = 64;

/** Logit added to a token that must come next; far above what any model gives. */
const CERTAIN = 1e9;

/** One place where a call is evaluated. It remembers the last prompt, so that a call with the same beginning doesn't evaluate it again. */
export class PromptSequence {
  readonly #model: LlamaModel;
  readonly #context: LlamaContext;
  readonly #sequence: LlamaContextSequence;
  /** Prompt tokens evaluated in regular steps from the start; what the context holds beyond them was evaluated one by one and is never kept. */
  #evaluated: readonly Token[] = [];

  private constructor(model: LlamaModel, context: LlamaContext) {
    this.#model = model;
    this.#context = context;
    this.#sequence = context.getSequence();
  }

  // A context of its own for each: two run on two processors at once, where sequences of one context take turns in shared steps; and no answer can depend
  // on the size of a step that it shared.
  static async open(model: LlamaModel, contextTokens: number, threads: number): Promise<PromptSequence> {
    const context = await model.createContext({ sequences: 1, contextSize: contextTokens, batchSize: STEP_TOKENS, threads });
    return new PromptSequence(model, context);
  }

  /** How many tokens of this prompt need no evaluation here. */
  countReusable(prompt: readonly Token[]): number {
    const body = prompt.length - 1;
    let common = 0;
    while (common < body && common < this.#evaluated.length && prompt[common] === this.#evaluated[common]) common += 1;
    if (common === body && common === this.#evaluated.length) return common;
    return common - (common % STEP_TOKENS);
  }

  /**
   * Evaluates a prompt and yields what follows, token by token, the end token included.
   *
   * @param forced - Tokens that must come first and that the grammar must accept; they are not yielded.
   * @param checkpoint - Called before every step; what it throws ends the generation.
   * @throws ForcedTokenRefused where the grammar refuses a forced token.
   */
  async *generate(prompt: readonly Token[], forced: readonly Token[], sampling: Sampling, checkpoint: () => void): AsyncGenerator<Token, void, void> {
    await this.#evaluateBody(prompt, checkpoint);
    const { temperature, seed, grammar } = sampling;
    const waiting = [...forced];
    const unbiased = TokenBias.for(this.#model);
    const answer = this.#sequence.evaluate(prompt.slice(-1), {
      temperature,
      seed,
      topK: 40,
      topP: 0.95,
      minP: 0,
      yieldEogToken: true,
      tokenBias: () => (waiting[0] === undefined ? unbiased : TokenBias.for(this.#model).set(waiting[0], { logit: CERTAIN })),
      ...(grammar === null ? {} : { grammarEvaluationState: new LlamaGrammarEvaluationState({ model: this.#model, grammar }) }),
    });
    for await (const token of answer) {
      const expected = waiting.shift();
      if (expected === undefined) yield token;
      else if (token !== expected) throw new ForcedTokenRefused();
      checkpoint();
    }
  }

  async close(): Promise<void> {
    await this.#context.dispose();
  }

  async #evaluateBody(prompt: readonly Token[], checkpoint: () => void): Promise<void> {
    const kept = await this.#rewind(this.countReusable(prompt));
    // Forgotten first: should a step fail half way, nothing is taken for evaluated that isn't.
    this.#evaluated = prompt.slice(0, kept);
    const body = prompt.length - 1;
    for (let start = kept; start < body; start += STEP_TOKENS) {
      checkpoint();
      const end = Math.min(start + STEP_TOKENS, body);
      await this.#sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(start, end));
      this.#evaluated = prompt.slice(0, end);
    }
    checkpoint();
  }

  /** Cuts the context back to its first tokens; returns how many are left: all that were wanted, or none where the model can't be cut back. */
  async #rewind(wanted: number): Promise<number> {
    if (wanted > 0 && !this.#sequence.needsCheckpoints) {
      await this.#sequence.eraseContextTokenRanges([{ start: wanted, end: this.#sequence.nextTokenIndex }]);
      if (this.#sequence.nextTokenIndex === wanted) return wanted;
    }
    await this.#sequence.clearHistory();
    return 0;
  }
}

/** The grammar does not allow what the answer must begin with. */
export class ForcedTokenRefused extends Error {}
