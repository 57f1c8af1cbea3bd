import { CallMeter } from '../agents/call-meter.js';

/** The calls that one piece of work makes of models: metered, counted, and cancelled when it is told to, also just before one is made. */
export class WatchedCalls {
  readonly meter: CallMeter;
  /** Calls that were opened, whether or not they began. */
  calls = 0;
  readonly #controller = new AbortController();
  #lastCall = Number.POSITIVE_INFINITY;

  constructor(tokens: number, keyPrefix: string) {
    this.meter = new CallMeter({ limit: { tokens, microDollars: null }, keyPrefix, mayCall: async () => this.#opening() });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(): void {
    this.#controller.abort();
  }

  /** Cancels the work when it is about to make this call, from 1. */
  abortAtCall(call: number): void {
    this.#lastCall = call;
  }

  #opening(): void {
    this.calls += 1;
    if (this.calls >= this.#lastCall) this.abort();
  }
}
