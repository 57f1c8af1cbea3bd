import { setImmediate as others } from 'node:timers/promises';

/** One use of a tool, which ends when it is given up, as far as the tool lets itself be ended. */
export class ToolUse {
  readonly #givenUp = new AbortController();
  /** Aborted when it is given up, and with the attempt. */
  readonly signal: AbortSignal;

  constructor(attempt: AbortSignal) {
    this.signal = AbortSignal.any([attempt, this.#givenUp.signal]);
  }

  giveUp(): void {
    this.#givenUp.abort();
  }

  /** A tool may tell how far it is, one result after the other; the last is the result. */
  async resultOf(execute: () => unknown): Promise<unknown> {
    const value = await execute();
    if (typeof value !== 'object' || value === null || !(Symbol.asyncIterator in value)) return value;
    const results = (value as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    // Not by leaving the loop alone: the tool may never tell anything again.
    const end = async () => results.return?.();
    const stop = () => void end().catch(() => undefined);
    if (this.#givenUp.signal.aborted) stop();
    else this.#givenUp.signal.addEventListener('abort', stop);
    let last: unknown;
    while (!this.#givenUp.signal.aborted) {
      const { done, value: told } = await results.next();
      if (done === true) break;
      last = told;
      // A tool that tells without a pause keeps the clock that gives it up from running.
      await others();
    }
    return last;
  }
}
