import { ScriptedModel } from 'kamachiq/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJudgement, judgement, reportOf } from '../support/scripted-answers.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';

/* A budget in dollars where nothing has a price: the real workflows and activities, with a scripted model. */

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

describe('a budget in dollars of a project whose model has no price', () => {
  it('is said in the report to limit nothing', async () => {
    const model = new ScriptedModel((request) => (isJudgement(request) ? judgement(10) : 'A document.'));
    const report = await temporal.withWorker({ model }, async (client) => {
      const handle = await client.submit(specWithTasks([documentTask('a')], { budgetDollars: 1 }), { reviewTimeoutMinutes: 0.001 });
      return reportOf(temporal, await handle.result());
    });
    expect(report.budget.money).toEqual({ total: 1_000_000, spent: 0, limitsNothing: true });
  });
});
