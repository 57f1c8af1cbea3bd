import type { Benchmark } from './benchmark.js';
import { measureLedger } from './measure-ledger.js';
import { measureSpending } from './measure-spending.js';

/** The budget: what its ledger's operations take, and what is left of a budget, or spent above it, where ten agents spend it to its end. */
export const measureBudget: Benchmark = async (progress) => {
  const [ledger, spending] = [await measureLedger(progress), await measureSpending(progress)];
  return { tables: [...ledger.tables, ...spending.tables], targets: [...ledger.targets, ...spending.targets] };
};
