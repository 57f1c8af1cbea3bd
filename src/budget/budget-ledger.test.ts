import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Amount, type Limit, MEASURES } from './amount.js';
import { BudgetLedger } from './budget-ledger.js';
import type { BudgetJournalEntry } from './budget-records.js';
import { restoreBudget, snapshotBudget } from './budget-snapshot.js';
import { Recount } from './fixtures/recount.js';

type Operation =
  | { readonly kind: 'hold'; readonly key: string; readonly within: string | null; readonly limit: Limit }
  | { readonly kind: 'open'; readonly key: string; readonly within: string | null }
  | { readonly kind: 'settle' | 'raise'; readonly key: string; readonly amount: Amount }
  | { readonly kind: 'settleInFull' | 'release'; readonly key: string }
  | { readonly kind: 'transfer'; readonly key: string; readonly from: string | null; readonly to: string | null; readonly amount: Amount };

const KEYS = ['a', 'b', 'c', 'd', '__proto__', 'constructor', ''] as const;
const key = fc.constantFrom(...KEYS);
const place = fc.constantFrom(null, null, ...KEYS);
const amount = fc.record({ tokens: fc.nat({ max: 60 }), microDollars: fc.nat({ max: 60 }) });
const limitUpTo = (max: number) => fc.record({ tokens: fc.nat({ max }), microDollars: fc.option(fc.nat({ max }), { nil: null }) });

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('hold' as const), key, within: place, limit: limitUpTo(60) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('open' as const), key, within: place }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('settle' as const), key, amount }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('settleInFull' as const, 'release' as const), key }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('transfer' as const), key: fc.constantFrom('t', 'u', 'a'), from: place, to: place, amount }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('raise' as const), key: fc.constantFrom('r', 's', 'b'), amount }) },
);
const operations = fc.array(operation, { maxLength: 40 });

