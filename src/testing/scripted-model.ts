import type { CancellationSignal, LanguageModel, ModelAnswer, ModelRequest } from '../ports/language-model.js';

/** What a scripted model says to one request: a text, a whole answer, or an error to throw. @public */
export type ScriptedAnswer = string | ModelAnswer | Error;

/**
 * A model that says what a test tells it to, for driving exact failure paths. Not for claims about models: it is none.
 *
 * Counts one token for every four characters, rounded up.
 *
 * @public
 */
export class ScriptedModel implements LanguageModel {
  readonly specificationVersion = 1;
  readonly id = 'scripted/test';
  readonly contextTokens = 100_000;
  /** Every request that was answered, in order. */
  readonly requests: ModelRequest[] = [];
  readonly #answer: (request: ModelRequest, index: number, signal: CancellationSignal) => ScriptedAnswer | Promise<ScriptedAnswer>;

  /** @param answer - What to say to each request; gets its number from 0 and the signal that cancels it. */
  constructor(answer: (request: ModelRequest, index: number, signal: CancellationSignal) => ScriptedAnswer | Promise<ScriptedAnswer>) {
    this.#answer = answer;
  }

  async doCountTokens({ messages, answerPrefix = '' }: ModelRequest): Promise<{ readonly tokens: number; readonly exact: boolean }> {
    return { tokens: tokensOf(messages.map(({ text }) => text).join('') + answerPrefix), exact: true };
  }

  async doGenerate(request: ModelRequest, signal: CancellationSignal): Promise<ModelAnswer> {
    this.requests.push(request);
    const said = await this.#answer(request, this.requests.length - 1, signal);
    if (said instanceof Error) throw said;
    if (typeof said !== 'string') return said;
    const { tokens: inputTokens } = await this.doCountTokens(request);
    // Tokens over the limit are cut off, as any provider does.
    const text = said.slice(0, request.maxOutputTokens * 4);
    return { text, usage: { inputTokens, outputTokens: tokensOf(text), reported: true }, finishReason: text === said ? 'stop' : 'length' };
  }
}

const tokensOf = (text: string) => Math.ceil(text.length / 4);
