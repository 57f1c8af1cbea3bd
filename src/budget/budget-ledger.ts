import { KamachiqError } from '../errors/kamachiq-error.js';
import { type Amount, type Limit, MEASURES, type Measure, NOTHING, requireAmount } from './amount.js';
import type { BudgetCrossing, BudgetJournalEntry, BudgetStanding } from './budget-records.js';
import { Hold } from './hold.js';

/** What a ledger is made of. */
interface LedgerParts {
  readonly holds: Map<string | null, Hold>;
  readonly told: Record<Measure, number>;
  /** Of the next entry of its journal. */
  readonly sequence: number;
}

/** For what makes snapshots: a workflow that makes none is not to carry that. */
export let partsOf: (ledger: BudgetLedger) => LedgerParts;

/**
 * Keeps a budget of tokens and money that can't be overrun: the worst case is held before a call, what was really spent is settled after it.
 *
 * Holds lie in each other, down from the budget as a whole: what one takes comes out of the hold around it, and what is left of it at its end goes back
 * there. At every moment and in each of them `spent + held ≤ reserved`, as long as nothing is settled above its hold; what a provider charges
 * beyond is counted as spent all the same, up to the budget as a whole, and told as `beyond`: hiding it would be worse.
 *
 * Keys of holds, transfers and raises are unique for ever: an operation with a key that had its effect changes nothing, whatever happened in between.
 * One that was refused had none, and may be tried again. Every operation takes time in the depth of its hold but where it says otherwise.
 *
 * @public
 */
export class BudgetLedger {
  /** The budget as a whole has the key null. */
  readonly #holds = new Map<string | null, Hold>();
  readonly #journal: BudgetJournalEntry[] = [];
  readonly #first: number;
  /** How many of the shares were told of. */
  readonly #told: Record<Measure, number> = { ...NOTHING };