/** @returns What the ledger answers; where it refuses, the code. */
function apply(ledger: BudgetLedger, each: Operation): unknown {
  try {
    if (each.kind === 'hold') return ledger.hold(each.key, each.within, each.limit);
    if (each.kind === 'open') return ledger.open(each.key, each.within);
    if (each.kind === 'transfer') return ledger.transfer(each.key, each.from, each.to, each.amount);
    return each.kind === 'settle' || each.kind === 'raise' ? ledger[each.kind](each.key, each.amount) : ledger[each.kind](each.key);
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

/** The same of a recount. */
function recountOf(recount: Recount, each: Operation): unknown {
  const unknown = (place: string | null) => place !== null && !recount.isUsed(place) && 'budget.unknown-hold';
  switch (each.kind) {
    case 'hold':
    case 'open': {
      if (recount.isUsed(each.key)) return recount.isOpen(each.key);
      return unknown(each.within) || recount.hold(each.key, each.within, each.kind === 'hold' ? each.limit : { tokens: null, microDollars: null });
    }
    case 'transfer':
      if (recount.isUsed(each.key)) return true;
      return unknown(each.from) || unknown(each.to) || recount.transfer(each.key, each.from, each.to, each.amount);
    case 'raise':
      return recount.raise(each.key, each.amount);
    case 'settleInFull':
      return recount.end(each.key, undefined);
    default:
      return recount.end(each.key, each.kind === 'settle' ? each.amount : { tokens: 0, microDollars: 0 });
  }
}

/** Through text, as a host keeps it. */
const restart = (ledger: BudgetLedger) => restoreBudget(JSON.parse(JSON.stringify(snapshotBudget(ledger))));

/** What stands under every key that may have been used. */
const standings = (ledger: BudgetLedger) => [null, ...KEYS, 't', 'u', 'r', 's'].map((each) => ledger.standing(each));

describe('BudgetLedger', () => {
  it('says what counting everything anew says, after every operation and every restart', () => {
    fc.assert(
      fc.property(limitUpTo(300), fc.array(fc.tuple(operation, fc.boolean()), { maxLength: 40 }), (limit, steps) => {
        let ledger = new BudgetLedger(limit);
        const recount = new Recount(limit);
        for (const [each, restarts] of steps) {
          expect(apply(ledger, each)).toEqual(recountOf(recount, each));
          if (restarts) ledger = restart(ledger);
          for (const known of recount.keys) {
            const { open, reserved, spent, held, beyond, available } = ledger.standing(known)!;
            expect(open).toBe(recount.isOpen(known));
            for (const measure of MEASURES) {
              const counted = { spent: recount.spent(known, measure), held: recount.held(known, measure), beyond: recount.beyond(known, measure) };
              expect({ spent: spent[measure], held: held[measure], beyond: beyond[measure] }).toEqual(counted);
              expect(reserved[measure]).toBe(recount.reserved(known, measure));
              expect(available[measure] ?? Number.POSITIVE_INFINITY).toBe(recount.room(known, measure));
            }
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('never holds and spends more at any level than was set aside there, but for what was charged above holds', () => {
    fc.assert(
      fc.property(limitUpTo(300), operations, (limit, steps) => {
        const ledger = new BudgetLedger(limit);
        for (const each of steps) {
          apply(ledger, each);
          for (const standing of standings(ledger)) {
            for (const measure of MEASURES) {
              const cap = standing?.reserved[measure];
              if (standing?.open !== true || cap == null) continue;
              expect(standing.spent[measure] + standing.held[measure] - standing.beyond[measure]).toBeLessThanOrEqual(cap);
            }
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('changes nothing when what had its effect is repeated, whatever happened in between', () => {
    fc.assert(
      fc.property(limitUpTo(300), operations, fc.boolean(), (limit, steps, restarts) => {
        let ledger = new BudgetLedger(limit);
        const effective: Operation[] = [];
        for (const each of steps) {
          const { sequence } = snapshotBudget(ledger);
          apply(ledger, each);
          if (snapshotBudget(ledger).sequence > sequence) effective.push(each);
        }
        if (restarts) ledger = restart(ledger);
        const before = snapshotBudget(ledger);
        for (const each of [...effective, ...effective]) apply(ledger, each);
        expect(snapshotBudget(ledger)).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  it('writes everything that changed something into its journal, without gaps, and ends add up to what is spent', () => {
    fc.assert(
      fc.property(limitUpTo(300), fc.array(fc.tuple(operation, fc.boolean()), { maxLength: 40 }), (limit, steps) => {
        let ledger = new BudgetLedger(limit);
        let [read, tokens, microDollars] = [0, 0, 0];
        const kept: [entry: BudgetJournalEntry, asRead: string][] = [];
        for (const [each, restarts] of steps) {
          const before = JSON.stringify(standings(ledger));
          apply(ledger, each);
          const entries = ledger.journal(read);
          expect(entries.length).toBe(snapshotBudget(ledger).sequence - read);
          if (entries.length === 0) expect(JSON.stringify(standings(ledger))).toBe(before);
          for (const entry of entries) {
            expect(entry).toMatchObject({ sequence: read, key: each.key, spent: ledger.spent, held: ledger.held });
            read += 1;
            kept.push([entry, JSON.stringify(entry)]);
            if (!['settle', 'settle-in-full', 'release'].includes(entry.operation)) continue;
            tokens += entry.amount.tokens;
            microDollars += entry.amount.microDollars;
          }
          expect(ledger.spent).toEqual({ tokens, microDollars });
          if (restarts) ledger = restart(ledger);
        }
        for (const [entry, asRead] of kept) expect(JSON.stringify(entry)).toBe(asRead);
      }),
      { numRuns: 500 },
    );
  });

  it('gives what is left of a hold back to the one around it, and takes no more than there is', () => {
    const ledger = new BudgetLedger({ tokens: 100, microDollars: 10 });
    expect(ledger.hold('phase', null, { tokens: 60, microDollars: null })).toBe(true);
    expect(ledger.open('task', 'phase')).toBe(true);
    expect(ledger.hold('attempt', 'task', { tokens: 61, microDollars: 0 })).toBe(false);
    expect(ledger.hold('attempt', 'task', { tokens: 60, microDollars: 11 })).toBe(false);
    expect(ledger.hold('attempt', 'task', { tokens: 60, microDollars: 10 })).toBe(true);
    expect(ledger.hold('other', null, { tokens: 40, microDollars: 1 })).toBe(false);
    ledger.settle('attempt', { tokens: 25, microDollars: 4 });
    expect(ledger.spentBy('task')).toEqual({ tokens: 25, microDollars: 4 });
    expect([ledger.spent, ledger.held, ledger.available]).toEqual([
      { tokens: 25, microDollars: 4 },
      { tokens: 35, microDollars: 0 },
      { tokens: 40, microDollars: 6 },
    ]);
    ledger.release('phase');
    expect([ledger.total, ledger.available]).toEqual([
      { tokens: 100, microDollars: 10 },
      { tokens: 75, microDollars: 6 },
    ]);
  });

  it('lists what is open in a hold', () => {
    const ledger = new BudgetLedger({ tokens: 100, microDollars: null });
    ledger.open('task', null);
    for (const name of ['one', 'two', 'three']) ledger.hold(name, 'task', { tokens: 10, microDollars: null });
    ledger.hold('call', 'three', { tokens: 5, microDollars: null });
    ledger.settleInFull('two');
    expect(ledger.openIn('task').map(({ key: name, reserved }) => [name, reserved.tokens])).toEqual([
      ['one', 10],
      ['three', 10],
    ]);
    expect(ledger.openIn(null).map(({ key: name }) => name)).toEqual(['task']);
    ledger.release('task');
    expect(ledger.spentBy('one')).toEqual({ tokens: 10, microDollars: 0 });
  });

  it('records what was charged above a hold at every level instead of hiding it', () => {
    const ledger = new BudgetLedger({ tokens: 100, microDollars: null });
    ledger.hold('attempt', null, { tokens: 60, microDollars: null });
    ledger.hold('call', 'attempt', { tokens: 50, microDollars: null });
    ledger.settle('call', { tokens: 130, microDollars: 0 });
    for (const each of [null, 'attempt', 'call']) {
      expect(ledger.standing(each)).toMatchObject({ spent: { tokens: 130 }, beyond: { tokens: 80 }, available: { tokens: 0 } });
    }
    ledger.settle('attempt', { tokens: 130, microDollars: 0 });
    expect(ledger.standing(null)).toMatchObject({ spent: { tokens: 130 }, beyond: { tokens: 80 }, held: { tokens: 0 } });
  });

  it('takes money that nothing was set aside of from around it, and only what is not there is beyond', () => {
    const open = new BudgetLedger({ tokens: 100, microDollars: null });
    open.hold('call', null, { tokens: 50, microDollars: null });
    open.settle('call', { tokens: 50, microDollars: 999 });
    expect(open.standing(null)).toMatchObject({ spent: { microDollars: 999 }, beyond: { tokens: 0, microDollars: 0 } });
    const limited = new BudgetLedger({ tokens: 100, microDollars: 10 });
    limited.hold('call', null, { tokens: 50, microDollars: null });
    limited.settle('call', { tokens: 50, microDollars: 12 });
    expect(limited.standing(null)).toMatchObject({ spent: { microDollars: 12 }, beyond: { microDollars: 2 }, available: { microDollars: 0 } });
  });

  it('settles what is open inside a hold with it, in full', () => {
    const ledger = new BudgetLedger({ tokens: 100, microDollars: null });
    ledger.hold('attempt', null, { tokens: 60, microDollars: null });
    ledger.hold('done', 'attempt', { tokens: 20, microDollars: null });
    ledger.hold('lost', 'attempt', { tokens: 15, microDollars: null });
    ledger.settle('done', { tokens: 5, microDollars: 0 });
    ledger.settle('attempt', { tokens: 0, microDollars: 0 });
    // Whoever was lost may come back.
    ledger.settle('lost', { tokens: 1, microDollars: 0 });
    expect(ledger.hold('late', 'lost', { tokens: 1, microDollars: null })).toBe(false);
    expect(ledger.transfer('late', null, 'lost', { tokens: 1, microDollars: 0 })).toBe(false);
    expect([ledger.spent.tokens, ledger.held.tokens, ledger.spentBy('lost').tokens]).toEqual([20, 0, 15]);
  });

  it('moves what is left of one phase into an attempt of another', () => {
    const ledger = new BudgetLedger({ tokens: 100, microDollars: 100 });
    ledger.hold('planning', null, { tokens: 40, microDollars: 40 });
    ledger.hold('execution', null, { tokens: 60, microDollars: 60 });
    ledger.hold('attempt', 'execution', { tokens: 60, microDollars: 60 });
    expect(ledger.transfer('move', 'planning', 'attempt', { tokens: 41, microDollars: 0 })).toBe(false);
    expect(ledger.transfer('move', 'planning', 'attempt', { tokens: 30, microDollars: 10 })).toBe(true);
    expect(ledger.transfer('move', 'planning', 'attempt', { tokens: 30, microDollars: 10 })).toBe(true);
    expect(['planning', 'execution', 'attempt'].map((each) => ledger.standing(each)!.reserved)).toEqual([
      { tokens: 10, microDollars: 30 },
      { tokens: 90, microDollars: 70 },
      { tokens: 90, microDollars: 70 },
    ]);
    expect(ledger.available).toEqual({ tokens: 0, microDollars: 0 });
  });

  it('tells each threshold once, and after a raise once more when it is crossed anew', () => {
    let ledger = new BudgetLedger({ tokens: 100, microDollars: 1_000 });
    const spend = (name: string, tokens: number, microDollars: number) => {
      ledger.hold(name, null, { tokens, microDollars });
      ledger.settle(name, { tokens, microDollars });
      ledger = restart(ledger);
    };
    spend('a', 49, 0);
    ledger.hold('held', null, { tokens: 40, microDollars: 0 });
    expect(ledger.takeCrossings()).toEqual([]);
    ledger.release('held');
    spend('b', 1, 950);
    expect(ledger.takeCrossings()).toEqual([
      { share: 0.5, of: 'tokens' },
      { share: 0.5, of: 'microDollars' },
      { share: 0.8, of: 'microDollars' },
      { share: 0.95, of: 'microDollars' },
    ]);
    ledger.raise('raise', { tokens: 100, microDollars: 0 });
    spend('c', 110, 0);
    expect(ledger.takeCrossings()).toEqual([
      { share: 0.5, of: 'tokens' },
      { share: 0.8, of: 'tokens' },
    ]);
    ledger.raise('little', { tokens: 0, microDollars: 1 });
    expect(ledger.takeCrossings()).toEqual([]);
    spend('d', 30, 0);
    expect([ledger.takeCrossings(), ledger.takeCrossings()]).toEqual([[{ share: 0.95, of: 'tokens' }], []]);
  });

  it('keeps little more than the key of what is over', () => {
    const ledger = new BudgetLedger({ tokens: 10_000, microDollars: null });
    const empty = JSON.stringify(snapshotBudget(ledger)).length;
    for (let number = 0; number < 100; number += 1) {
      ledger.hold(`task/0/${number}`, null, { tokens: 90, microDollars: null });
      ledger.settle(`task/0/${number}`, { tokens: 80, microDollars: 0 });
    }
    const keys = snapshotBudget(ledger).used.reduce((sum, [name]) => sum + name.length, 0);
    expect(snapshotBudget(ledger).used[7]).toEqual(['task/0/7', 80]);
    expect(JSON.stringify(snapshotBudget(ledger)).length - empty - keys).toBeLessThan(100 * 9 + 20);
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses %s tokens and leaves everything as it was', (value) => {
    const invalid = expect.objectContaining({ code: 'budget.invalid-amount' });
    const ledger = new BudgetLedger({ tokens: 10, microDollars: 10 });
    ledger.hold('a', null, { tokens: 5, microDollars: 5 });
    const before = snapshotBudget(ledger);
    for (const bad of [
      { tokens: value, microDollars: 0 },
      { tokens: 0, microDollars: value },
    ]) {
      expect(() => new BudgetLedger(bad)).toThrow(invalid);
      expect(() => ledger.hold('b', null, bad)).toThrow(invalid);
      expect(() => ledger.settle('a', bad)).toThrow(invalid);
      expect(() => ledger.raise('b', bad)).toThrow(invalid);
      expect(() => ledger.transfer('b', null, 'a', bad)).toThrow(invalid);
    }
    expect(snapshotBudget(ledger)).toEqual(before);
  });
});
