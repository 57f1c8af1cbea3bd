import { ScriptedModel } from 'kamachiq/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJudgement, judgement, reportOf } from '../support/scripted-answers.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

/** Tokens as the scripted model counts them. */
const CHARACTERS_PER_TOKEN = 4;

describe('a review that needs more than half of what its attempt left', () => {
  it('is given all of it', async () => {
    const model = new ScriptedModel((request) => (isJudgement(request) ? judgement(10) : 'A document.'));
    await temporal.withWorker({ model }, async (client) => {
      const run = async (estimatedTokens: number) => {
        const handle = await client.submit(specWithTasks([documentTask('a', [], { estimatedTokens })]), { reviewTimeoutMinutes: 0.001 });
        const result = await handle.result();
        return { result, task: (await reportOf(temporal, result)).tasks[0]! };
      };
      const ample = await run(4_000);
      // The last call of a judge holds up to 120 tokens of an answer that takes fewer.
      const tight = await run(ample.task.tokensSpent + 120);
      expect(tight).toMatchObject({ result: { status: 'approved' }, task: { state: 'succeeded' } });
      expect(tight.task.tokensSpent).toBeLessThanOrEqual(ample.task.tokensSpent + 120);
    });
  });
});

describe('a document that leaves its review no tokens', () => {
  it('is reviewed all the same, from what the project can spare, and every call is in the ledger', async () => {
    const model = new ScriptedModel((request) => {
      if (isJudgement(request)) return judgement(10);
      const prompt = request.messages.map(({ text }) => text).join('').length / CHARACTERS_PER_TOKEN;
      return 'word'.repeat(Math.floor(1_000 - prompt - 60));
    });
    await temporal.withWorker({ model }, async (client) => {
      const spec = specWithTasks([documentTask('a', [], { estimatedTokens: 1_000 })], { budgetTotal: 30_000 });
      const handle = await client.submit(spec);
      const result = await handle.result();
      expect(result.status).toBe('approved');
      const report = await reportOf(temporal, result);
      const [task] = report.tasks;
      expect(task!.attempts).toMatchObject([{ outcome: 'passed', tokensHeld: 1_000 }]);
      expect(task!.attempts[0]!.tokensSpent).toBeGreaterThan(900);
      // More than the attempt had, and all of it known.
      expect(task!.tokensSpent).toBeGreaterThan(1_000);
      const called = report.modelCalls.map(({ inputTokens, outputTokens }) => inputTokens + outputTokens);
      expect(report.budget.spent).toBe(called.reduce((sum, tokens) => sum + tokens, 0));
      expect(called).toHaveLength(model.requests.length);
      expect((await handle.status()).budget).toEqual({ total: 30_000, held: 0, spent: report.budget.spent });
    });
  });
});
