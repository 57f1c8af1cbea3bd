import { KamachiqError } from '../errors/kamachiq-error.js';

/** One hold and what became of it; plain JSON. @public */
export interface BudgetEntry {
  /** Unique for ever: a repeated hold, settlement or release of the same key changes nothing. */
  readonly key: string;
  /** What the tokens are for. Example: the id of a task. */
  readonly account: string;
  readonly tokens: number;
  /** Tokens really spent; null while the hold stands. */
  readonly settled: number | null;
}

/** Everything a ledger knows; plain JSON. @public */
export interface BudgetSnapshot {
  readonly total: number;
  readonly entries: readonly BudgetEntry[];
}

/**
 * Keeps a token budget that can't be overrun: the worst case is held before a call, what was really spent is settled after it.
 *
 * At every moment `spent + held ≤ total`, as long as nothing is settled above its hold; what a provider charges beyond a hold is
 * recorded, because hiding it would be worse. Every operation takes constant time but where it says otherwise.
 *
 * @public
 */
export class BudgetLedger {
  readonly #entries = new Map<string, BudgetEntry>();
  readonly #spentBy = new Map<string, number>();
  #total: number;
  #held = 0;
  #spent = 0;

  /** @param total - Tokens, a whole number of at least 0. @throws KamachiqError `budget.invalid-amount` */
  constructor(total: number) {
    this.#total = amount(total);
  }

  static fromSnapshot({ total, entries }: BudgetSnapshot): BudgetLedger {
    const ledger = new BudgetLedger(total);
    for (const entry of entries) {
      ledger.#entries.set(entry.key, entry);
      if (entry.settled === null) ledger.#held += entry.tokens;
      else ledger.#charge(entry.account, entry.settled);
    }
    return ledger;
  }

  get total(): number {
    return this.#total;
  }

  get held(): number {
    return this.#held;
  }

  get spent(): number {
    return this.#spent;
  }

  /** Tokens that can still be held. */
  get available(): number {
    return Math.max(0, this.#total - this.#held - this.#spent);
  }

  spentBy(account: string): number {
    return this.#spentBy.get(account) ?? 0;
  }

  /**
   * Sets tokens aside.
   *
   * @returns The tokens held, which for a known key are those of the first time; 0 when they are not available.
   */
  hold(key: string, account: string, tokens: number): number {
    const known = this.#entries.get(key);
    if (known !== undefined) return known.settled === null ? known.tokens : 0;
    if (amount(tokens) > this.available) return 0;
    this.#entries.set(key, { key, account, tokens, settled: null });
    this.#held += tokens;
    return tokens;
  }

  /** Ends a hold by what was really spent. Unknown and settled keys are left as they are. */
  settle(key: string, tokens: number): void {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.settled !== null) return;
    this.#entries.set(key, { ...entry, settled: amount(tokens) });
    this.#held -= entry.tokens;
    this.#charge(entry.account, tokens);
  }

  /** Ends a hold at its full amount: what must be assumed of work that was lost. */
  settleInFull(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.settle(key, entry.tokens);
  }

  /** Ends every hold of an account at its full amount. O(entries). */
  settleAccountInFull(account: string): void {
    for (const entry of [...this.#entries.values()]) if (entry.account === account) this.settle(entry.key, entry.tokens);
  }

  /** Ends a hold of which nothing was spent. */
  release(key: string): void {
    this.settle(key, 0);
  }

  /** Adds tokens to the total. */
  raise(tokens: number): void {
    this.#total = amount(this.#total + amount(tokens));
  }

  toSnapshot(): BudgetSnapshot {
    return { total: this.#total, entries: [...this.#entries.values()] };
  }

  #charge(account: string, tokens: number): void {
    this.#spent += tokens;
    this.#spentBy.set(account, this.spentBy(account) + tokens);
  }
}

function amount(tokens: number): number {
  if (Number.isSafeInteger(tokens) && tokens >= 0) return tokens;
  throw new KamachiqError({
    code: 'budget.invalid-amount',
    message: `Expected a whole number of tokens of at least 0, got ${tokens}.`,
    remedy: 'Count tokens as whole numbers.',
  });
}
