import type { LanguageModel, ModelPrice, ProjectReport, TaskNode } from 'kamachiq';
import { ScriptedModel } from 'kamachiq/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJudgement, judgement, reportOf } from '../support/scripted-answers.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';

/* Budgets in dollars: the real workflows and activities, with a scripted model that has a price. */

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

/** A scripted model that costs something. */
class PricedScriptedModel extends ScriptedModel {
  constructor(
    readonly price: ModelPrice,
    override readonly id: 'scripted/test',
    answer: ConstructorParameters<typeof ScriptedModel>[0],
  ) {
    super(answer);
  }
}

const priced = (name: string, dollars: number, answer: ConstructorParameters<typeof ScriptedModel>[0]): PricedScriptedModel =>
  new PricedScriptedModel(
    { inputDollarsPerMillionTokens: dollars, outputDollarsPerMillionTokens: 2 * dollars },
    `scripted/${name}` as 'scripted/test',
    answer,
  );
const writer: ConstructorParameters<typeof ScriptedModel>[0] = (request) => (isJudgement(request) ? judgement(10) : 'A document.');

async function run(tasks: readonly TaskNode[], budgetDollars: number, model: LanguageModel, cheaperModel?: LanguageModel) {
  return temporal.withWorker({ model, ...(cheaperModel === undefined ? {} : { cheaperModel }) }, async (client) => {
    const handle = await client.submit(specWithTasks(tasks, { budgetDollars }), { reviewTimeoutMinutes: 0.001 });
    const result = await handle.result();
    return { result, status: await handle.status(), report: await reportOf(temporal, result) };
  });
}

const costOf = ({ modelCalls }: ProjectReport) => modelCalls.reduce((sum, { microDollars = 0 }) => sum + microDollars, 0);

describe('a budget in dollars', () => {
  it('is spent to what the calls cost, and the report says so', async () => {
    const { result, report, status } = await run([documentTask('a'), documentTask('b')], 1, priced('usual', 3, writer));
    expect(result.status).toBe('approved');
    const cost = costOf(report);
    expect(cost).toBeGreaterThan(0);
    expect(report.budget.money).toEqual({ total: 1_000_000, spent: cost });
    expect(result.metrics.spend.money).toEqual(report.budget.money);
    expect(status.control?.money).toEqual({ total: 1_000_000, held: 0, spent: cost });
    expect(report.tasks.map(({ microDollarsSpent = 0 }) => microDollarsSpent).every((spent) => spent > 0)).toBe(true);
  });

  it('refuses a plan that it could not pay for, before any task begins', async () => {
    // 4,000 tokens at $6 for a million of the dearest are 24,000 millionths of a dollar.
    const { result } = await run([documentTask('a')], 0.02, priced('usual', 3, writer));
    expect(result).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/The tasks are estimated at 4000 tokens.*the money that is left pays for/),
    });
  });

  it('goes on with a cheaper model where it can’t pay for the usual one', async () => {
    const usual = priced('usual', 300, writer);
    const cheaper = priced('cheaper', 1, writer);
    const { result, report, status } = await run([documentTask('a')], 0.5, usual, cheaper);
    expect(result.status).toBe('approved');
    expect(status.control?.degradations).toMatchObject([
      { step: 'cheaper-model', taskId: 'a' },
      { step: 'cheaper-model', taskId: null },
    ]);
    expect(report.control?.degradations[0]?.words).toBe('It works with 4000 of 4000 tokens of a cheaper model.');
    expect(cheaper.requests.length).toBeGreaterThan(0);
    expect(report.budget.money?.spent).toBeLessThanOrEqual(500_000);
    expect(report.environment.models).toContain('scripted/cheaper');
  });

  it.each([0.28, 0.55, 1.1, 4.4])('holds what a price of $%s for a million tokens allows, to the last token', async (dollars) => {
    const model = new PricedScriptedModel({ inputDollarsPerMillionTokens: dollars, outputDollarsPerMillionTokens: dollars }, 'scripted/test', writer);
    const { report } = await run([documentTask('a', [], { estimatedTokens: 100_000 })], (dollars * 75_000) / 1_000_000, model, model);
    expect(report.budget.money!.spent).toBe(costOf(report));
  });

  it('is never overrun, whatever the model answers', async () => {
    const wasteful = priced('usual', 5, (request) => (isJudgement(request) ? judgement(10) : ' '.repeat(100_000)));
    const { report } = await run(
      ['a', 'b', 'c', 'd'].map((id) => documentTask(id)),
      0.2,
      wasteful,
    );
    expect(report.budget.money!.spent).toBe(costOf(report));
    expect(report.budget.money!.spent).toBeLessThanOrEqual(200_000);
  });
});
