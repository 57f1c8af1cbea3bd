import { randomUUID } from 'node:crypto';
import { ModelCallError, type ModelRequest, type ProjectReport, type ProjectSpec } from 'kamachiq';
import type { KamachiqClient, ProjectHandle } from 'kamachiq/client';
import { ScriptedModel } from 'kamachiq/testing';
import type { ProjectResult } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';
import { until } from '../support/until.js';

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

const isJudgement = ({ answerSchema }: ModelRequest) => answerSchema !== undefined;
const judgement = (score: number) => JSON.stringify({ score, reason: `worth ${score}` });
/** Writes a document for every task and gives every judgement the same score. */
const writer = (score: number) => new ScriptedModel((request) => (isJudgement(request) ? judgement(score) : 'A document.'));
const run = <Result>(model: ScriptedModel, work: (client: KamachiqClient) => Promise<Result>) => temporal.withWorker({ model }, work);
/** Starts a workflow with a spec that the client would refuse, as another program can. */
const runUnchecked = <Result>(model: ScriptedModel, spec: ProjectSpec, work: (handle: ProjectHandle) => Promise<Result>) =>
  temporal.withWorker({ model }, async (client, taskQueue) => {
    const projectId = `unchecked-${randomUUID()}`;
    const options = { taskQueue, workflowId: projectId, args: [{ projectId, spec, seed: 0 }] };
    await temporal.environment.client.workflow.start('KamachiqProjectWorkflow', options);
    return work(client.project(projectId));
  });
const waitingReview = async (client: KamachiqClient, handle: ProjectHandle) =>
  (await until(async () => (await client.reviews()).reviews.find(({ projectId }) => projectId === handle.projectId)))!;

