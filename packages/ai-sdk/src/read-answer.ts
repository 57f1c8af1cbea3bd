import type { CallGuard } from './call-guard.js';
import { isDeeperThan } from './is-deeper-than.js';
import { modelError, toModelError } from './model-error.js';
import { OutputCap } from './output-cap.js';
import type { ProviderAnswer, ProviderModel, ProviderRequest, ProviderUsage, StreamPart } from './provider-model.js';
import { readRunningCount } from './running-count.js';
import { StreamBound } from './stream-bound.js';

/** What came of a streamed call. */
export interface ReadAnswer {
  readonly content: ProviderAnswer['content'];
  /** Everything that was generated and can be seen: text, reasoning, names and inputs of tools. */
  readonly generated: string;
  /** Calls of tools in it. */
  readonly calls: number;
  readonly finishReason: ProviderAnswer['finishReason'];
  readonly usage: ProviderUsage;
  /** Tokens that what came takes at least. */
  readonly fewestOutputTokens: number;
  /** Tokens counted where the stream was stopped at its cap; null where it ended by itself. */
  readonly stoppedAt: number | null;
}

/**
 * Makes one call and reads its stream, which is stopped once it has passed the output limit. Holds no more in memory than that limit and
 * {@link StreamBound} allow.
 *
 * An input of a tool that is nested too deep is replaced by words that are no JSON, of which the model is told as of any input that can't be read.
 *
 * @throws ModelCallError: `model.interrupted` for an answer that broke off, `model.garbled` for one that can't be read or sends more than an answer can need.
 */
export async function readAnswer(
  model: () => ProviderModel,
  request: ProviderRequest,
  maxOutputTokens: number,
  guard: CallGuard,
): Promise<ReadAnswer> {
  const cap = new OutputCap(maxOutputTokens);
  const bound = new StreamBound(maxOutputTokens);
  const parts = new AnswerParts(cap);
  try {
    const { stream } = await guard.wait(model().doStream({ ...request, maxOutputTokens, includeRawChunks: true, abortSignal: guard.signal }));
    const reader = stream.getReader();
    try {
      for (;;) {
        const { done, value } = await guard.wait(reader.read());
        if (done) break;
        bound.take(value);
        parts.take(value);
        if (cap.begun) guard.heard();
        if (cap.passed) return parts.stopped(cap.counted);
      }
    } finally {
      // Not waited for: what a provider does with it is its own affair.
      reader.cancel().catch(() => undefined);
    }
    return parts.ended();
  } catch (cause) {
    throw guard.reason ?? toModelError(cause, cap.begun);
  }
}

type Block = { readonly type: 'text' | 'reasoning'; text: string };

class AnswerParts {
  readonly #cap: OutputCap;
  readonly #content: ProviderAnswer['content'] = [];
  readonly #blocks = new Map<string, Block>();
  /** Calls whose name and input are counted as they come. */
  readonly #begunCalls = new Set<string>();
  #generated = '';
  #calls = 0;
  #end: { readonly finishReason: ProviderAnswer['finishReason']; readonly usage: ProviderUsage } | null = null;

  constructor(cap: OutputCap) {
    this.#cap = cap;
  }

  take(part: StreamPart): void {
    switch (part.type) {
      case 'text-delta':
        this.#append('text', part.id, part.delta);
        break;
      case 'reasoning-delta':
        this.#append('reasoning', part.id, part.delta);
        break;
      case 'tool-input-start':
        this.#begunCalls.add(part.id);
        this.#call(part.toolName);
        break;
      case 'tool-input-delta':
        this.#grow(part.delta);
        break;
      case 'tool-call':
        if (!this.#begunCalls.delete(part.toolCallId)) {
          this.#call(part.toolName);
          this.#grow(part.input);
        }
        this.#content.push(isDeeperThan(DEEPEST_INPUT, part.input) ? { ...part, input: TOO_DEEP } : part);
        break;
      case 'tool-result':
        this.#content.push(part);
        break;
      case 'raw':
        this.#cap.tell(readRunningCount(part.rawValue));
        break;
      case 'finish':
        this.#end = part;
        break;
      case 'error':
        throw part.error;
    }
  }

  ended(): ReadAnswer {
    if (this.#end === null) throw modelError(this.#cap.begun ? 'model.interrupted' : 'model.garbled', 'an answer without its end');
    const { finishReason, usage } = this.#end;
    if (finishReason.unified === 'error') throw modelError('model.interrupted', 'the provider broke off with an error of its own');
    return { ...this.#read(), finishReason, usage, stoppedAt: null };
  }

  stopped(tokens: number): ReadAnswer {
    return { ...this.#read(), finishReason: { unified: 'length', raw: undefined }, usage: UNKNOWN, stoppedAt: tokens };
  }

  #read() {
    return { content: this.#content, generated: this.#generated, calls: this.#calls, fewestOutputTokens: this.#cap.fewest };
  }

  #append(type: Block['type'], id: string, piece: string): void {
    const key = `${type} ${id}`;
    let block = this.#blocks.get(key);
    if (block === undefined) {
      block = { type, text: '' };
      this.#blocks.set(key, block);
      this.#content.push(block);
    }
    block.text += piece;
    this.#grow(piece);
  }

  #call(name: string): void {
    this.#calls += 1;
    this.#cap.call(name);
    this.#generated += name;
  }

  #grow(piece: string): void {
    this.#cap.add(piece);
    this.#generated += piece;
  }
}

/** Lists and mappings in a tool's input that may stand inside each other, as in every answer. */
const DEEPEST_INPUT = 64;
const TOO_DEEP = `an input with lists and mappings more than ${DEEPEST_INPUT} deep inside each other`;

const UNKNOWN: ProviderUsage = {
  inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
};
