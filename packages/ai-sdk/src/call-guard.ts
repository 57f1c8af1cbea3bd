import type { CancellationSignal, ModelCallError } from 'kamachiq';
import { modelError } from './model-error.js';

/** How long a call may take. */
export interface CallPatience {
  /** Milliseconds for the whole answer. */
  readonly timeoutMilliseconds: number;
  /** Milliseconds without anything new, once an answer has begun. */
  readonly stallMilliseconds: number;
}

/** Ends a call that its caller cancelled, that takes too long or that has fallen silent, whether or not the provider's client listens to its signal. */
export class CallGuard {
  readonly #controller = new AbortController();
  readonly #ended = Promise.withResolvers<never>();
  readonly #caller: CancellationSignal;
  readonly #patience: CallPatience;
  readonly #timeout: ReturnType<typeof setTimeout>;
  #stall: ReturnType<typeof setTimeout> | undefined;
  #reason: ModelCallError | null = null;

  /** @throws ModelCallError `model.cancelled` where the caller has cancelled already. */
  constructor(caller: CancellationSignal, patience: CallPatience) {
    if (caller.aborted) throw modelError('model.cancelled', 'the call was cancelled before it began');
    this.#caller = caller;
    this.#patience = patience;
    // Nobody may be waiting when it ends.
    this.#ended.promise.catch(() => undefined);
    this.#timeout = setTimeout(
      () => this.#end(modelError('model.timeout', `no answer within ${patience.timeoutMilliseconds} ms`)),
      patience.timeoutMilliseconds,
    );
    caller.addEventListener('abort', this.#cancel);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why it ended before its answer; null where it did not. */
  get reason(): ModelCallError | null {
    return this.#reason;
  }

  /** Something new has come. */
  heard(): void {
    clearTimeout(this.#stall);
    const { stallMilliseconds } = this.#patience;
    this.#stall = setTimeout(() => this.#end(modelError('model.timeout', `an answer that stopped for ${stallMilliseconds} ms`)), stallMilliseconds);
  }

  /** Waits for a step of the call. @throws ModelCallError as soon as the call has ended. */
  async wait<Result>(step: PromiseLike<Result>): Promise<Result> {
    return Promise.race([step, this.#ended.promise]);
  }

  /** Frees the clocks and closes whatever is still open of the call. */
  close(): void {
    clearTimeout(this.#timeout);
    clearTimeout(this.#stall);
    this.#caller.removeEventListener('abort', this.#cancel);
    this.#controller.abort();
  }

  readonly #cancel = () => this.#end(modelError('model.cancelled', 'the call was cancelled by its caller'));

  #end(reason: ModelCallError): void {
    this.#reason ??= reason;
    this.#ended.reject(this.#reason);
    this.#controller.abort();
  }
}
