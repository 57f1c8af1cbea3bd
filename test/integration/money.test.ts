import type { AgentRunner, LanguageModel, ModelPrice, ProjectReport, TaskNode } from 'kamachiq';
import { KamachiqClient } from 'kamachiq/client';
import { ScriptedModel } from 'kamachiq/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJudgement, judgement, reportOf } from '../support/scripted-answers.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';
import { until } from '../support/until.js';

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

  it('has the whole reviewed by a cheaper model where money keeps the usual one from being asked about everything', async () => {
    const usual = priced('usual', 1_000, writer);
    const cheaper = priced('cheaper', 1, writer);
    const { result, report, status } = await run([documentTask('a')], 0.3, usual, cheaper);
    expect(result.status).toBe('approved');
    expect(status.control?.degradations).toMatchObject([
      { step: 'cheaper-model', taskId: 'a' },
      { step: 'cheaper-model', taskId: null, words: 'The project is reviewed by a cheaper model.' },
    ]);
    expect(report.budget.money?.spent).toBeLessThanOrEqual(300_000);
  });

  it('goes on with a cheaper model where it can’t pay for the usual one', async () => {
    const usual = priced('usual', 300, writer);
    const cheaper = priced('cheaper', 1, writer);
    const { result, report, status } = await run([documentTask('a')], 0.5, usual, cheaper);
    expect(result.status).toBe('approved');
    // What is left pays for the review by the usual one.
    expect(status.control?.degradations).toMatchObject([{ step: 'cheaper-model', taskId: 'a' }]);
    expect(usual.requests.filter(isJudgement).length).toBeGreaterThan(0);
    expect(report.control?.degradations[0]?.words).toBe('It works with 4000 of 4000 tokens of a cheaper model.');
    expect(cheaper.requests.length).toBeGreaterThan(0);
    expect(report.budget.money?.spent).toBeLessThanOrEqual(500_000);
    expect(report.environment.models).toContain('scripted/cheaper');
  });

  describe('with a ladder that leaves the cheaper model out', () => {
    const tooDear = expect.stringMatching(/the money that is left pays for \d+/);
    const submit = (taskQueue: string, budgetDollars: number) =>
      new KamachiqClient(temporal.environment.client, { taskQueue, workflowType: 'SteadyProjectWorkflow' }).submit(
        specWithTasks([documentTask('a')], { budgetDollars }),
        { reviewTimeoutMinutes: 0.001 },
      );

    it('refuses a plan that only the cheaper model could carry out', async () => {
      const cheaper = priced('cheaper', 1, writer);
      await temporal.withWorker({ model: priced('usual', 300, writer), cheaperModel: cheaper }, async (_, taskQueue) => {
        const handle = await submit(taskQueue, 0.5);
        expect(await handle.result()).toMatchObject({ status: 'failed', reason: tooDear });
      });
      expect(cheaper.requests).toEqual([]);
    });

    it('refuses such a change of its plan', async () => {
      const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
      const usual = priced('usual', 3, async (...asked) => {
        await mayAnswer;
        return writer(...asked);
      });
      await temporal.withWorker({ model: usual, cheaperModel: priced('cheaper', 1, writer) }, async (_, taskQueue) => {
        const handle = await submit(taskQueue, 0.05);
        await until(async () => usual.requests.length > 0);
        // 24,000 millionths of a dollar are held, and 2,500 kept for the review: what is left pays for 3,916 of 4,400 tokens.
        const refused = await handle.revise({ add: [documentTask('b')] }, 'One more.').catch((error: unknown) => error);
        answer();
        expect(refused).toMatchObject({ code: 'graph.patch-refused', message: expect.stringContaining('the money that is left pays for 3916') });
        expect(await handle.result()).toMatchObject({ status: 'approved' });
      });
    });
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

const NOTE = { kind: 'model', model: 'host/paid', template: 'host/1', candidates: 1 } as const;

const madeBy = ({ writes }: TaskNode) => ({
  passed: true,
  files: writes.map((path) => ({ path, text: 'A note.', madeBy: NOTE })),
  candidates: 1,
  checks: [],
  problems: [],
});

/** A host's agent that makes one metered call a task, of 1,000 tokens at most, with a price of its own. */
const pricedAgent = (dollars: number): AgentRunner => {
  const price = { inputDollarsPerMillionTokens: dollars, outputDollarsPerMillionTokens: dollars };
  return {
    specificationVersion: 1,
    id: 'host/1',
    price,
    doRun: async ({ task }, { meter, signal }) => {
      const call = { model: 'host/paid', price, inputTokens: 500, maxOutputTokens: 500, contextTokens: 100_000, promptSha256: '' };
      await meter.call(call, signal, async () => ({ usage: { inputTokens: 500, outputTokens: 400, reported: true }, finishReason: 'stop' }));
      return madeBy(task);
    },
  };
};

/** A host's agent that counts by itself, and says afterwards that a task cost half a dollar. */
const dearAgent: AgentRunner = {
  specificationVersion: 1,
  id: 'host/1',
  metering: 'own',
  doRun: async ({ task }) => {
    const usage = { inputTokens: 500, outputTokens: 400, reported: true, microDollars: 500_000 };
    return {
      ...madeBy(task),
      usage: [{ key: '', model: 'host/paid', seed: null, temperature: 0, promptSha256: '', finishReason: 'stop', ...usage }],
    };
  },
};

const inARow = (count: number): readonly TaskNode[] =>
  Array.from({ length: count }, (_, index) => documentTask(`t${index}`, index === 0 ? [] : [`t${index - 1}`]));

describe('a budget in dollars, and an agent that costs something else than the model', () => {
  const withRunner =
    (ports: Pick<Parameters<TemporalFixture['withWorker']>[0], 'model' | 'cheaperModel' | 'runner'>) =>
    async (tasks: readonly TaskNode[], budgetDollars: number, raiseDollars = 0) =>
      temporal.withWorker(ports, async (client) => {
        const handle = await client.submit(specWithTasks(tasks, { budgetDollars }), { reviewTimeoutMinutes: raiseDollars > 0 ? 10 : 0.001 });
        if (raiseDollars > 0) {
          await until(async () => ((await handle.status()).control?.waitsForBudgetSince ?? null) !== null);
          await handle.raiseBudget({ tokens: 0, dollars: raiseDollars }, { reason: 'It is worth it.' });
        }
        const result = await handle.result();
        return { result, report: await reportOf(temporal, result) };
      });

  it('pays the agent from it, where the model is free', async () => {
    const { result, report } = await withRunner({ model: new ScriptedModel(writer), runner: pricedAgent(10) })([documentTask('a')], 5);
    expect(result.status).toBe('approved');
    expect(report.budget.money).toMatchObject({ total: 5_000_000, spent: 9_000 });
    expect(report.tasks.map(({ attempts }) => attempts.length)).toEqual([1]);
  });

  it('pays the agent from it, where the model costs less, and the cheaper one nothing', async () => {
    const ports = { model: priced('usual', 0.05, writer), cheaperModel: new ScriptedModel(writer), runner: pricedAgent(10) };
    const { result, report } = await withRunner(ports)([documentTask('a')], 5);
    expect(result.status).toBe('approved');
    expect(report.budget.money!.spent).toBe(costOf(report));
    expect(report.tasks.map(({ attempts }) => attempts.length)).toEqual([1]);
    expect(report.control?.degradations ?? []).toEqual([]);
  });

  it('refuses a plan that the agent is too dear for, cheaper model or not', async () => {
    // 4,000 tokens at $10 for a million.
    const ports = { model: priced('usual', 0.05, writer), cheaperModel: new ScriptedModel(writer), runner: pricedAgent(10) };
    const { result } = await withRunner(ports)([documentTask('a')], 0.02);
    expect(result).toMatchObject({ status: 'failed', reason: expect.stringMatching(/the money that is left pays for \d+/) });
  });

  it('is overrun by no task that begins once it is spent, whoever counts: the ladder is gone, and it ends as exhausted', async () => {
    const { result, report } = await withRunner({ model: new ScriptedModel(writer), runner: dearAgent })(inARow(10), 1);
    expect(result.status).toBe('budget-exhausted');
    expect(report.budget.money).toMatchObject({ total: 1_000_000, spent: 1_000_000 });
    expect(report.tasks.filter(({ state }) => state === 'succeeded').map(({ node }) => node.id)).toEqual(['t0', 't1']);
    expect(report.control?.degradations.map(({ step }) => step)).toEqual(['ask-person']);
  });

  it('goes on with the dollars that a person adds', async () => {
    const { result, report } = await withRunner({ model: new ScriptedModel(writer), runner: dearAgent })(inARow(3), 1, 2);
    expect(result.status).toBe('approved');
    expect(report.budget.money).toMatchObject({ total: 3_000_000, spent: 1_500_000 });
  });

  it('may be next to nothing, where nothing costs anything', async () => {
    const { result, report } = await run(inARow(2), 0.000001, new ScriptedModel(writer));
    expect(result.status).toBe('approved');
    expect(report.budget.money).toMatchObject({ total: 1, spent: 0 });
  });
});
