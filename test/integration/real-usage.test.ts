import { openAiCompatibleModel } from '@kamachiq/ai-sdk';
import { localModel } from '@kamachiq/local-model';
import { pythonProjects } from '@kamachiq/python';
import type { LanguageModel } from 'kamachiq';
import { parseProjectSpec } from 'kamachiq/spec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCountingServer, tokensOf } from '../support/counting-server.js';
import { reportOf } from '../support/scripted-answers.js';
import { TemporalFixture } from '../support/temporal.js';

let temporal: TemporalFixture;
let local: LanguageModel;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
  local = await localModel({ modelFile: process.env.KAMACHIQ_MODEL_FILE! });
});
afterAll(async () => {
  await temporal?.stop();
  await local?.doClose?.();
});

const SPEC = parseProjectSpec(`
name: Sums
goals: [A command line program adds and doubles numbers.]
budget_total: 60000
functions:
  - signature: "add(left: float, right: float) -> float"
    sentence: Return the sum of two numbers.
    examples: [{ arguments: [2, 3], returns: 5 }, { arguments: [-1, 1], returns: 0 }]
  - signature: "double(number: float) -> float"
    sentence: Return twice the number.
    examples: [{ arguments: [2], returns: 4 }, { arguments: [-1], returns: -2 }]
acceptance: [{ run: [add, "2", "3"], stdout: "5" }, { run: [double, "2"], stdout: "4" }]
`);

describe('a project before a real server of a real model', () => {
  it('spends what that server counted, to the token: by the ledger, by the report and by the calls on record', { timeout: 300_000 }, async () => {
    const server = await startCountingServer(local);
    try {
      const model = openAiCompatibleModel({ baseUrl: server.baseUrl, model: local.id, contextTokens: local.contextTokens, answerPrefix: 'continue' });
      const { report, status } = await temporal.withWorker({ model, ...pythonProjects() }, async (client) => {
        const handle = await client.submit(SPEC, { reviewTimeoutMinutes: 0.001 });
        return { report: await reportOf(temporal, await handle.result()), status: await handle.status() };
      });
      const { counted } = server;
      const tokens = tokensOf(counted);
      expect(counted.length).toBeGreaterThanOrEqual(2);
      expect(report.budget.spent).toBe(tokens);
      expect(status.budget).toEqual({ total: 60_000, held: 0, spent: tokens });
      expect(tokensOf(report.modelCalls)).toBe(tokens);
      expect(report.modelCalls).toHaveLength(counted.length);
      expect(report.modelCalls.every(({ reported }) => reported)).toBe(true);
    } finally {
      await server.close();
    }
  });
});
