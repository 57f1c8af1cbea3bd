import { type OpenAiCompatibleModelOptions, openAiCompatibleModel } from '@kamachiq/ai-sdk';
import type { ModelCallErrorCode, ProjectReport } from 'kamachiq';
import type { ProjectHandle } from 'kamachiq/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  beginning,
  cut,
  ending,
  forever,
  hang,
  httpError,
  piece,
  type ScriptedFailure,
  type ScriptedFailureServer,
  startScriptedFailureServer,
  streamed,
} from '../../packages/ai-sdk/test/support/scripted-failure-server.js';
import { judgement, reportOf } from '../support/scripted-answers.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';

/* A model server that fails, over HTTP, and the whole of a project on a server of Temporal that lets time pass in no time: each failure ends as docs/failures.md says. */

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start('time-skipping');
});
afterAll(async () => temporal?.stop());

const USAGE = { prompt_tokens: 200, completion_tokens: 10 };
/** Most tokens that the template for documents asks for. */
const LONGEST_ANSWER = 2_048;
const good = streamed('A document.', USAGE);
const neverEnding: ScriptedFailure = beginning(piece('So'), () => undefined);
const diesInTheMiddle: ScriptedFailure = beginning(piece('So'), (response) => response.destroy());

type Patience = Pick<OpenAiCompatibleModelOptions, 'timeoutMilliseconds' | 'stallMilliseconds'>;

interface Circumstances extends Patience {
  /** What the model thinks of every outcome, of 10. */
  readonly score?: number;
  /** Tasks that need each other in nothing; what fails is the first. */
  readonly tasks?: readonly string[];
  readonly meanwhile?: (handle: ProjectHandle, server: ScriptedFailureServer) => Promise<void>;
}

/** Runs a project before a server that does with each call of the first task's agents what the list says, again and again with the last of it. */
async function runBefore(does: readonly ScriptedFailure[], circumstances: Circumstances = {}): Promise<ProjectReport> {
  const { score = 10, tasks = ['note'], meanwhile = async () => undefined, ...patience } = circumstances;
  let written = 0;
  const server = await startScriptedFailureServer((response, index, body) => {
    if (body.includes('You review work strictly')) return streamed(judgement(score), USAGE)(response, index, body);
    if (!body.includes(`Write ${tasks[0]}`)) return good(response, index, body);
    const behave = does[Math.min(written, does.length - 1)]!;
    written += 1;
    behave(response, index, body);
  });
  try {
    const model = openAiCompatibleModel({ baseUrl: server.baseUrl, model: 'm', contextTokens: 32_768, ...patience });
    const spec = specWithTasks(
      tasks.map((id) => documentTask(id, [], { estimatedTokens: 20_000 })),
      { budgetTotal: 400_000, timeoutMinutes: 60 },
    );
    const result = await temporal.withWorker({ model }, async (client) => {
      const handle = await client.submit(spec, { reviewTimeoutMinutes: 0.001 });
      await meanwhile(handle, server);
      return handle.result();
    });
    return await reportOf(temporal, result);
  } finally {
    await server.close();
  }
}

const callsOf = ({ modelCalls }: ProjectReport, attempt: number, remediation = 0) =>
  modelCalls.filter(({ key }) => key.startsWith(`note/${remediation}/${attempt}/`));
const costOf = (calls: ProjectReport['modelCalls']) => calls.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
const attemptsOf = ({ tasks }: ProjectReport) => tasks[0]!.attempts;
const timeOf = (told: string | undefined) => Date.parse(told ?? 'never');
const waitsOf = (report: ProjectReport) =>
  attemptsOf(report).map(({ startedAt }, index, all) => (index === 0 ? 0 : timeOf(startedAt) - timeOf(all[index - 1]!.finishedAt)));

/** What is charged is what the calls say, and no call is missing. */
function expectAccounts(report: ProjectReport): void {
  expect(report.budget.spent).toBe(costOf(report.modelCalls));
  expect(report.budget.spent).toBe(
    report.budget.planning + report.budget.review + Object.values(report.budget.tasks).reduce((sum, tokens) => sum + tokens, 0),
  );
}

