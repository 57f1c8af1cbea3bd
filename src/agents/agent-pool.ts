import { KamachiqError } from '../errors/kamachiq-error.js';

/**
 * Gives a limited number of agent slots to whoever is most urgent; of equals, to whoever asked first.
 *
 * Plain state, no promises: the caller asks for the next to start whenever something changed. O(log n) for each operation.
 *
 * @public
 */
export class AgentPool {
  readonly #waiting: Waiting[] = [];
  readonly #holders = new Set<string>();
  readonly slots: number;
  #asked = 0;

  /** @param slots - How many may work at once, at least 1. @throws KamachiqError `pool.invalid-slots` */
  constructor(slots: number) {
    if (!Number.isSafeInteger(slots) || slots < 1) {
      throw new KamachiqError({
        code: 'pool.invalid-slots',
        message: `Expected a whole number of slots of at least 1, got ${slots}.`,
        remedy: 'Allow at least one agent at once.',
      });
    }
    this.slots = slots;
  }

  get busy(): number {
    return this.#holders.size;
  }

  get queued(): number {
    return this.#waiting.length;
  }

  /** @param urgency - More is sooner. */
  request(id: string, urgency: number): void {
    this.#waiting.push({ id, urgency, asked: this.#asked });
    this.#asked += 1;
    this.#rise(this.#waiting.length - 1);
  }

  /** The next to start, which now holds a slot; null while every slot is taken or nobody waits. */
  next(): string | null {
    const first = this.#waiting[0];
    if (first === undefined || this.#holders.size >= this.slots) return null;
    const last = this.#waiting.pop()!;
    if (this.#waiting.length > 0) {
      this.#waiting[0] = last;
      this.#sink();
    }
    this.#holders.add(first.id);
    return first.id;
  }

  /** Forgets everybody who waits; who holds a slot keeps it. */
  withdrawAll(): void {
    this.#waiting.length = 0;
  }

  /** Gives a slot back; doing it twice changes nothing. */
  release(id: string): void {
    this.#holders.delete(id);
  }

  #rise(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfSooner(index, parent)) return;
      index = parent;
    }
  }

  #sink(): void {
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= this.#waiting.length) return;
      const right = left + 1;
      const child = right < this.#waiting.length && sooner(this.#waiting[right]!, this.#waiting[left]!) ? right : left;
      if (!this.#swapIfSooner(child, index)) return;
      index = child;
    }
  }

  #swapIfSooner(child: number, parent: number): boolean {
    const [a, b] = [this.#waiting[child]!, this.#waiting[parent]!];
    if (!sooner(a, b)) return false;
    this.#waiting[child] = b;
    this.#waiting[parent] = a;
    return true;
  }
}

interface Waiting {
  readonly id: string;
  readonly urgency: number;
  readonly asked: number;
}

const sooner = (a: Waiting, b: Waiting) => a.urgency > b.urgency || (a.urgency === b.urgency && a.asked < b.asked);
