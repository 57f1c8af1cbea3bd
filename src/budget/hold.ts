import { type Amount, MEASURES, type Measure, NOTHING } from './amount.js';
import type { BudgetStanding } from './budget-records.js';

/**
 * A hold that lies in another, the budget as a whole, or a key that is only remembered.
 *
 * Everything spent in a hold is spent in all those around it. What it takes of the hold around it besides is what it may still spend, and never less
 * than what open holds inside it took: so what is left of a hold that ended is at once in the hold around it.
 */
export class Hold {
  /** Null for the budget as a whole. */
  readonly key: string | null;
  /** Null for the budget as a whole, and for a key that is only remembered. */
  readonly within: Hold | null;
  /** Null where it takes what it needs from the hold around it, at any time. */
  readonly reserved: Record<Measure, number | null>;
  /** By everything inside that ended. */
  readonly spent: Record<Measure, number> = { ...NOTHING };
  /** By what is open inside, beside what was spent there. */
  readonly held: Record<Measure, number> = { ...NOTHING };
  /** What was charged above the holds it was charged to, inside and here. */
  readonly beyond: Record<Measure, number> = { ...NOTHING };
  ended = false;

  constructor(key: string | null, within: Hold | null, reserved: Readonly<Record<Measure, number | null>>) {
    this.key = key;
    this.within = within;
    this.reserved = { ...reserved };
  }

  /** What lies in a hold that ended has ended with it, in full: it is noticed here. */
  get open(): boolean {
    for (let hold: Hold | null = this; hold !== null && !this.ended; hold = hold.within) {
      if (hold.ended) for (const measure of MEASURES) this.#close(measure, this.spent[measure] + this.taken(measure));
    }
    return !this.ended;
  }

  get standing(): BudgetStanding {
    const { key, open, reserved, spent, held, beyond } = this;
    const available = { tokens: this.room('tokens')!, microDollars: this.room('microDollars') };
    return { key, open, reserved: { ...reserved }, spent: { ...spent }, held: { ...held }, beyond: { ...beyond }, available };
  }

  /** What it takes of the hold around it, beside what was spent. */
  taken(measure: Measure): number {
    return Math.max((this.reserved[measure] ?? 0) - this.spent[measure], this.held[measure]);
  }

  /** What can still be held inside; null where nothing limits it. */
  room(measure: Measure): number | null {
    let hold: Hold | null = this;
    while (hold?.reserved[measure] === null) hold = hold.within;
    return hold && Math.max(0, hold.reserved[measure]! - hold.spent[measure] - hold.held[measure]);
  }

  hasRoomFor(amount: Amount): boolean {
    return this.open && MEASURES.every((measure) => amount[measure] <= (this.room(measure) ?? amount[measure]));
  }

  /** Books changes of what is inside, here and in everything around. */
  book(measure: Measure, spent: number, held: number, beyond: number): void {
    let change = held;
    // Mostly the hold around it has set aside what changes inside: then nothing changes further out.
    for (let hold: Hold | null = this; hold !== null && (spent !== 0 || change !== 0); hold = hold.within) {
      const taken = hold.taken(measure);
      hold.spent[measure] += spent;
      hold.held[measure] += change;
      hold.beyond[measure] += beyond;
      change = hold.taken(measure) - taken;
    }
  }

  /** Changes what is set aside for it; one that takes what it needs stays as it is. */
  resize(measure: Measure, change: number): void {
    if (this.reserved[measure] === null) return;
    const taken = this.taken(measure);
    this.reserved[measure] += change;
    this.within?.book(measure, 0, this.taken(measure) - taken, 0);
  }

  /**
   * Ends it, with everything inside.
   *
   * @param total - What was spent in it in all. It is never less than what was settled inside, with what is open inside in full.
   * @returns What was spent more than before.
   */
  end(measure: Measure, total: number): number {
    const [spent, taken] = [this.spent[measure], this.taken(measure)];
    const more = Math.max(total - spent, this.held[measure]);
    // What it takes from around it when it needs it, it takes now.
    const free = this.reserved[measure] === null ? (this.room(measure) ?? more) : 0;
    const beyond = Math.max(0, more - taken - free);
    this.#close(measure, spent + more);
    this.beyond[measure] += beyond;
    this.within?.book(measure, more, -taken, beyond);
    return more;
  }

  #close(measure: Measure, spent: number): void {
    this.reserved[measure] = 0;
    this.spent[measure] = spent;
    this.held[measure] = 0;
    this.ended = true;
  }
}
