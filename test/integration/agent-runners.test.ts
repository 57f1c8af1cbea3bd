import { pyodideSandbox } from '@kamachiq/sandbox';
import { type AgentRunner, MeteredModel, ModelCallError, VerifiedSamplingRunner } from 'kamachiq';
import { renderReportMarkdown } from 'kamachiq/report';
import { describeAgentRunner, ScriptedModel } from 'kamachiq/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scriptedAgent } from '../../packages/ai-sdk/test/support/agent-conversation.js';
import { agentBefore } from '../../packages/ai-sdk/test/support/run-agent.js';
import { startScriptedFailureServer } from '../../packages/ai-sdk/test/support/scripted-failure-server.js';
import { isJudgement, judgement, reportOf } from '../support/scripted-answers.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { SubprocessRunner } from '../support/subprocess-runner.js';
import { TemporalFixture } from '../support/temporal.js';

/* Runners that ask the attempt's own model keep the contract; the scripted model drives them to exact ends, the sandbox is a real one. */

const ANSWER = 'def answer():\n    return 42\n';

/** Asks a model that refuses every key, with the same meter. */
class WithoutKey implements AgentRunner {
  readonly specificationVersion = 1;
  readonly id = 'without-key/1';

  constructor(readonly runner: AgentRunner) {}

  doRun(...[request, context]: Parameters<AgentRunner['doRun']>): ReturnType<AgentRunner['doRun']> {
    const refusing = new ScriptedModel(() => new ModelCallError({ code: 'model.unauthorized', message: 'no key', remedy: 'set one' }));
    return this.runner.doRun(request, { ...context, model: new MeteredModel(refusing, context.meter) });
  }
}

describe.each([
  ['VerifiedSamplingRunner', () => new VerifiedSamplingRunner()],
  ['SubprocessRunner', () => new SubprocessRunner()],
])('%s', (_name, create) => {
  describeAgentRunner(
    { describe, it, afterAll },
    {
      createRunner: async () => create(),
      createBrokenRunner: async () => new WithoutKey(create()),
      createModel: async () => new ScriptedModel(() => ANSWER),
      createSandbox: async () => pyodideSandbox(),
    },
  );
});

describe('an agent with tools, on a worker', () => {
  let temporal: TemporalFixture;
  beforeAll(async () => {
    temporal = await TemporalFixture.start();
  });
  afterAll(async () => temporal?.stop());

  it('carries out a task within its hold, and every call of it stands in the report', async () => {
    const steps = [
      { tool: 'write_file', input: { path: 'other.md', text: 'Not mine.' } },
      { tool: 'write_file', input: { path: 'note.md', text: 'A note.' } },
      { say: 'Done.' },
    ];
    const server = await startScriptedFailureServer(scriptedAgent((_messages, index) => steps[index] ?? { say: 'Done.' }));
    try {
      const runner = agentBefore(server, { contextTokens: 32_768 });
      const model = new ScriptedModel((request) => (isJudgement(request) ? judgement(10) : new Error('never asked to write')));
      const spec = specWithTasks([documentTask('note', [], { estimatedTokens: 30_000 })]);
      const result = await temporal.withWorker({ model, runner }, async (client) => (await client.submit(spec)).result());
      const report = await reportOf(temporal, result);
      expect(report.status).toBe('approved');
      expect(report.files).toMatchObject([{ path: 'note.md', madeBy: { kind: 'model', model: 'scripted/agent' } }]);
      const calls = report.modelCalls.filter((call) => call.model === 'scripted/agent');
      expect(calls.map(({ key }) => key)).toEqual(['note/0/1/0', 'note/0/1/1', 'note/0/1/2']);
      const cost = calls.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
      expect(report.tasks[0]!.attempts).toMatchObject([{ outcome: 'passed', tokensSpent: cost }]);
    } finally {
      await server.close();
    }
  });
});

describe('an agent that goes around the meter', () => {
  let temporal: TemporalFixture;
  beforeAll(async () => {
    temporal = await TemporalFixture.start();
  });
  afterAll(async () => temporal?.stop());

  const call = { key: '', model: 'own/model', seed: null, temperature: 0, promptSha256: '', reported: true, finishReason: 'stop' };
  const around = (usage: object): AgentRunner => ({
    specificationVersion: 1,
    id: 'around/1',
    metering: 'own',
    doRun: async ({ task }) => ({
      passed: true,
      files: task.writes.map((path) => ({ path, text: 'A note.', madeBy: { kind: 'model', model: 'own/model', template: 'none', candidates: 1 } })),
      candidates: 1,
      checks: [],
      problems: [],
      ...usage,
    }),
  });
  const run = async (usage: object) =>
    temporal.withWorker(
      { model: new ScriptedModel((request) => (isJudgement(request) ? judgement(10) : 'x')), runner: around(usage) },
      async (client) => {
        const handle = await client.submit(specWithTasks([documentTask('note', [], { estimatedTokens: 3_000 })]), { reviewTimeoutMinutes: 0.001 });
        return reportOf(temporal, await handle.result());
      },
    );

  it('is charged what it tells, and the report says who counted', async () => {
    const report = await run({ usage: [{ ...call, inputTokens: 900, outputTokens: 77 }] });
    expect(report.status).toBe('approved');
    expect(report.tasks[0]!.attempts).toMatchObject([{ tokensSpent: 977, meteredBy: 'around/1' }]);
    expect(report.modelCalls).toContainEqual({ ...call, key: 'note/0/1/0', inputTokens: 900, outputTokens: 77 });
    const markdown = renderReportMarkdown(report);
    expect(markdown).toContain('counted by itself');
  });

  it('is charged its whole hold where it tells nothing', async () => {
    const report = await run({});
    expect(report.tasks[0]!.attempts).toMatchObject([{ tokensSpent: 3_000, meteredBy: 'around/1' }]);
    const calls = report.modelCalls.filter(({ model }) => model === 'around/1');
    expect(calls).toMatchObject([{ reported: false, finishReason: 'unmetered' }]);
  });
});
