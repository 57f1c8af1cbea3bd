import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BudgetLedger } from './budget-ledger.js';

const operation = fc.record({
  kind: fc.constantFrom('hold', 'settle', 'release', 'settleInFull'),
  key: fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor'),
  tokens: fc.nat({ max: 60 }),
});

describe('BudgetLedger', () => {
  it('never holds and spends more than the total when nothing is settled above its hold', () => {
    fc.assert(
      fc.property(fc.nat({ max: 200 }), fc.array(operation, { maxLength: 60 }), (total, operations) => {
        const ledger = new BudgetLedger(total);
        const held = new Map<string, number>();
        for (const { kind, key, tokens } of operations) {
          if (kind === 'hold') held.set(key, ledger.hold(key, 'account', tokens) || (held.get(key) ?? 0));
          else if (kind === 'settle') ledger.settle(key, Math.min(tokens, held.get(key) ?? 0));
          else if (kind === 'release') ledger.release(key);
          else ledger.settleInFull(key);
          expect(ledger.spent + ledger.held).toBeLessThanOrEqual(total);
          expect(ledger.available).toBe(total - ledger.spent - ledger.held);
          expect(ledger.spentBy('account')).toBe(ledger.spent);
        }
      }),
    );
  });

  it('is what its snapshot says, and repeated operations change nothing', () => {
    fc.assert(
      fc.property(fc.nat({ max: 200 }), fc.array(operation, { maxLength: 40 }), (total, operations) => {
        const [once, twice] = [new BudgetLedger(total), new BudgetLedger(total)];
        const apply = (ledger: BudgetLedger, { kind, key, tokens }: (typeof operations)[number]) =>
          kind === 'hold'
            ? ledger.hold(key, key, tokens)
            : kind === 'settle'
              ? ledger.settle(key, tokens)
              : kind === 'release'
                ? ledger.release(key)
                : ledger.settleInFull(key);
        for (const step of operations) {
          apply(once, step);
          apply(twice, step);
          apply(twice, step);
        }
        expect(twice.toSnapshot()).toEqual(once.toSnapshot());
        const restored = BudgetLedger.fromSnapshot(JSON.parse(JSON.stringify(once.toSnapshot())));
        expect(restored.toSnapshot()).toEqual(once.toSnapshot());
        expect([restored.held, restored.spent, restored.available]).toEqual([once.held, once.spent, once.available]);
      }),
    );
  });

  it('refuses a hold that does not fit and grants one that fits exactly', () => {
    const ledger = new BudgetLedger(100);
    expect(ledger.hold('a', 'x', 101)).toBe(0);
    expect(ledger.hold('a', 'x', 100)).toBe(100);
    expect(ledger.hold('b', 'x', 1)).toBe(0);
    ledger.settle('a', 40);
    expect(ledger.hold('b', 'x', 60)).toBe(60);
  });

  it('records what was charged above a hold instead of hiding it', () => {
    const ledger = new BudgetLedger(100);
    ledger.hold('a', 'x', 50);
    ledger.settle('a', 130);
    expect(ledger.spent).toBe(130);
    expect(ledger.available).toBe(0);
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s tokens', (tokens) => {
    const invalid = expect.objectContaining({ code: 'budget.invalid-amount' });
    expect(() => new BudgetLedger(tokens)).toThrow(invalid);
    expect(() => new BudgetLedger(1).hold('a', 'x', tokens)).toThrow(invalid);
    expect(() => new BudgetLedger(1).raise(tokens)).toThrow(invalid);
  });
});