describe('a project', () => {
  it('is approved when its documents pass', async () => {
    const spec = specWithTasks([documentTask('outline'), documentTask('chapter', ['outline']), documentTask('summary', ['chapter', 'outline'])]);
    const { result, status } = await run(writer(10), async (client) => {
      const handle = await client.submit(spec);
      return { result: await handle.result(), status: await handle.status() };
    });
    expect(result).toMatchObject({ status: 'approved', qualityScore: 1, metrics: { tasks: { total: 3, succeeded: 3, failed: 0 } } });
    expect(result.artifacts.map(({ path, taskId }) => [path, taskId])).toEqual([
      ['chapter.md', 'chapter'],
      ['outline.md', 'outline'],
      ['summary.md', 'summary'],
    ]);
    expect(status).toMatchObject({ phase: 'ended', budget: { held: 0, spent: result.metrics.spend.tokensSpent } });
    expect(status.tasks.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  });

  it('spends exactly what its model counted', async () => {
    const model = writer(10);
    const result = await run(model, async (client) => (await client.submit(specWithTasks([documentTask('a'), documentTask('b')]))).result());
    let counted = 0;
    for (const request of model.requests) {
      const output = isJudgement(request) ? judgement(10) : 'A document.';
      counted += (await model.doCountTokens(request)).tokens + Math.ceil(output.length / 4);
    }
    expect(result.metrics.spend.tokensSpent).toBe(counted);
  });

  it('passes a task the files of everything it needs', async () => {
    const model = writer(10);
    const spec = specWithTasks([documentTask('first'), documentTask('second', ['first']), documentTask('third', ['second'])]);
    await run(model, async (client) => (await client.submit(spec)).result());
    const third = model.requests.find((request) => !isJudgement(request) && request.messages.some(({ text }) => text.includes('Write third')))!;
    const text = third.messages.map((message) => message.text).join('\n');
    expect(text).toContain('File first.md');
    expect(text).toContain('File second.md');
  });

  it('keeps the latest version of a file that tasks write one after the other', async () => {
    const both = { writes: ['shared.md'] };
    // In the plan's order the last manifest to list the file is one that only inherited its first version.
    const spec = specWithTasks([
      documentTask('first', [], both),
      documentTask('second', ['first'], both),
      documentTask('beside', ['first']),
      documentTask('last', ['second', 'beside']),
    ]);
    const model = new ScriptedModel((request) => {
      if (isJudgement(request)) return judgement(10);
      return `Version of ${/Write (\w+)/.exec(request.messages.map(({ text }) => text).join())?.[1]}.`;
    });
    const result = await run(model, async (client) => (await client.submit(spec)).result());
    expect(result.artifacts.find(({ path }) => path === 'shared.md')).toMatchObject({ taskId: 'second' });
    const seen = model.requests.find((request) => request.messages.some(({ text }) => text.includes('Write last')))!;
    expect(seen.messages.map(({ text }) => text).join()).toContain('Version of second.');
  });

  it('asks a person about work that nobody could judge', async () => {
    const model = new ScriptedModel((request) => (isJudgement(request) ? 'I will not say.' : 'xxxxx'));
    const result = await run(model, async (client) =>
      (await client.submit(specWithTasks([documentTask('a')]), { reviewTimeoutMinutes: 0.001 })).result(),
    );
    expect(result).toMatchObject({ status: 'failed', reason: expect.stringContaining('not everything could be') });
  });

  it('fails, and does not hang, on a budget that is none', async () => {
    const spec = specWithTasks([documentTask('a')], { budgetTotal: 1.5 });
    await runUnchecked(writer(10), spec, async (handle) => {
      await expect(handle.result()).rejects.toMatchObject({ code: 'client.project-failed' });
    });
  });

  it('fails when its plan never compiles, with the findings on record', async () => {
    const spec = specWithTasks([documentTask('a', [], { template: 'nobody-knows-it' })]);
    const { result, handle } = await run(writer(10), async (client) => {
      const submitted = await client.submit(spec);
      return { result: await submitted.result(), handle: submitted };
    });
    expect(result).toMatchObject({ status: 'failed', metrics: { tasks: { total: 0 } } });
    const report = JSON.parse(Buffer.from(await temporal.artifacts().doGet(result.report.json)).toString());
    expect(report.plan.findings).toMatchObject([{ code: 'graph.unknown-template', taskIds: ['a'] }]);
    expect(handle.projectId).toMatch(/^test-project-/);
  });

  it('is refused for want of budget before a token is spent', async () => {
    const model = writer(10);
    const result = await run(model, async (client) => (await client.submit(specWithTasks([documentTask('a')], { budgetTotal: 4_000 }))).result());
    expect(result).toMatchObject({ status: 'failed', metrics: { spend: { tokensSpent: 0 } } });
    expect(model.requests).toEqual([]);
  });

  it('goes to a person when it does not pass as a whole, and ends as the person says', async () => {
    // Tasks pass; the judgement of the whole, whose prompt names the goal, does not.
    const model = new ScriptedModel((request) => {
      if (!isJudgement(request)) return 'A document.';
      return judgement(request.messages.some(({ text }) => text.includes('Documents that say')) ? 3 : 10);
    });
    const decide = (decision: 'approve' | 'reject') =>
      run(model, async (client) => {
        const handle = await client.submit(specWithTasks([documentTask('a')]));
        const review = await waitingReview(client, handle);
        expect(review.subject).toEqual({ kind: 'project' });
        expect((await handle.status()).phase).toBe('waiting-for-person');
        await client.decide(review.reviewId, { decision, reviewer: 'ada', comment: 'seen' });
        return handle.result();
      });
    expect(await decide('approve')).toMatchObject({ status: 'approved', reason: expect.stringContaining('Approved by ada: seen') });
    expect(await decide('reject')).toMatchObject({ status: 'rejected', reason: expect.stringContaining('Rejected by ada: seen') });
  });

  it.each([
    ['failed', 'a task', () => judgement(1)],
    [
      'rejected',
      'the whole',
      (request: ModelRequest) => judgement(request.messages.some(({ text }) => text.includes('Documents that say')) ? 1 : 10),
    ],
  ])('is %s when nobody decides about %s in time', async (status, _what, judge) => {
    const model = new ScriptedModel((request) => (isJudgement(request) ? judge(request) : 'A document.'));
    const result = await run(model, async (client) =>
      (await client.submit(specWithTasks([documentTask('a')]), { reviewTimeoutMinutes: 0.001 })).result(),
    );
    expect(result).toMatchObject({ status, reason: expect.stringContaining('Nobody decided in time') });
  });

  it('times out, and says so', async () => {
    const hanging = new ScriptedModel(
      (_request, _index, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(cancelled()))),
    );
    const result = await run(hanging, async (client) => (await client.submit(specWithTasks([documentTask('a')], { timeoutMinutes: 0.02 }))).result());
    expect(result).toMatchObject({ status: 'timed-out', metrics: { tasks: { succeeded: 0 } } });
  });

  it('writes its report when it is cancelled', async () => {
    const started = Promise.withResolvers<void>();
    const hanging = new ScriptedModel((_request, _index, signal) => {
      started.resolve();
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(cancelled())));
    });
    const status = await run(hanging, async (client) => {
      const handle = await client.submit(specWithTasks([documentTask('a'), documentTask('b', ['a'])]));
      await started.promise;
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
      return handle.status();
    });
    expect(status).toMatchObject({ phase: 'ended', result: { status: 'cancelled' } });
    expect(status.tasks.map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
    // The call was cut off: its worst case is charged, which is less than the whole hold.
    expect(status.budget.spent).toBeGreaterThan(0);
    expect(status.budget.spent).toBeLessThan(4_000);
    expect(status.budget.held).toBe(0);
  });

  it('shows in its tasks, and to who decides about one, how its file begins', async () => {
    const model = new ScriptedModel((request) => (isJudgement(request) ? judgement(0) : `# Loud\n\n${'A document. '.repeat(50)}`));
    await run(model, async (client) => {
      const handle = await client.submit(specWithTasks([documentTask('a')]));
      const { reviewId, manifest } = await waitingReview(client, handle);
      const { workflowId } = (await handle.status()).tasks[0]!;
      for (const id of [workflowId!, reviewId]) {
        const workflow = temporal.environment.client.workflow.getHandle(id);
        const { currentDetails } = await workflow.query<{ readonly currentDetails: string }>('__temporal_workflow_metadata');
        expect(currentDetails).toContain('a.md:\n\n    # Loud\n    \n    A document. A document.');
        expect(currentDetails).not.toContain('\n# Loud');
      }
      await client.decide(reviewId, { decision: 'reject', reviewer: 'ada', manifestSha256: manifest.sha256 });
      expect(await handle.result()).toMatchObject({ status: 'failed' });
    });
  });

  it('stops waiting for a person when it is cancelled', async () => {
    for (const waits of ['the task', 'the project']) {
      const model = new ScriptedModel((request) => {
        if (!isJudgement(request)) return 'A document.';
        const ofProject = request.messages.some(({ text }) => text.includes('Documents that say'));
        return judgement(waits === 'the task' || ofProject ? 0 : 10);
      });
      const status = await run(model, async (client) => {
        const handle = await client.submit(specWithTasks([documentTask('a')]));
        const review = await waitingReview(client, handle);
        await handle.cancel();
        await expect(handle.result()).rejects.toThrow();
        await until(async () => (await client.reviews()).reviews.every(({ reviewId }) => reviewId !== review.reviewId));
        return handle.status();
      });
      expect(status).toMatchObject({ phase: 'ended', result: { status: 'cancelled' }, budget: { held: 0 } });
    }
  });

  it('can be cancelled while it is planned', async () => {
    const started = Promise.withResolvers<void>();
    const hanging = new ScriptedModel((_request, _index, signal) => {
      started.resolve();
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(cancelled())));
    });
    const status = await run(hanging, async (client) => {
      const handle = await client.submit(specWithTasks([]));
      await started.promise;
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
      return handle.status();
    });
    expect(status).toMatchObject({ phase: 'ended', tasks: [], result: { status: 'cancelled' }, budget: { held: 0 } });
  });

  it('repairs a plan that does not compile with the findings it is told', async () => {
    const plan = (estimate: number) =>
      JSON.stringify({
        tasks: [{ id: 'a', type: 'design', description: 'A', dependencies: [], estimatedTokens: estimate, writes: ['a.md'], successCriteria: ['a'] }],
      });
    const isPlan = (request: ModelRequest) => JSON.stringify(request.answerSchema ?? {}).includes('estimatedTokens');
    const model = new ScriptedModel((request) => {
      if (isPlan(request)) return plan(request.messages.some(({ text }) => text.includes('Raise the budget')) ? 1_000 : 99_000);
      return isJudgement(request) ? judgement(10) : 'A document.';
    });
    const result = await run(model, async (client) => (await client.submit(specWithTasks([]))).result());
    expect(result.status).toBe('approved');
    const report = JSON.parse(Buffer.from(await temporal.artifacts().doGet(result.report.json)).toString());
    expect(report.plan).toMatchObject({ repairs: 1, findings: [], madeBy: 'model scripted/test' });
  });

  it('refuses a second project of the same id', async () => {
    await run(writer(10), async (client) => {
      const handle = await client.submit(specWithTasks([documentTask('a')]));
      await expect(client.submit(specWithTasks([documentTask('a')]), { projectId: handle.projectId })).rejects.toMatchObject({
        code: 'client.already-started',
      });
      await handle.result();
    });
  });

  it('runs the same without a cache, replaying at every step', async () => {
    const spec = specWithTasks([documentTask('a'), documentTask('b', ['a'])]);
    const result = await temporal.withWorker({ model: writer(10) }, async (client) => (await client.submit(spec)).result(), {
      maxCachedWorkflows: 0,
    });
    expect(result.status).toBe('approved');
  });
});

