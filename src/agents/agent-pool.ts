import { requireSlots } from './require-slots.js';
import { UrgencyQueue, type WaitingAgent } from './urgency-queue.js';

/** So seldom that a project's tasks start in the order of their urgency, so often that who asked first is not forgotten. */
const PATIENCE = 1_000;

/**
 * Gives a limited number of agent slots to whoever is most urgent; of equals, to whoever asked first. Nobody starves: once a thousand others in a row
 * got a slot before whoever asked first of all, that one is next.
 *
 * Plain state, no promises: the caller asks for the next to start whenever something changed. O(log n) for each operation.
 *
 * @public
 */
export class AgentPool {
  readonly #waiting = new UrgencyQueue(PATIENCE);
  readonly #holders = new Set<string>();
  #slots: number;

  /** @param slots - How many may work at once, at least 1. @throws KamachiqError `pool.invalid-slots` */
  constructor(slots: number) {
    this.#slots = requireSlots(slots);
  }

  get slots(): number {
    return this.#slots;
  }

  /** Where fewer than are busy are left, nobody starts until enough came back. @throws KamachiqError `pool.invalid-slots` */
  setSlots(slots: number): void {
    this.#slots = requireSlots(slots);
  }

  get busy(): number {
    return this.#holders.size;
  }

  get queued(): number {
    return this.#waiting.size;
  }

  /** Who waits, and since when; whoever asked first comes first. O(n). */
  get waiting(): readonly WaitingAgent[] {
    return this.#waiting.entries();
  }

  /**
   * @param id - Of somebody who neither waits nor holds a slot.
   * @param urgency - More is sooner.
   * @param now - The time, for who looks at `waiting`. @defaultValue 0
   */
  request(id: string, urgency: number, now = 0): void {
    this.#waiting.add(id, urgency, now);
  }

  /** The next to start, which now holds a slot; null while every slot is taken or nobody waits. */
  next(): string | null {
    if (this.#holders.size >= this.#slots) return null;
    const id = this.#waiting.take();
    if (id !== null) this.#holders.add(id);
    return id;
  }

  /** Gives a free slot to somebody who neither waits nor holds one; false where none is free. */
  take(id: string): boolean {
    if (this.#holders.size >= this.#slots) return false;
    this.#holders.add(id);
    return true;
  }

  /** Knows of somebody who held a slot before this pool was made, also where none is free. */
  keep(id: string): void {
    this.#holders.add(id);
  }

  /** Forgets somebody who waits; who holds a slot keeps it. */
  withdraw(id: string): void {
    this.#waiting.remove(id);
  }

  /** Forgets everybody who waits; who holds a slot keeps it. */
  withdrawAll(): void {
    this.#waiting.clear();
  }

  /** Gives a slot back; doing it twice changes nothing. */
  release(id: string): void {
    this.#holders.delete(id);
  }
}
