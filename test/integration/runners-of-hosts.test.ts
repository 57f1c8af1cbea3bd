import { MockActivityEnvironment } from '@temporalio/testing';
import type { AgentContext, AgentOutcome, AgentRequest, AgentRunner } from 'kamachiq';
import { ScriptedModel } from 'kamachiq/testing';
import { createActivities } from 'kamachiq/worker';
import type { DecomposeProjectResult, SpawnAgentInput } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietLogger } from '../support/quiet-runtime.js';
import { isJudgement, judgement, reportOf } from '../support/scripted-answers.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';

/* Runners of hosts that answer, fail and tell what they must not; the scripted model makes their calls cost exactly so much. */

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start('time-skipping');
});
afterAll(async () => temporal?.stop());

const model = () => new ScriptedModel((request) => (isJudgement(request) ? judgement(10) : 'A note.'));
const runnerThat = (doRun: (request: AgentRequest, context: AgentContext) => Promise<unknown>): AgentRunner => ({
  specificationVersion: 1,
  id: 'hosts/1',
  doRun: async (request, context) => (await doRun(request, context)) as AgentOutcome,
});
const ask = ({ model: metered, signal }: AgentContext) => metered.generate({ messages: [{ role: 'user', text: 'Go.' }], maxOutputTokens: 4 }, signal);
const madeBy = { kind: 'model', model: 'm/1', template: 't/1', candidates: 1 } as const;
const outcomeWith = (paths: readonly string[], passed = true) => ({
  passed,
  files: paths.map((path) => ({ path, text: 'A note.', madeBy })),
  candidates: 1,
  checks: [],
  problems: [],
});

const run = async (runner: AgentRunner) =>
  temporal.withWorker({ model: model(), runner }, async (client) => {
    const handle = await client.submit(specWithTasks([documentTask('a')]), { reviewTimeoutMinutes: 0.001 });
    return reportOf(temporal, await handle.result());
  });

describe('a runner of a host', () => {
  it.each([
    ['outside the project', '../../../tmp/evil.md', 'is no path for a file'],
    ['that its task does not declare', 'undeclared.md', 'was not to be written'],
  ])('hands nothing on where it wrote a file %s, whether it says that it passed or not', async (_, path, problem) => {
    for (const passed of [true, false]) {
      const report = await run(runnerThat(async ({ task }) => outcomeWith([...task.writes, path], passed)));
      expect(report.status).toBe('failed');
      expect(report.files).toEqual([]);
      for (const attempt of report.tasks[0]!.attempts) {
        expect(attempt).toMatchObject({ outcome: 'failed', problems: expect.arrayContaining([expect.stringContaining(problem)]) });
      }
    }
  });

  it('did not pass without the files that its task declares', async () => {
    const report = await run(runnerThat(async () => outcomeWith([])));
    expect(report.status).toBe('failed');
    expect(report.tasks[0]!.attempts[0]).toMatchObject({ outcome: 'failed', problems: ['a.md was not written'] });
  });

  it('fails the attempt with a code where it answers what is no outcome, and is asked again', async () => {
    let attempts = 0;
    const runner = runnerThat(async ({ task }, context) => {
      attempts += 1;
      await ask(context);
      return attempts === 1 ? { passed: true } : outcomeWith(task.writes);
    });
    const report = await run(runner);
    expect(report.status).toBe('approved');
    expect(report.tasks[0]!.attempts).toMatchObject([
      { outcome: 'failed', problems: [expect.stringContaining('agent.invalid-outcome')] },
      { outcome: 'passed' },
    ]);
    const [first, second] = report.tasks[0]!.attempts;
    expect(first!.tokensSpent).toBe(second!.tokensSpent);
  });

  it('is charged what it spent where it fails with more than a server takes', async () => {
    let attempts = 0;
    const runner = runnerThat(async ({ task }, context) => {
      attempts += 1;
      await ask(context);
      if (attempts === 1) throw new Error('x'.repeat(3_000_000));
      return outcomeWith(task.writes);
    });
    const report = await run(runner);
    expect(report.status).toBe('approved');
    const [first, second] = report.tasks[0]!.attempts;
    expect(first!.problems.join()).toMatch(/kamachiq\.unexpected: x{100}/);
    expect(first!.tokensSpent).toBe(second!.tokensSpent);
  });

  it('tells its progress in numbers, whatever else it tells', async () => {
    const told: unknown[] = [];
    const runner = runnerThat(async ({ task }, { onProgress }) => {
      const progress = { candidates: 2, tokensSpent: 300, checksPassed: 1, checksTotal: 4 };
      for (const wrong of [{ ...progress, text: 'x'.repeat(3_000_000) }, null, { candidates: 'x'.repeat(3_000_000), tokensSpent: 1n }]) {
        onProgress(wrong as unknown as typeof progress);
      }
      return outcomeWith(task.writes);
    });
    const activities = createActivities({ model: model(), runner, sandbox: temporal.sandbox, artifacts: temporal.artifacts() });
    const task = documentTask('a');
    const planned = { projectId: 'p', spec: specWithTasks([task]), seed: 0, holdTokens: 0, repair: 0, findings: [], previous: null };
    const decompose = () => activities['kamachiq.decomposeProject'](planned);
    const { plan } = (await new MockActivityEnvironment({}, { logger: quietLogger }).run(decompose)) as DecomposeProjectResult;
    const input: SpawnAgentInput = { projectId: 'p', plan, task, attempt: 1, remediation: 0, seed: 0, holdTokens: 100, feedback: [], upstream: [] };
    const environment = new MockActivityEnvironment({}, { logger: quietLogger });
    environment.on('heartbeat', (details: unknown) => told.push(details));
    await environment.run(() => activities['kamachiq.spawnAgent'](input));
    const nothing = { candidates: 0, tokensSpent: 0, checksPassed: 0, checksTotal: 0 };
    expect(told.slice(0, 4)).toEqual([null, { candidates: 2, tokensSpent: 300, checksPassed: 1, checksTotal: 4 }, nothing, nothing]);
  });
});
