import { describe, expect, it } from 'vitest';
import type { ProjectSpec } from '../planning/project-spec.js';
import type { TokenPrices } from './activity-types.js';
import { ProjectBudget } from './project-budget.js';

const budgetOf = (budgetDollars: number, prices: TokenPrices) => {
  const budget = new ProjectBudget({ budgetTotal: 10_000, budgetDollars } as ProjectSpec);
  budget.prices = prices;
  budget.open('a');
  return budget;
};

describe('what an attempt may cost', () => {
  it('is what the agent costs, also on a cheaper model, but never less than what its model does', () => {
    const affordable = (prices: TokenPrices) => [false, true].map((cheaper) => budgetOf(0.012, prices).affordable(cheaper));
    expect(affordable({ usual: 0, agents: 3 })).toEqual([4_000, 4_000]);
    expect(affordable({ usual: 2, cheaper: 0, agents: 3 })).toEqual([4_000, 4_000]);
    expect(affordable({ usual: 4, cheaper: 2, agents: 3 })).toEqual([3_000, 4_000]);
    expect(affordable({ usual: 4, cheaper: 2 })).toEqual([3_000, 6_000]);
    expect(budgetOf(0.012, { usual: 0, agents: 3 }).holdAttempt('a/0/1', 'a', 1_000)).toEqual({ tokens: 1_000, microDollars: 3_000 });
  });

  it('is no reason to review by the cheaper model: that is paid as the model', () => {
    expect(budgetOf(1, { usual: 1, cheaper: 0, agents: 1_000 }).isCheaperWanted({ tokens: 1_000, microDollars: 1_000 })).toBe(false);
  });
});

it('a model that is free works on where all the money was spent as it was held', () => {
  const budget = budgetOf(0.006, { usual: 1, cheaper: 0 });
  expect(budget.holdAttempt('a/0/1', 'a', 6_000)).toEqual({ tokens: 6_000, microDollars: 6_000 });
  budget.ledger.settle('a/0/1', { tokens: 6_000, microDollars: 6_000 });
  expect([budget.affordable(), budget.affordable(true)]).toEqual([0, 4_000]);
  expect(budget.holdAttempt('a/0/2', 'a', 4_000, true)).toEqual({ tokens: 4_000, microDollars: 0 });
});
