import { type Amount, MEASURES, NOTHING } from './amount.js';
import { BudgetLedger, partsOf } from './budget-ledger.js';
import type { BudgetSnapshot, OpenHold, UsedKey } from './budget-records.js';
import { Hold } from './hold.js';

/** Everything that a ledger knows but its journal, as plain JSON. O(keys). @public */
export function snapshotBudget(ledger: BudgetLedger): BudgetSnapshot {
  const { holds, told, sequence } = partsOf(ledger);
  const all = [...holds.values()];
  return { sequence, told: { ...told }, open: all.filter(({ open }) => open).map(asOpen), used: all.filter(({ open }) => !open).map(asUsed) };
}

/** A ledger that goes on where another one stood; its journal begins anew, with the next sequence number. O(keys). @public */
export function restoreBudget({ sequence, told, open, used }: BudgetSnapshot): BudgetLedger {
  const ledger = new BudgetLedger(NOTHING, sequence);
  const parts = partsOf(ledger);
  Object.assign(parts.told, told);
  for (const { key, within, reserved = UNLIMITED, ...amounts } of open) {
    parts.holds.set(key, restoreHold(new Hold(key, key === null ? null : parts.holds.get(within)!, reserved), amounts));
  }
  for (const [key, tokens = 0, microDollars = 0, tokensBeyond = 0, microDollarsBeyond = 0] of used) {
    const beyond = { tokens: tokensBeyond, microDollars: microDollarsBeyond };
    const hold = restoreHold(new Hold(key, null, NOTHING), { spent: { tokens, microDollars }, beyond });
    hold.ended = true;
    parts.holds.set(key, hold);
  }
  return ledger;
}

function restoreHold(hold: Hold, { spent, held, beyond }: Pick<OpenHold, 'spent' | 'held' | 'beyond'>): Hold {
  Object.assign(hold.spent, spent);
  Object.assign(hold.held, held);
  Object.assign(hold.beyond, beyond);
  return hold;
}

function asOpen({ standing, within }: Hold): OpenHold {
  const { key, reserved, spent, held, beyond } = standing;
  const isUnlimited = MEASURES.every((measure) => reserved[measure] === null);
  return {
    within: within?.key ?? null,
    key,
    ...(isUnlimited ? {} : { reserved }),
    ...(isNothing(spent) ? {} : { spent }),
    ...(isNothing(held) ? {} : { held }),
    ...(isNothing(beyond) ? {} : { beyond }),
  };
}

const UNLIMITED = { tokens: null, microDollars: null };

const isNothing = (amount: Amount) => MEASURES.every((measure) => amount[measure] === 0);

function asUsed({ key, spent, beyond }: Hold): UsedKey {
  const amounts = [spent.tokens, spent.microDollars, beyond.tokens, beyond.microDollars];
  while (amounts.at(-1) === 0) amounts.pop();
  return [key!, ...amounts];
}
