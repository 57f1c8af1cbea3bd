import type { CancellationSignal } from 'kamachiq';
import { cancelled } from './run-invocations.js';

/** Lets so many through at once, in the order in which they came. */
export class Turnstile {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  /**
   * Runs work when there is a place for it.
   *
   * @throws SandboxError `sandbox.cancelled` when the signal fires while it waits.
   */
  async pass<Result>(work: () => Promise<Result>, signal: CancellationSignal): Promise<Result> {
    if (signal.aborted) throw cancelled();
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(signal);
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }

  #wait(signal: CancellationSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        signal.removeEventListener('abort', leave);
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(cancelled());
      };
      this.#waiting.push(enter);
      signal.addEventListener('abort', leave);
    });
  }
}