describe('a provider that fails, and then does not', () => {
  it.each<[string, ScriptedFailure, ModelCallErrorCode, 'nothing' | 'in full', number, Patience?]>([
    ['asks for 30 seconds', httpError(429, {}, { 'retry-after': '30' }), 'model.rate-limited', 'nothing', 30_000],
    ['asks for 45 seconds in milliseconds', httpError(429, {}, { 'retry-after-ms': '45000' }), 'model.rate-limited', 'nothing', 45_000],
    ['asks for two hours, of which five minutes are waited', httpError(429, {}, { 'retry-after': '7200' }), 'model.rate-limited', 'nothing', 300_000],
    ['asks for no time', httpError(429), 'model.rate-limited', 'nothing', 10],
    ['is overloaded for a minute', httpError(503, {}, { 'retry-after': '60' }), 'model.overloaded', 'in full', 60_000],
    ['is overloaded', httpError(529), 'model.overloaded', 'in full', 10],
    ['says nothing', hang, 'model.timeout', 'in full', 10, { timeoutMilliseconds: 2_000 }],
    ['falls silent in its answer', neverEnding, 'model.timeout', 'in full', 10, { stallMilliseconds: 100 }],
    ['cuts the connection before its answer', cut, 'model.interrupted', 'in full', 10],
    ['dies in its answer', diesInTheMiddle, 'model.interrupted', 'in full', 10],
    ['answers with a page', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'), 'model.garbled', 'in full', 10],
  ])('%s', async (_, failure, code, charged, wait, patience) => {
    const report = await runBefore([failure, good], patience);
    expect(report.status).toBe('approved');
    expect(attemptsOf(report)).toMatchObject([{ outcome: 'failed', candidates: 0 }, { outcome: 'passed' }]);
    const [failed, ...others] = callsOf(report, 1);
    expect(others).toEqual([]);
    expect(failed).toMatchObject({ finishReason: code, reported: false });
    if (charged === 'nothing') expect(costOf([failed!])).toBe(0);
    else expect([failed!.inputTokens > 200, failed!.outputTokens]).toEqual([true, LONGEST_ANSWER]);
    expect(attemptsOf(report)[0]!.tokensSpent).toBe(costOf(callsOf(report, 1)));
    expect(waitsOf(report)[1]).toBeGreaterThanOrEqual(wait);
    // A clock that jumps stands where it was asked to, and not an hour further.
    expect(waitsOf(report)[1]).toBeLessThan(wait + 60_000);
    expectAccounts(report);
  });
});

describe('a provider that fails again and again', () => {
  it('is asked four times, longer and longer apart, and the task fails with every cause', async () => {
    const report = await runBefore([httpError(500), hang, diesInTheMiddle, httpError(529)], { timeoutMilliseconds: 2_000 });
    expect(report.status).toBe('failed');
    expect(report.tasks[0]!.state).toBe('failed');
    expect(attemptsOf(report).map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed', 'failed']);
    expect(report.modelCalls.map(({ finishReason }) => finishReason)).toEqual([
      'model.overloaded',
      'model.timeout',
      'model.interrupted',
      'model.overloaded',
    ]);
    const causes = attemptsOf(report).map(({ problems }) => problems.join());
    for (const [index, said] of ['HTTP 500', 'no answer within 2000 ms', 'other side closed', 'HTTP 529'].entries())
      expect(causes[index]).toContain(said);
    expect(
      waitsOf(report)
        .slice(1)
        .every((wait, index) => wait >= 10 * 2 ** index),
    ).toBe(true);
    expectAccounts(report);
  });

  it('keeps nothing from going on that does not need what failed', async () => {
    const report = await runBefore([httpError(500)], { tasks: ['note', 'other'] });
    expect(report.status).toBe('failed');
    expect(report.tasks.map(({ state }) => state)).toEqual(['failed', 'succeeded']);
    expect(report.files.map(({ path }) => path)).toEqual(['other.md']);
    expectAccounts(report);
  });

  it('leaves what was made before to a person, with every cause', async () => {
    const report = await runBefore([good, httpError(503)], { score: 1 });
    expect(attemptsOf(report).map(({ remediation, outcome }) => [remediation, outcome])).toEqual([
      [0, 'passed'],
      [1, 'failed'],
      [1, 'failed'],
      [1, 'failed'],
      [1, 'failed'],
    ]);
    expect(report.tasks[0]).toMatchObject({ state: 'failed', unfinished: { sha256: expect.any(String) }, escalatedAt: expect.any(String) });
    expect(report.tasks[0]!.reason).toContain('HTTP 503');
    expectAccounts(report);
  });

  it.each<[string, ScriptedFailure, ModelCallErrorCode]>([
    ['takes no key', httpError(401), 'model.unauthorized'],
    ['wants money', httpError(402), 'model.unauthorized'],
    ['has no credit left', httpError(429, { code: 'insufficient_quota' }), 'model.unauthorized'],
    ['forbids', httpError(403), 'model.unauthorized'],
    ['does not know the request', httpError(400, { message: 'unknown field' }), 'model.invalid-request'],
  ])('%s: it is not asked again, nothing is charged, and the task fails', async (_, failure, code) => {
    const report = await runBefore([failure]);
    expect(report.status).toBe('failed');
    expect(report.modelCalls.map(({ finishReason }) => finishReason)).toEqual([code]);
    expect(report.budget.spent).toBe(0);
    expect(report.tasks[0]).toMatchObject({ state: 'failed', reason: expect.stringContaining(`kamachiq.${code}`) });
  });

  it('finds the prompt too long, however short: four attempts, nothing is charged, and the task fails', async () => {
    const report = await runBefore([httpError(400, { code: 'context_length_exceeded' })]);
    expect(report.status).toBe('failed');
    expect(report.modelCalls.map(({ finishReason }) => finishReason)).toEqual(Array(4).fill('model.context-too-long'));
    expect(report.budget.spent).toBe(0);
    expect(report.tasks[0]).toMatchObject({ state: 'failed', reason: expect.stringContaining('kamachiq.model.context-too-long') });
  });

  it.each<[string, ScriptedFailure, number]>([
    ['filters the prompt', httpError(400, { code: 'content_filter' }), 1],
    ['refuses to answer', streamed('', { prompt_tokens: 200, completion_tokens: 1 }, 'content_filter'), 3],
  ])('%s: the task fails after one attempt, and what was worked is charged', async (_, failure, calls) => {
    const report = await runBefore([failure]);
    expect(report.status).toBe('failed');
    expect(report.modelCalls).toHaveLength(calls);
    expect(report.tasks[0]).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('kamachiq.model.refused'),
      attempts: [{ outcome: 'failed' }],
    });
    expect(report.budget.spent).toBeGreaterThan(200);
    expectAccounts(report);
  });
});