describe('planning and reviews that are delivered again', () => {
  const reportOf = async ({ report }: ProjectResult) =>
    JSON.parse(Buffer.from(await temporal.artifacts().doGet(report.json)).toString()) as ProjectReport;
  const expectSpentIsOnRecord = ({ modelCalls, budget }: ProjectReport) =>
    expect(budget.spent).toBe(modelCalls.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0));
  const counted = (text: string) => ({ text, usage: { inputTokens: 100, outputTokens: 100, reported: true }, finishReason: 'stop' }) as const;
  const busy = (retryAfterMilliseconds: number) =>
    new ModelCallError({ code: 'model.rate-limited', message: 'slow down', remedy: 'wait', retryAfterMilliseconds });
  const isPlan = (request: ModelRequest) => JSON.stringify(request.answerSchema ?? {}).includes('estimatedTokens');
  const tasks = [{ id: 'a', type: 'design', description: 'A', dependencies: [], estimatedTokens: 2_000, writes: ['a.md'], successCriteria: ['a'] }];
  /** Ends when a delivery of the workflow has failed and the next one is waited for. */
  const waitsToDeliver = (workflowId: string) =>
    until(async () => {
      const history = await temporal.environment.client.workflow
        .getHandle(workflowId)
        .fetchHistory()
        .catch(() => null);
      const events = history?.events;
      return events?.some((event) => event.activityTaskFailedEventAttributes) && events.at(-1)?.timerStartedEventAttributes;
    });

  it('are charged for every delivery, each on record', async () => {
    const seen = { plans: 0, judgements: 0 };
    const model = new ScriptedModel((request) => {
      if (isPlan(request)) {
        seen.plans += 1;
        return [counted('no plan'), busy(10), counted(JSON.stringify({ tasks }))][seen.plans - 1]!;
      }
      if (!isJudgement(request)) return counted('A document.');
      seen.judgements += 1;
      return [2, 7].includes(seen.judgements) ? busy(10) : counted(judgement(10));
    });
    const result = await run(model, async (client) => (await client.submit(specWithTasks([]))).result());
    expect(result.status).toBe('approved');
    // Three criteria of the task and three of the whole; of both the first was judged twice, since the second met a busy model.
    expect(seen).toEqual({ plans: 3, judgements: 10 });
    const report = await reportOf(result);
    expect(report.budget.planning).toBe(400);
    expectSpentIsOnRecord(report);
  });

  it('are charged when the project is cancelled before planning is delivered again', async () => {
    const model = new ScriptedModel((_request, index) => (index === 0 ? counted('no plan') : busy(60_000)));
    const report = await run(model, async (client) => {
      const handle = await client.submit(specWithTasks([]));
      await waitsToDeliver(handle.projectId);
      await handle.cancel();
      await expect(handle.result()).rejects.toMatchObject({ code: 'client.project-cancelled' });
      return reportOf((await handle.status()).result!);
    });
    expect(report).toMatchObject({ status: 'cancelled', budget: { spent: 200, planning: 200 } });
    expectSpentIsOnRecord(report);
  });

  it('are charged when the project is cancelled before a review is delivered again', async () => {
    let judged = 0;
    const model = new ScriptedModel((request) => {
      if (!isJudgement(request)) return counted('A document.');
      judged += 1;
      return judged === 1 ? counted(judgement(10)) : busy(60_000);
    });
    const report = await run(model, async (client) => {
      const handle = await client.submit(specWithTasks([documentTask('a')]));
      await waitsToDeliver(`${handle.projectId}/1-a`);
      await handle.cancel();
      await expect(handle.result()).rejects.toMatchObject({ code: 'client.project-cancelled' });
      return reportOf((await handle.status()).result!);
    });
    expect(report).toMatchObject({ status: 'cancelled', budget: { spent: 400, tasks: { a: 400 } } });
    expectSpentIsOnRecord(report);
  });
});

