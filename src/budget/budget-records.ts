import type { Amount, Limit, Measure } from './amount.js';

/** Where a hold, or the budget as a whole, stands. @public */
export interface BudgetStanding {
  /** Null for the budget as a whole. */
  readonly key: string | null;
  /** False once it ended, or something that it lies in did. */
  readonly open: boolean;
  /** What was set aside for it, nothing once it ended; null where it takes what it needs from the hold around it. */
  readonly reserved: Readonly<Record<Measure, number | null>>;
  /** By everything inside it that ended, and by itself. */
  readonly spent: Amount;
  /** By what is open inside it, beside what was spent there. */
  readonly held: Amount;
  /** What was charged above the holds it was charged to, inside it and to itself: part of `spent`. */
  readonly beyond: Amount;
  /** What can be held inside it now; of money null where nothing limits it. */
  readonly available: Limit;
}

/** One operation that changed something. @public */
export interface BudgetJournalEntry {
  /** From 0, without gaps. */
  readonly sequence: number;
  readonly operation: 'hold' | 'settle' | 'settle-in-full' | 'release' | 'transfer' | 'raise';
  readonly key: string;
  /** The hold it lies in; of a transfer, where it came from. Null for the budget as a whole. */
  readonly within: string | null;
  /** Where a transfer went, null for the budget as a whole; null for everything else too. */
  readonly to: string | null;
  /** Set aside by a hold, added by its end to what is spent, moved by a transfer, added by a raise. */
  readonly amount: Amount;
  /** Of the whole budget, afterwards. */
  readonly spent: Amount;
  /** Of the whole budget, afterwards. */
  readonly held: Amount;
}

/** A share of the budget that was spent. @public */
export interface BudgetCrossing {
  /** 0.5, 0.8 or 0.95. */
  readonly share: number;
  readonly of: Measure;
}

/** A hold that is open, or the budget as a whole. @public */
export interface OpenHold extends Pick<BudgetStanding, 'key'> {
  readonly within: string | null;
  /** @defaultValue it takes what it needs from the hold around it */
  readonly reserved?: BudgetStanding['reserved'];
  /** @defaultValue nothing, as of the two after it */
  readonly spent?: Amount;
  readonly held?: Amount;
  readonly beyond?: Amount;
}

/** A key that is over, and what was spent under it: tokens, micro-dollars, and of both what was beyond the hold; zeros at the end are left out. @public */
export type UsedKey = readonly [key: string, ...amounts: number[]];

/** Everything a ledger knows but its journal; plain JSON. @public */
export interface BudgetSnapshot {
  /** Of the next entry of the journal. */
  readonly sequence: number;
  /** How many of the thresholds were told of. */
  readonly told: Amount;
  /** The budget as a whole first; what lies in another hold comes after it. */
  readonly open: readonly OpenHold[];
  readonly used: readonly UsedKey[];
}
