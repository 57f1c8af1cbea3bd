/** Somebody who waits for a slot. @public */
export interface WaitingAgent {
  readonly id: string;
  /** More is sooner. */
  readonly urgency: number;
  /** Since when, on whatever clock the caller counts. */
  readonly since: number;
}

/**
 * Who waits: whoever is most urgent is taken first; of equals, whoever asked first.
 *
 * Nobody starves: who asked first of all is passed over a bounded number of times in a row and is then taken, however urgent the others are. So
 * somebody behind whom m asked earlier is taken among the next (m + 1) × (patience + 1). A bound on overtaking (bounded bypass, Burns et al. 1982; the
 * Linux deadline scheduler has it as `writes_starved`) leaves the order by urgency alone until it is reached; ageing would bend it always, at a rate
 * that no unit of urgency suggests.
 *
 * A heap that knows where everybody stands in it: O(log n) for each operation, and O(n) once, for the first that is removed by its id.
 */
export class UrgencyQueue {
  readonly #heap: Entry[] = [];
  readonly #patience: number;
  /** Made for the first who is removed: where everybody is taken in turn, nobody is looked up. */
  #byId: Map<string, Entry> | null = null;
  /** From here, everybody leads to who asked next. */
  #oldest: Entry | null = null;
  #latest: Entry | null = null;
  #asked = 0;
  /** How often the oldest was passed over. */
  #passed = 0;

  /** @param patience - How often in a row who asked first may be passed over. */
  constructor(patience: number) {
    this.#patience = patience;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** Whoever asked first comes first. */
  entries(): readonly WaitingAgent[] {
    return this.#inOrder().map(({ id, urgency, since }) => ({ id, urgency, since }));
  }

  /** @param id - Of somebody who doesn't wait yet. */
  add(id: string, urgency: number, since: number): void {
    const entry: Entry = { id, urgency, since, asked: this.#asked, place: 0, previous: this.#latest, next: null };
    this.#asked += 1;
    if (this.#latest === null) this.#oldest = entry;
    else this.#latest.next = entry;
    this.#latest = entry;
    this.#byId?.set(id, entry);
    this.#settle(entry, this.#heap.length);
  }

  /** The next, who waits no longer; null where nobody does. */
  take(): string | null {
    const first = this.#heap[0];
    if (first === undefined) return null;
    const taken = this.#passed < this.#patience ? first : this.#oldest!;
    this.#passed += 1;
    this.#forget(taken);
    return taken.id;
  }

  /** Nothing happens where nobody of this id waits. */
  remove(id: string): void {
    this.#byId ??= new Map(this.#inOrder().map((entry) => [entry.id, entry]));
    const entry = this.#byId.get(id);
    if (entry !== undefined) this.#forget(entry);
  }

  clear(): void {
    this.#heap.length = 0;
    this.#byId = null;
    this.#oldest = null;
    this.#latest = null;
    this.#passed = 0;
  }

  #inOrder(): readonly Entry[] {
    return this.#heap.toSorted((a, b) => a.asked - b.asked);
  }

  #forget(entry: Entry): void {
    this.#byId?.delete(entry.id);
    const last = this.#heap.pop()!;
    if (last !== entry) this.#settle(last, entry.place);
    if (entry.next === null) this.#latest = entry.previous;
    else entry.next.previous = entry.previous;
    if (entry.previous !== null) entry.previous.next = entry.next;
    else {
      this.#oldest = entry.next;
      this.#passed = 0;
    }
  }

  /** Fills a gap in the heap: with the entry, or with what has to stand above or below it. */
  #settle(entry: Entry, gap: number): void {
    const heap = this.#heap;
    let place = gap;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above]!;
      if (!sooner(entry, parent)) break;
      heap[place] = parent;
      parent.place = place;
      place = above;
    }
    for (;;) {
      let below = 2 * place + 1;
      if (below + 1 < heap.length && sooner(heap[below + 1]!, heap[below]!)) below += 1;
      if (below >= heap.length) break;
      const child = heap[below]!;
      if (!sooner(child, entry)) break;
      heap[place] = child;
      child.place = place;
      place = below;
    }
    heap[place] = entry;
    entry.place = place;
  }
}

interface Entry extends WaitingAgent {
  readonly asked: number;
  /** Index in the heap. */
  place: number;
  /** Who asked before; only of those who wait, as `next`. */
  previous: Entry | null;
  next: Entry | null;
}

const sooner = (a: Entry, b: Entry) => a.urgency > b.urgency || (a.urgency === b.urgency && a.asked < b.asked);
