import fc from 'fast-check';
import type { LiveProject } from 'kamachiq/client';
import { describe, expect, it } from 'vitest';
import { drawBudget } from './draw-budget.js';
import { NO_COLOURS } from './live-view.js';

type Money = NonNullable<LiveProject['control']>['money'];

/** Of a project, what its budget is drawn of. */
const project = (budget: LiveProject['budget'], inFlight: readonly number[] = [], money: Money = { total: null, held: 0, spent: 0 }) =>
  ({ budget, tasks: inFlight.map((tokensUnsettled) => ({ agent: null, tokensUnsettled })), control: { money } }) as unknown as LiveProject;

const draw = (live: LiveProject, width = 100) => drawBudget(live, width, NO_COLOURS);

describe('drawBudget', () => {
  it('shows held, spent and left, which are the whole together whatever the agents spend meanwhile', () => {
    const amount = fc.nat({ max: 1_000_000 });
    fc.assert(
      fc.property(
        amount,
        amount,
        amount,
        fc.array(fc.nat({ max: 100_000 }), { maxLength: 10 }),
        fc.nat({ max: 200 }),
        (spent, held, left, agents, width) => {
          const total = spent + held + left;
          const [line, ...others] = draw(project({ total, held, spent }, agents), width);
          expect(others).toEqual([]);
          const [, bar, ...numbers] = /^tokens ([█▒·]+) (\d+) spent, (\d+) held, (\d+) left of (\d+)$/.exec(line!)!;
          const [shownSpent, shownHeld, shownLeft, shownTotal] = numbers.map(Number);
          expect([shownSpent! + shownHeld! + shownLeft!, shownTotal, shownLeft]).toEqual([total, total, left]);
          expect(shownSpent! - spent).toBe(
            Math.min(
              held,
              agents.reduce((sum, tokens) => sum + tokens, 0),
            ),
          );
          expect(bar!.length).toBe(Math.max(10, Math.min(40, width - 50)));
          expect(bar).toMatch(/^█*▒*·*$/);
        },
      ),
    );
  });

  it('shows money where there is a limit, or where any is gone', () => {
    const tokens = { total: 1_000, held: 100, spent: 400 };
    const bar = `${'█'.repeat(16)}${'▒'.repeat(4)}${'·'.repeat(20)}`;
    expect(draw(project(tokens))).toEqual([`tokens ${bar} 400 spent, 100 held, 500 left of 1000`]);
    expect(draw(project(tokens, [], { total: 1_000_000, held: 250_000, spent: 500_000 }))[1]).toBe(
      `money  ${'█'.repeat(20)}${'▒'.repeat(10)}${'·'.repeat(10)} $0.50 spent, $0.25 held, $0.25 left of $1.00`,
    );
    expect(draw(project(tokens, [], { total: null, held: 0, spent: 12_340_000 }))[1]).toBe('money  $12.34 spent, $0.00 held, no limit');
  });

  it('says where money is limited and nothing costs any', () => {
    const free = { total: 1_000_000, held: 0, spent: 0 };
    const warning = 'What worked until now has no price: the dollars limit nothing.';
    expect(draw(project({ total: 1_000, held: 0, spent: 1 }, [], free))[2]).toBe(warning);
    expect(draw(project({ total: 1_000, held: 1, spent: 0 }, [], free))[2]).toBe(warning);
    expect(draw(project({ total: 1_000, held: 0, spent: 0 }, [], free)).length).toBe(2);
    expect(draw(project({ total: 1_000, held: 0, spent: 1 }, [], { ...free, spent: 1 })).length).toBe(2);
    expect(draw(project({ total: 1_000, held: 0, spent: 1 }, [], { ...free, total: null })).length).toBe(1);
  });

  it('shows a sum too small for cents as what it is', () => {
    expect(draw(project({ total: 1_000, held: 0, spent: 1 }, [], { total: 2_000, held: 1, spent: 1_500 }))[1]).toMatch(
      / \$0\.0015 spent, \$0\.000001 held, \$0\.000499 left of \$0\.002$/,
    );
  });

  it('draws a project of a version that knows no money', () => {
    const { control: _none, ...older } = project({ total: 10, held: 0, spent: 0 });
    expect(draw(older)).toEqual([`tokens ${'·'.repeat(40)} 0 spent, 0 held, 10 left of 10`]);
  });
});