describe('a task that is cancelled', () => {
  it.each<[string, ScriptedFailure]>([
    ['before an answer begins', hang],
    ['in an answer', neverEnding],
  ])('closes the connection to its provider %s, and charges the worst', async (_, failure) => {
    const asked = Promise.withResolvers<void>();
    const report = await runBefore(
      [
        (response, index, body) => {
          failure(response, index, body);
          asked.resolve();
        },
      ],
      {
        meanwhile: async (handle, server) => {
          await asked.promise;
          await temporal.environment.client.workflow.getHandle(`${handle.projectId}/1-note`).cancel();
          await server.abandoned;
        },
      },
    );
    expect(report.tasks[0]!.state).toBe('cancelled');
    expect(report.modelCalls).toMatchObject([{ finishReason: 'model.cancelled', outputTokens: LONGEST_ANSWER, reported: false }]);
    expectAccounts(report);
  });
});

describe('a provider that answers otherwise than it was asked', () => {
  it('streams for ever: it is stopped, charged by what was counted, and taken for no whole document', async () => {
    const report = await runBefore([forever(piece('word ')), good]);
    const [call] = callsOf(report, 1);
    expect(call).toMatchObject({ finishReason: 'length', reported: false });
    expect(call!.outputTokens).toBe(LONGEST_ANSWER + 1);
    expect(report.status).toBe('approved');
    expect(attemptsOf(report)).toMatchObject([{ outcome: 'passed', candidates: 2 }]);
    expectAccounts(report);
  });

  it.each<[string, unknown, unknown]>([
    ['nothing', 0, 0],
    ['less than nothing', -200, -10],
    ['less than its answer can be', 200, 1],
    ['no number', 1e300, 1e300],
  ])('says that it used %s: the bounds are charged', async (_, prompt_tokens, completion_tokens) => {
    const report = await runBefore([streamed('A document. '.repeat(20), { prompt_tokens, completion_tokens })]);
    const [call] = callsOf(report, 1);
    expect(call).toMatchObject({ finishReason: 'stop', reported: false });
    expect(call!.inputTokens).toBeGreaterThan(200);
    expect(call!.outputTokens).toBeGreaterThanOrEqual(240);
    expectAccounts(report);
  });

  it('says that it used more than it may: that is charged, and what lies beyond the hold is told', async () => {
    const report = await runBefore([streamed('A document.', { prompt_tokens: 200, completion_tokens: 30_000 })]);
    const [call] = callsOf(report, 1);
    expect(call).toMatchObject({ inputTokens: 200, outputTokens: 30_000, reported: true });
    expect(call!.beyondHold).toBeGreaterThan(20_000);
    expectAccounts(report);
  });

  it('answers with nothing: other answers are drawn until what is held is spent, then other attempts are made', async () => {
    const empty: ScriptedFailure = (response) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(ending({ prompt_tokens: 5_000, completion_tokens: 0 }));
    const report = await runBefore([empty]);
    expect(report.status).toBe('failed');
    expect(attemptsOf(report).map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed', 'failed']);
    expect(attemptsOf(report).every(({ candidates }) => candidates > 1)).toBe(true);
    expectAccounts(report);
  });
});