describe('a task', () => {
  it('tries again after a failure that may pass, and pays nothing for a refused call', async () => {
    const model = new ScriptedModel((request, index) => {
      if (index === 0) return new ModelCallError({ code: 'model.rate-limited', message: 'slow down', remedy: 'wait', retryAfterMilliseconds: 5 });
      return isJudgement(request) ? judgement(10) : 'A document.';
    });
    const result = await run(model, async (client) => (await client.submit(specWithTasks([documentTask('a')]))).result());
    expect(result.status).toBe('approved');
    const report = JSON.parse(Buffer.from(await temporal.artifacts().doGet(result.report.json)).toString());
    expect(report.tasks[0].attempts).toMatchObject([
      { attempt: 1, outcome: 'failed', tokensSpent: 0, problems: [expect.stringContaining('kamachiq.model.rate-limited')] },
      { attempt: 2, outcome: 'passed' },
    ]);
  });

  it('fails after its first attempt and three retries', async () => {
    const model = new ScriptedModel(() => new ModelCallError({ code: 'model.overloaded', message: 'too busy', remedy: 'wait' }));
    const result = await run(model, async (client) =>
      (await client.submit(specWithTasks([documentTask('a'), documentTask('b', ['a']), documentTask('c')]))).result(),
    );
    expect(result).toMatchObject({ status: 'failed', metrics: { tasks: { failed: 3 } }, reason: expect.stringContaining('too busy') });
    expect(model.requests).toHaveLength(8);
  });

  it('does not try again what can not pass', async () => {
    const model = new ScriptedModel(() => new ModelCallError({ code: 'model.unauthorized', message: 'no key', remedy: 'get one' }));
    const result = await run(model, async (client) => (await client.submit(specWithTasks([documentTask('a')]))).result());
    expect(result).toMatchObject({ status: 'failed', reason: expect.stringContaining('no key') });
    expect(model.requests).toHaveLength(1);
  });

  it('is worked over with feedback until it passes', async () => {
    const model = new ScriptedModel((request) => {
      const improved = request.messages.some(({ text }) => text.includes('A better document.'));
      if (isJudgement(request)) return judgement(improved ? 10 : 4);
      return request.messages.some(({ text }) => text.includes('A reviewer said')) ? 'A better document.' : 'A document.';
    });
    const result = await run(model, async (client) => (await client.submit(specWithTasks([documentTask('a')]))).result());
    expect(result.status).toBe('approved');
    const report = JSON.parse(Buffer.from(await temporal.artifacts().doGet(result.report.json)).toString());
    expect(report.tasks[0].attempts).toMatchObject([
      { remediation: 0 },
      { remediation: 1, feedback: [expect.stringContaining('worth 4'), expect.anything(), expect.anything()] },
    ]);
  });

  it('goes to a person after two remediations; what the person says stands', async () => {
    const { approved, stale, late } = await run(writer(5), async (client) => {
      const handle = await client.submit(specWithTasks([documentTask('a')]));
      const review = await waitingReview(client, handle);
      expect(review).toMatchObject({
        subject: { kind: 'task', taskId: 'a' },
        score: expect.any(Number),
        findings: expect.arrayContaining([expect.stringContaining('worth 5')]),
      });
      const task = (await handle.status()).tasks[0]!;
      expect(task).toMatchObject({ state: 'waiting-for-person' });
      const refusal = await client
        .decide(review.reviewId, { decision: 'approve', reviewer: 'ada', manifestSha256: '0'.repeat(64) })
        .catch((error: unknown) => error);
      await client.decide(review.reviewId, { decision: 'approve', reviewer: 'ada' });
      // The whole project scores as low.
      const whole = await waitingReview(client, handle);
      await client.decide(whole.reviewId, { decision: 'approve', reviewer: 'ada' });
      const result = await handle.result();
      const again = await client.decide(review.reviewId, { decision: 'reject', reviewer: 'bob' }).catch((error: unknown) => error);
      return { approved: result, stale: refusal, late: again };
    });
    expect(approved.status).toBe('approved');
    expect(stale).toMatchObject({ code: 'review.refused', message: expect.stringContaining('0000') });
    expect(late).toMatchObject({ code: 'review.refused', message: expect.stringContaining('approve by ada') });
  });

  it('fails when a person rejects it', async () => {
    const result = await run(writer(5), async (client) => {
      const handle = await client.submit(specWithTasks([documentTask('a')]));
      const review = await waitingReview(client, handle);
      await client.decide(review.reviewId, { decision: 'reject', reviewer: 'ada', comment: 'not good enough' });
      return handle.result();
    });
    expect(result).toMatchObject({ status: 'failed', reason: expect.stringContaining('Rejected by ada: not good enough') });
  });

  it('asks for the tokens of a further attempt, and is told when there are none', async () => {
    // Each attempt spends its whole hold on candidates nobody can use; the budget has room for one more hold, not for two.
    const model = new ScriptedModel(() => ' ');
    const spec = specWithTasks([documentTask('a', [], { estimatedTokens: 420 })], { budgetTotal: 900 });
    const { result, status } = await run(model, async (client) => {
      // Nobody raises the budget either.
      const handle = await client.submit(spec, { reviewTimeoutMinutes: 0.001 });
      return { result: await handle.result(), status: await handle.status() };
    });
    expect(result).toMatchObject({ status: 'budget-exhausted', reason: expect.stringContaining('nothing left for another attempt') });
    expect(status.budget.spent).toBeLessThanOrEqual(900);
    expect(status.tasks[0]!.attempts).toBeGreaterThanOrEqual(2);
  });

  it('starts as soon as tokens are free, not before', async () => {
    const spec = specWithTasks([documentTask('a'), documentTask('b'), documentTask('c')], { budgetTotal: 14_000 });
    const result = await run(writer(10), async (client) => (await client.submit(spec)).result());
    expect(result).toMatchObject({ status: 'approved', metrics: { tasks: { succeeded: 3 } } });
  });

  it.each([
    ['nothing', ''],
    ['a million tokens', 'x'.repeat(4_000_000)],
    ['control characters', '\u0000\u001b[2J\u202e'],
  ])('survives a model that answers %s', async (_name, answer) => {
    const model = new ScriptedModel((request) => (isJudgement(request) ? judgement(10) : answer));
    const result = await run(model, async (client) =>
      (await client.submit(specWithTasks([documentTask('a', [], { estimatedTokens: 2_000 })]), { reviewTimeoutMinutes: 0.001 })).result(),
    );
    expect(['approved', 'failed', 'budget-exhausted']).toContain(result.status);
    expect(result.metrics.spend.tokensSpent).toBeLessThanOrEqual(result.metrics.spend.budgetTotal);
  });

  it('keeps ids that look like anything but ids', async () => {
    const ids = ['__proto__', 'constructor', '10', '9', 'a b', 'ünï', '../../x', '|*`<'];
    const spec = specWithTasks(
      ids.map((id, index) => documentTask(id, index === 0 ? [] : [ids[index - 1]!], { writes: [`file-${index}.md`] })),
      { budgetTotal: 200_000 },
    );
    const { result, status } = await runUnchecked(writer(10), spec, async (handle) => ({
      result: await handle.result(),
      status: await handle.status(),
    }));
    expect(result.status).toBe('approved');
    expect(status.tasks.map(({ id }) => id)).toEqual(ids);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

const cancelled = () => new ModelCallError({ code: 'model.cancelled', message: 'cancelled', remedy: 'nothing' });