  static {
    partsOf = (ledger) => ({ holds: ledger.#holds, told: ledger.#told, sequence: ledger.#first + ledger.#journal.length });
  }

  /**
   * @param first - The sequence number of the first entry in its journal. @defaultValue 0
   * @throws KamachiqError `budget.invalid-amount`
   */
  constructor(limit: Limit, first = 0) {
    requireAmount(limit);
    this.#first = first;
    this.#holds.set(null, new Hold(null, null, limit));
  }

  get total(): Limit {
    const { tokens, microDollars } = this.#find(null).reserved;
    return { tokens: tokens!, microDollars };
  }

  /** Set aside and not spent. */
  get held(): Amount {
    return { ...this.#find(null).held };
  }

  get spent(): Amount {
    return { ...this.#find(null).spent };
  }

  /** What can be held outside of every hold. */
  get available(): Limit {
    return this.#find(null).standing.available;
  }

  /** What was spent in a hold; nothing where the key was never used. */
  spentBy(key: string): Amount {
    return this.standing(key)?.spent ?? NOTHING;
  }

  /** @param key - Null for the budget as a whole. @returns Undefined where the key was never used. */
  standing(key: string | null): BudgetStanding | undefined {
    return this.#holds.get(key)?.standing;
  }

  /** What lies directly in a hold, and is open, in the order in which it was held. O(keys). */
  openIn(within: string | null): readonly (BudgetStanding & { readonly key: string })[] {
    const around = this.#find(within);
    const inside = [...this.#holds.values()].filter((hold) => hold.within === around && hold.open);
    return inside.map(({ standing, key }) => ({ ...standing, key: key! }));
  }

  /**
   * Sets an amount aside. Where its money is null, it takes what it needs of that from the hold around it.
   *
   * @param within - The hold it lies in; null for the budget as a whole.
   * @returns Whether it is held: false when it doesn't fit, and when it, or what it lies in, ended before.
   * @throws KamachiqError `budget.invalid-amount`, `budget.unknown-hold`
   */
  hold(key: string, within: string | null, limit: Limit): boolean {
    requireAmount(limit);
    return this.#enter(key, within, limit);
  }

  /**
   * Opens an account, a hold with nothing set aside: what is held in it comes out of the hold around it, and what was spent in it is known together.
   *
   * @returns Whether it is open. @throws KamachiqError `budget.unknown-hold`
   */
  open(key: string, within: string | null): boolean {
    return this.#enter(key, within, { tokens: null, microDollars: null });
  }

  /**
   * Ends a hold. Unknown keys and holds that ended are left as they are.
   *
   * @param amount - What was spent in it in all; never less than what was settled inside it. Of what is still open inside it the worst is assumed:
   * it ends with it, and counts as spent in full.
   * @throws KamachiqError `budget.invalid-amount`
   */
  settle(key: string, amount: Amount): void {
    requireAmount(amount);
    this.#end('settle', key, amount);
  }

  /** Ends a hold at its full amount: what must be assumed of work that was lost. */
  settleInFull(key: string): void {
    this.#end('settle-in-full', key, this.#holds.get(key)?.reserved);
  }

  /** Ends a hold in which nothing was spent but what was settled inside it, or is still open there. */
  release(key: string): void {
    this.#end('release', key);
  }

  /**
   * Moves what was set aside from one hold to another, at whatever depth they lie: also out of what is around the one, and into what is around the other.
   * At worst the square of the depth.
   *
   * @param from - Null for the budget as a whole, as `to`.
   * @returns Whether it was moved, now or before: false when so much isn't available in the one, or one of them ended.
   * @throws KamachiqError `budget.invalid-amount`, `budget.unknown-hold`
   */
  transfer(key: string, from: string | null, to: string | null, amount: Amount): boolean {
    requireAmount(amount);
    if (this.#holds.has(key)) return true;
    const [giver, taker] = [this.#find(from), this.#find(to)];
    if (!taker.open || !giver.hasRoomFor(amount)) return false;
    for (const measure of MEASURES) {
      // What lies around both loses and gains the same.
      for (let hold: Hold | null = giver; hold !== null; hold = hold.within) hold.resize(measure, -amount[measure]);
      for (let hold: Hold | null = taker; hold !== null; hold = hold.within) hold.resize(measure, amount[measure]);
    }
    this.#use(key);
    this.#note('transfer', key, from, amount, to);
    return true;
  }

  /**
   * Adds to the budget as a whole; money without a limit stays so.
   *
   * @throws KamachiqError `budget.invalid-amount`
   */
  raise(key: string, amount: Amount): void {
    requireAmount(amount);
    if (this.#holds.has(key)) return;
    for (const measure of MEASURES) {
      this.#find(null).resize(measure, amount[measure]);
      this.#told[measure] = Math.min(this.#told[measure], this.#sharesSpent(measure));
    }
    this.#use(key);
    this.#note('raise', key, null, amount);
  }

  /**
   * The shares of the whole budget, 50, 80 and 95 % of tokens or of money, that spending came to since this was last asked. Each is told once; after a
   * raise that took spending below it, once more when it is crossed anew. What is held does not count: it may come back.
   */
  takeCrossings(): readonly BudgetCrossing[] {
    return MEASURES.flatMap((of) => {
      const told = this.#told[of];
      this.#told[of] = this.#sharesSpent(of);
      return SHARES.slice(told, this.#told[of]).map((share) => ({ share, of }));
    });
  }

  /** What changed something since the ledger was made or restored, in order, from a sequence number on. */
  journal(from: number): readonly BudgetJournalEntry[] {
    return this.#journal.slice(Math.max(0, from - this.#first));
  }

  #find(key: string | null): Hold {
    const hold = this.#holds.get(key);
    if (hold !== undefined) return hold;
    throw new KamachiqError({
      code: 'budget.unknown-hold',
      message: `Expected the key of a hold, got ${String(key).slice(0, 200)}.`,
      remedy: 'Hold what lies around before what lies in it.',
    });
  }

  #enter(key: string, within: string | null, reserved: Readonly<Record<Measure, number | null>>): boolean {
    const known = this.#holds.get(key);
    if (known !== undefined) return known.open;
    const around = this.#find(within);
    const amount = { tokens: reserved.tokens ?? 0, microDollars: reserved.microDollars ?? 0 };
    if (!around.hasRoomFor(amount)) return false;
    this.#holds.set(key, new Hold(key, around, reserved));
    for (const measure of MEASURES) around.book(measure, 0, amount[measure], 0);
    this.#note('hold', key, within, amount);
    return true;
  }

  #end(operation: BudgetJournalEntry['operation'], key: string, totals?: Readonly<Record<Measure, number | null>>): void {
    const hold = this.#holds.get(key);
    if (!hold?.open) return;
    const end = (measure: Measure) => hold.end(measure, totals?.[measure] ?? 0);
    const amount = { tokens: end('tokens'), microDollars: end('microDollars') };
    this.#note(operation, key, hold.within!.key, amount);
  }

  /** Remembers a key. */
  #use(key: string): void {
    const hold = new Hold(key, null, NOTHING);
    hold.ended = true;
    this.#holds.set(key, hold);
  }

  #note(operation: BudgetJournalEntry['operation'], key: string, within: string | null, amount: Amount, to: string | null = null): void {
    const { spent, held } = this.#find(null);
    // Copied: all of these change.
    const sequence = this.#first + this.#journal.length;
    this.#journal.push({ sequence, operation, key, within, to, amount: { ...amount }, spent: { ...spent }, held: { ...held } });
  }

  /** How many of the shares were spent. */
  #sharesSpent(measure: Measure): number {
    const { spent, reserved } = this.#find(null);
    return SHARES.filter((share) => spent[measure] / (reserved[measure] ?? Number.POSITIVE_INFINITY) >= share).length;
  }
}

/** Of what is spent, in ascending order. */
const SHARES = [0.5, 0.8, 0.95];
