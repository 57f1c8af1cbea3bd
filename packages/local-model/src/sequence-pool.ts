import type { CancellationSignal } from 'kamachiq';

interface Waiter<T> {
  readonly take: (item: T) => void;
  readonly refuse: (reason: unknown) => void;
}

/** Lends things that only one caller at a time can use: at once where one is free, else first come, first served. */
export class SequencePool<T> {
  /** Longest idle first. */
  readonly #idle: T[];
  readonly #waiters = new Set<Waiter<T>>();

  constructor(items: readonly T[]) {
    this.#idle = [...items];
  }

  /**
   * Lends one; of several that are free the one with the highest worth to the caller, of equals the one that was idle longest.
   *
   * @param onCancelled - Makes the error that the caller gets where the signal fires before its turn.
   */
  async acquire(worth: (item: T) => number, signal: CancellationSignal, onCancelled: () => Error): Promise<T> {
    if (signal.aborted) throw onCancelled();
    const best = this.#idle.toSorted((a, b) => worth(b) - worth(a))[0];
    if (best !== undefined) {
      this.#idle.splice(this.#idle.indexOf(best), 1);
      return best;
    }
    return new Promise<T>((resolve, reject) => {
      const leave = () => waiter.refuse(onCancelled());
      const settle = () => {
        this.#waiters.delete(waiter);
        signal.removeEventListener('abort', leave);
      };
      const waiter: Waiter<T> = {
        take: (item) => {
          settle();
          resolve(item);
        },
        refuse: (reason) => {
          settle();
          reject(reason);
        },
      };
      this.#waiters.add(waiter);
      signal.addEventListener('abort', leave);
    });
  }

  release(item: T): void {
    const [next] = this.#waiters;
    if (next === undefined) this.#idle.push(item);
    else next.take(item);
  }

  /** Turns away everybody who still waits. */
  refuseWaiters(reason: unknown): void {
    for (const waiter of [...this.#waiters]) waiter.refuse(reason);
  }
}
