import { BudgetLedger, snapshotBudget } from 'kamachiq';
import { atMost, type Benchmark } from './benchmark.js';
import { median } from './median.js';
import { millisecondsSince } from './milliseconds-since.js';

const ENTRIES = 10_000;
const OPERATIONS = 1_000;
const ROUNDS = 31;
const NANOSECONDS = 2_000;

/** Operations of a ledger with 10,000 entries, on calls that lie in an attempt, in a task, in a phase: 1,000 of each kind, timed together. */
export const measureLedger: Benchmark = async (progress) => {
  progress(`ledger operations at ${ENTRIES.toLocaleString('en-US')} entries, ${ROUNDS} rounds`);
  const amount = { tokens: 10, microDollars: 30 };
  const keys = Array.from({ length: OPERATIONS }, (_, number) => `task-${number % 100}/0/1/${number}`);
  const spare = keys.map((key) => `${key}/spare`);
  const attempts = keys.map((_, number) => `task-${number % 100}/0/1`);
  const transfers = keys.map((_, number) => `transfer-${number}`);
  const raises = keys.map((_, number) => `raise-${number}`);
  const operations: readonly (readonly [string, (ledger: BudgetLedger, number: number) => unknown])[] = [
    ['hold', (ledger, number) => ledger.hold(keys[number]!, attempts[number]!, amount)],
    ['hold, of which nothing will be spent', (ledger, number) => ledger.hold(spare[number]!, attempts[number]!, amount)],
    ['transfer', (ledger, number) => ledger.transfer(transfers[number]!, 'planning', attempts[number]!, { tokens: 1, microDollars: 1 })],
    ['settle, a repeat of it', (ledger, number) => ledger.settle('task-0/0/2/0', { tokens: number, microDollars: 0 })],
    ['settle', (ledger, number) => ledger.settle(keys[number]!, { tokens: 7, microDollars: 21 })],
    ['release', (ledger, number) => ledger.release(spare[number]!)],
    ['raise', (ledger, number) => ledger.raise(raises[number]!, amount)],
  ];
  const times = operations.map((): number[] => []);
  // Three rounds to warm up.
  for (let round = -3; round < ROUNDS; round += 1) {
    const ledger = createLedger();
    globalThis.gc?.();
    for (const [index, [, operate]] of operations.entries()) {
      const start = process.hrtime.bigint();
      for (let number = 0; number < OPERATIONS; number += 1) operate(ledger, number);
      const nanoseconds = (1e6 * millisecondsSince(start)) / OPERATIONS;
      if (round >= 0) times[index]!.push(nanoseconds);
    }
  }
  const snapshot = JSON.stringify(snapshotBudget(createLedger())).length;
  const measured = operations.map(([name], index) => ({ name, nanoseconds: median(times[index]!) }));
  return {
    tables: [
      {
        title: `Operations of a ledger with ${ENTRIES.toLocaleString('en-US')} entries, at depth 4; its snapshot is ${(snapshot / 1_000).toFixed(0)} kB`,
        rows: [['operation', 'ns'], ...measured.map(({ name, nanoseconds }) => [name, nanoseconds.toFixed(0)])],
      },
    ],
    targets: measured.map(({ name, nanoseconds }) => atMost(`${name}: ns`, nanoseconds, NANOSECONDS)),
  };
};

/** A hundred tasks with an open attempt each, and calls that are over. */
function createLedger(): BudgetLedger {
  const ledger = new BudgetLedger({ tokens: 1e9, microDollars: 1e10 });
  ledger.hold('planning', null, { tokens: 1e6, microDollars: 1e6 });
  ledger.hold('execution', null, { tokens: 5e8, microDollars: 5e9 });
  let entries = 2;
  for (let task = 0; task < 100; task += 1) {
    ledger.open(`task-${task}`, 'execution');
    for (const attempt of ['1', '2']) ledger.hold(`task-${task}/0/${attempt}`, `task-${task}`, { tokens: 1e6, microDollars: 1e7 });
    entries += 3;
  }
  for (let number = 0; entries < ENTRIES; entries += 1, number += 1) {
    const key = `task-${number % 100}/0/2/${Math.floor(number / 100)}`;
    ledger.hold(key, `task-${number % 100}/0/2`, { tokens: 100, microDollars: 300 });
    ledger.settle(key, { tokens: 60, microDollars: 180 });
  }
  return ledger;
}
