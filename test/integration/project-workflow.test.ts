import { pyodideSandbox } from '@kamachiq/sandbox';
import { ModelCallError, type ModelRequest, type Sandbox } from 'kamachiq';
import { ScriptedModel } from 'kamachiq/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';

let temporal: TemporalFixture;
let sandbox: Sandbox;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
  sandbox = pyodideSandbox();
});
afterAll(async () => {
  await sandbox?.doClose?.();
  await temporal?.stop();
});

const isJudgement = ({ answerSchema }: ModelRequest) => answerSchema !== undefined;
const judgement = (score: number) => JSON.stringify({ score, reason: `worth ${score}` });
/** Writes a document for every task and gives every judgement the same score. */
const writer = (score: number) => new ScriptedModel((request) => (isJudgement(request) ? judgement(score) : 'A document.'));

describe('KamachiqProjectWorkflow', () => {
  it('carries out a project whose documents pass', async () => {
    const spec = specWithTasks([documentTask('outline'), documentTask('chapter', ['outline']), documentTask('summary', ['chapter', 'outline'])]);
    const model = writer(10);
    const { result, status } = await temporal.withWorker({ model, sandbox }, async (client) => {
      const handle = await client.submit(spec);
      const ended = await handle.result();
      return { result: ended, status: await handle.status() };
    });
    expect(result).toMatchObject({ status: 'approved', metrics: { tasks: { total: 3, succeeded: 3, failed: 0 } } });
    expect(result.artifacts.map(({ path }) => path)).toEqual(['chapter.md', 'outline.md', 'summary.md']);
    expect(result.metrics.spend.tokensSpent).toBeGreaterThan(0);
    expect(status).toMatchObject({ phase: 'ended', budget: { held: 0, spent: result.metrics.spend.tokensSpent } });
    expect(status.tasks.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  });

  it('tries again after a failure that may pass, and charges nothing for a refused call', async () => {
    const model = new ScriptedModel((request, index) => {
      if (index === 0) return new ModelCallError({ code: 'model.rate-limited', message: 'slow down', remedy: 'wait', retryAfterMilliseconds: 5 });
      return isJudgement(request) ? judgement(10) : 'A document.';
    });
    const result = await temporal.withWorker({ model, sandbox }, async (client) => (await client.submit(specWithTasks([documentTask('a')]))).result());
    expect(result.status).toBe('approved');
  });
});
