import { atMost, type Benchmark, type Target } from './benchmark.js';
import { checkAfter, holdBefore, spendBudget } from './spend-budget.js';

const SEEDS = 200;
const BUDGETS = [
  { name: '100 k', tokens: 100_000 },
  { name: '1 M', tokens: 1_000_000 },
] as const;
const OURS = 'kamachiq: hold, shrink the last';
const WAYS = [
  { name: 'check after spend', pay: checkAfter },
  { name: 'hold, never shrink', pay: (budget: number) => holdBefore(budget, false) },
  { name: OURS, pay: (budget: number) => holdBefore(budget, true) },
];

/**
 * Ten agents spend a budget to its end, with the same seeded calls: by holds, and by looking at what was spent before each call, which is what
 * agent frameworks with budgets document (Mastra's TokenCostControl, open-multi-agent's token caps).
 */
export const measureSpending: Benchmark = async (progress) => {
  const rows = [['share of the budget, %', 'over, mean', 'over, most', 'unused, mean', 'unused, most', 'calls', 'cut short', 'agents busy']];
  const targets: Target[] = [];
  for (const { name: budget, tokens } of BUDGETS) {
    progress(`spending ${budget} tokens, ${SEEDS} workloads`);
    for (const { name, pay } of WAYS) {
      const outcomes = Array.from({ length: SEEDS }, (_, seed) => spendBudget(pay(tokens), seed));
      const over = outcomes.map(({ spent }) => Math.max(0, spent - tokens));
      const unused = outcomes.map(({ spent }) => Math.max(0, tokens - spent));
      const percent = (value: number) => ((100 * value) / tokens).toFixed(2);
      rows.push([
        `${budget}: ${name}`,
        percent(mean(over)),
        percent(Math.max(...over)),
        percent(mean(unused)),
        percent(Math.max(...unused)),
        mean(outcomes.map(({ calls }) => calls)).toFixed(1),
        mean(outcomes.map(({ cutShort }) => cutShort)).toFixed(2),
        `${(100 * mean(outcomes.map(({ busy }) => busy))).toFixed(0)} %`,
      ]);
      if (name !== OURS) continue;
      targets.push(atMost(`${budget}: tokens over the cap`, Math.max(...over), 0));
      if (tokens === 1_000_000) targets.push(atMost(`${budget}: unused, mean %`, (100 * mean(unused)) / tokens, 2));
    }
  }
  return { tables: [{ title: `A budget spent to its end by ten agents, ${SEEDS} seeded workloads each`, rows }], targets };
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
