import type { Amount, Limit } from '../budget/amount.js';
import { BudgetLedger } from '../budget/budget-ledger.js';
import type { BudgetSnapshot } from '../budget/budget-records.js';
import { restoreBudget, snapshotBudget } from '../budget/budget-snapshot.js';
import type { ProjectSpec } from '../planning/project-spec.js';
import type { TokenPrices } from './activity-types.js';
import type { ThresholdCrossing } from './control-messages.js';
import { patched } from './temporal.js';

/** Accounts of the ledger beside those of tasks, whose ids have no slash. */
export const PLANNING = 'project/planning';
const EXECUTION = 'project/execution';
export const REVIEW = 'project/review';

const MICRO_DOLLARS = 1_000_000;

/** Where the budget of a project stands. */
export interface ProjectBudgetSnapshot {
  readonly ledger: BudgetSnapshot;
  readonly thresholds: readonly ThresholdCrossing[];
  readonly prices: TokenPrices;
  readonly raises: number;
}

/** What a project may spend, and what a token costs at most. */
export class ProjectBudget {
  readonly ledger: BudgetLedger;
  /** Shares of the budget that were spent, in order. */
  readonly thresholds: ThresholdCrossing[] = [];
  #prices: TokenPrices = { usual: 0 };
  #raises = 0;

  /** @param snapshot - Where another run left it. @defaultValue nothing is spent or held yet */
  constructor({ budgetTotal, budgetDollars }: ProjectSpec, snapshot?: ProjectBudgetSnapshot) {
    if (snapshot !== undefined) {
      this.ledger = restoreBudget(snapshot.ledger);
      this.thresholds.push(...snapshot.thresholds);
      this.#prices = snapshot.prices;
      this.#raises = snapshot.raises;
      return;
    }
    const microDollars = budgetDollars === undefined ? null : Math.round(budgetDollars * MICRO_DOLLARS);
    this.ledger = new BudgetLedger({ tokens: budgetTotal, microDollars });
    this.ledger.open(PLANNING, null);
    this.ledger.open(EXECUTION, null);
  }

  toSnapshot(): ProjectBudgetSnapshot {
    return { ledger: snapshotBudget(this.ledger), thresholds: this.thresholds, prices: this.#prices, raises: this.#raises };
  }

  set prices(prices: TokenPrices) {
    this.#prices = prices;
  }

  get limitsMoney(): boolean {
    return this.ledger.total.microDollars !== null;
  }

  /** Keeps which shares were spent since this was last done. No query may do it: what it changes, a replay would not. */
  noteThresholds(): void {
    for (const crossing of this.ledger.takeCrossings()) this.thresholds.push({ ...crossing, at: Date.now() });
  }

  /** Has an account ready for a task. */
  open(taskId: string): void {
    this.ledger.open(taskId, EXECUTION);
  }

  /** Tokens that can be held for attempts and paid for. */
  affordable(cheaper = false): number {
    const { tokens, microDollars } = this.ledger.available;
    const price = this.#attemptPrice(cheaper);
    if (microDollars === null || price === 0) return this.#isMoneyGone(price) ? 0 : tokens;
    let paid = Math.min(tokens, Math.floor(microDollars / price));
    // Division may round to a token more than multiplication pays for.
    while (paid > 0 && Math.ceil(paid * price) > microDollars) paid -= 1;
    return paid;
  }

  /** What keeps tokens from being affordable that are there; nothing where nothing does. */
  boundBy(cheaper: boolean): { readonly boundBy?: 'money' } {
    return this.affordable(cheaper) < this.ledger.available.tokens ? { boundBy: 'money' } : {};
  }

  /** Holds tokens for an attempt, and what they cost at most. @returns Null where that is not available. */
  holdAttempt(key: string, taskId: string, tokens: number, cheaper = false): Limit | null {
    const price = this.#attemptPrice(cheaper);
    const microDollars = this.ledger.total.microDollars === null ? null : Math.ceil(tokens * price);
    if (tokens > 0 && this.#isMoneyGone(price)) return null;
    return this.ledger.hold(key, taskId, { tokens, microDollars }) ? { tokens, microDollars } : null;
  }

  /** A share of everything that there was, without what was spent of it. */
  shareLeft(share: number, account: string): Limit {
    const { total } = this.ledger;
    const spent = this.ledger.spentBy(account);
    const left = (whole: number, gone: number) => Math.max(0, Math.floor(whole * share) - gone);
    return {
      tokens: left(total.tokens, spent.tokens),
      microDollars: total.microDollars === null ? null : left(total.microDollars, spent.microDollars),
    };
  }

  /** A share of what is available now. */
  shareAvailable(share: number): Limit {
    const { tokens, microDollars } = this.ledger.available;
    return { tokens: Math.floor(tokens * share), microDollars: microDollars === null ? null : Math.floor(microDollars * share) };
  }

  /** Whether money, and not tokens, keeps the usual model from using up a hold, and there is another. */
  isCheaperWanted({ tokens, microDollars }: Limit): boolean {
    return microDollars !== null && this.#price(true) < this.#price(false) && tokens * this.#price(false) > microDollars;
  }

  /** @returns What the budget is now, in words. */
  raise(amount: Amount): string {
    this.#raises += 1;
    this.ledger.raise(`project/raise/${this.#raises}`, amount);
    const { total, available } = this.ledger;
    const money = (value: number | null) => (value === null ? '' : ` and $${value / MICRO_DOLLARS}`);
    return `The budget is ${total.tokens} tokens${money(total.microDollars)} now, ${available.tokens}${money(available.microDollars)} of it free.`;
  }

  /** What the report tells of money; nothing where none was limited or spent. */
  get money(): { readonly total: number | null; readonly spent: number } | null {
    const total = this.ledger.total.microDollars;
    const spent = this.ledger.spent.microDollars;
    return total === null && spent === 0 ? null : { total, spent };
  }

  /** Whether no money is left, and work that nothing is known to cost is why: an agent that counts by itself tells afterwards what it spent. */
  #isMoneyGone(price: number): boolean {
    const { available, beyond } = this.ledger.standing(null)!;
    return price === 0 && available.microDollars === 0 && beyond.microDollars > 0 && patched('kamachiq.no-money-no-work');
  }

  /** A runner with a price of its own calls the model of the project too, or leaves something for its review. */
  #attemptPrice(cheaper: boolean): number {
    return Math.max(this.#price(cheaper), this.#prices.agents ?? 0);
  }

  #price(cheaper: boolean): number {
    const { usual, cheaper: less = usual } = this.#prices;
    return cheaper ? Math.min(usual, less) : usual;
  }
}
