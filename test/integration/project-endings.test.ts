import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { type ArtifactReference, type CancellationSignal, type ModelAnswer, ModelCallError, type ModelRequest, type ProjectReport } from 'kamachiq';
import type { KamachiqClient, ProjectHandle } from 'kamachiq/client';
import { type ScriptedAnswer, ScriptedModel } from 'kamachiq/testing';
import type { FileManifest } from 'kamachiq/worker';
import type { ProjectResult } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';
import { until } from '../support/until.js';

/* Projects whose workflows are ended by others than themselves: what is known of them then must be in the report all the same. */

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

const isJudgement = ({ answerSchema }: ModelRequest) => answerSchema !== undefined;
const says = ({ messages }: ModelRequest, text: string) => messages.some((message) => message.text.includes(text));
const judgement = (score: number) => JSON.stringify({ score, reason: `worth ${score}` });
const write = (request: ModelRequest, score = 10) => (isJudgement(request) ? judgement(score) : 'A document.');
const run = <Result>(model: ScriptedModel, work: (client: KamachiqClient) => Promise<Result>) => temporal.withWorker({ model }, work);
const workflow = (workflowId: string) => temporal.environment.client.workflow.getHandle(workflowId);
const reportOf = async ({ report }: ProjectResult) =>
  JSON.parse(Buffer.from(await temporal.artifacts().doGet(report.json)).toString()) as ProjectReport;

/** An answer that never comes: the call ends with what called. */
function hang(signal: { addEventListener(type: 'abort', listener: () => void): void }): Promise<ScriptedAnswer> {
  const cancelled = new ModelCallError({ code: 'model.cancelled', message: 'cancelled', remedy: 'nothing' });
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(cancelled)));
}

/** A scripted model that keeps an account of its own, as a provider does: a call that was worked on and broke off costs the most it may. */
class AccountingModel extends ScriptedModel {
  /** Tokens. */
  charged = 0;
  calls = 0;

  override async doGenerate(request: ModelRequest, signal: CancellationSignal): Promise<ModelAnswer> {
    this.calls += 1;
    try {
      const answer = await super.doGenerate(request, signal);
      this.charged += answer.usage.inputTokens + answer.usage.outputTokens;
      return answer;
    } catch (error) {
      this.charged += (await this.doCountTokens(request)).tokens + request.maxOutputTokens;
      throw error;
    }
  }
}

/** What was charged is what the models charged; of a lost attempt, whose calls nobody told of, all that it held. */
function expectSpentIsKnown({ modelCalls, tasks, budget }: ProjectReport, ...models: readonly AccountingModel[]): void {
  const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
  const called = sum(modelCalls.map(({ inputTokens, outputTokens }) => inputTokens + outputTokens));
  const lost = tasks.flatMap(({ attempts }) => attempts).filter(({ outcome }) => outcome === 'lost');
  expect(budget.spent).toBe(called + sum(lost.map(({ tokensHeld }) => tokensHeld)));
  expect(budget.spent).toBe(budget.planning + budget.review + sum(Object.values(budget.tasks)));
  const charged = sum(models.map((model) => model.charged));
  if (lost.length > 0) {
    expect(budget.spent).toBeGreaterThanOrEqual(charged);
    return;
  }
  expect(budget.spent).toBe(charged);
  expect(modelCalls).toHaveLength(sum(models.map(({ calls }) => calls)));
}

/** True once the workflow's history has an event with these attributes. */
async function has(workflowId: string, attributes: 'activityTaskCancelRequestedEventAttributes'): Promise<boolean> {
  return ((await workflow(workflowId).fetchHistory()).events ?? []).some((event) => Boolean(event[attributes]));
}

describe('a task that ends without a result', () => {
  it('has told what it did when its review fails', async () => {
    const model = new AccountingModel((request) => {
      if (!isJudgement(request)) return 'A document.';
      if (!says(request, 'Write a')) return judgement(10);
      return new ModelCallError({ code: 'model.refused', message: 'would not say', remedy: 'ask another' });
    });
    const result = await run(model, async (client) => (await client.submit(specWithTasks([documentTask('a'), documentTask('b')]))).result());
    const report = await reportOf(result);
    expect(report.tasks[0]).toMatchObject({
      state: 'failed',
      attempts: [{ outcome: 'passed', candidates: 1 }],
      files: [],
      unfinished: { sha256: expect.any(String) },
      reason: expect.stringContaining('kamachiq.model.refused: would not say'),
    });
    expect(report.reason).toContain('would not say');
    expect(report.files.map(({ path }) => path)).toEqual(['b.md']);
    expect(report.modelCalls.some(({ finishReason }) => finishReason === 'model.refused')).toBe(true);
    expectSpentIsKnown(report, model);
  });

  it('has told what it did when an operator cancels it, and takes nobody along but what needs it', async () => {
    const started = Promise.withResolvers<void>();
    const model = new AccountingModel((request, _index, signal) => {
      if (isJudgement(request) || !says(request, 'Write a')) return write(request);
      started.resolve();
      return hang(signal);
    });
    const tasks = [documentTask('a'), documentTask('b'), documentTask('c', ['a'])];
    const result = await run(model, async (client) => {
      const handle = await client.submit(specWithTasks(tasks));
      await started.promise;
      await workflow(`${handle.projectId}/1-a`).cancel();
      return handle.result();
    });
    const report = await reportOf(result);
    expect(report.status).toBe('failed');
    expect(report.tasks).toMatchObject([
      { state: 'cancelled', attempts: [{ outcome: 'failed' }], reason: 'The task was cancelled by an operator.' },
      { state: 'succeeded' },
      { state: 'cancelled', attempts: [], startedAt: null },
    ]);
    expect(report.reason).toContain('a (cancelled: The task was cancelled by an operator); c (cancelled, never started: It needs a)');
    expect(report.tasks[0]!.tokensSpent).toBeGreaterThan(0);
    expectSpentIsKnown(report, model);
  });

  const cancels = {
    'its project is': (handle: ProjectHandle) => handle.cancel(),
    'it is': (handle: ProjectHandle) => workflow(`${handle.projectId}/1-a`).cancel(),
  };
  it.each([
    ['its project is', 'failing attempt'],
    ['it is', 'failing attempt'],
    ['its project is', 'review that leaves it to a person'],
    ['it is', 'review that leaves it to a person'],
  ] as const)('has told what it did when %s cancelled during a %s that goes on to its end', async (who, what) => {
    const started = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const model = new AccountingModel(async (request) => {
      if (what !== 'failing attempt' && !isJudgement(request)) return 'A document.';
      started.resolve();
      await asked.promise;
      if (what !== 'failing attempt') return 'no judgement at all';
      return { text: '', usage: { inputTokens: 100, outputTokens: 3_880, reported: true }, finishReason: 'stop' };
    });
    const result = await run(model, async (client) => {
      const handle = await client.submit(specWithTasks([documentTask('a')]));
      await started.promise;
      await cancels[who](handle);
      // From here on whatever the task would send is cancelled before it goes out.
      await until(() => has(`${handle.projectId}/1-a`, 'activityTaskCancelRequestedEventAttributes'));
      asked.resolve();
      await handle.result().catch(() => undefined);
      return (await handle.status()).result!;
    });
    const report = await reportOf(result);
    expect(report.status).toBe(who === 'it is' ? 'failed' : 'cancelled');
    expect(report.tasks).toMatchObject([{ state: 'cancelled', attempts: [{ outcome: what === 'failing attempt' ? 'failed' : 'passed' }] }]);
    expect(report.tasks[0]!.tokensSpent).toBe(model.charged);
    expectSpentIsKnown(report, model);
  });

  it('is charged for what it told and what it held when an operator terminates it', async () => {
    const second = Promise.withResolvers<void>();
    const model = new AccountingModel((request, index, signal) => {
      if (index === 0) return new ModelCallError({ code: 'model.overloaded', message: 'too busy', remedy: 'wait' });
      if (!says(request, 'Write a')) return write(request);
      second.resolve();
      return hang(signal);
    });
    const result = await run(model, async (client) => {
      const handle = await client.submit(specWithTasks([documentTask('a')]));
      await second.promise;
      await workflow(`${handle.projectId}/1-a`).terminate('by a test');
      return handle.result();
    });
    const report = await reportOf(result);
    expect(report.status).toBe('failed');
    expect(report.tasks).toMatchObject([
      {
        state: 'failed',
        attempts: [
          { attempt: 1, outcome: 'failed', problems: [expect.stringContaining('too busy')] },
          { attempt: 2, remediation: 0, outcome: 'lost', tokensHeld: 4_000, tokensSpent: 4_000 },
        ],
        reason: 'The task was ended by an operator.',
      },
    ]);
    expectSpentIsKnown(report, model);
  });

  it('keeps a verdict with what it is about when later work is never judged', async () => {
    // The second task writes over the first one's file; its remediation is better, but nobody says so.
    const model = new AccountingModel((request) => {
      const improves = says(request, 'A reviewer said');
      if (!isJudgement(request)) return improves ? 'A better document.' : says(request, 'Write b') ? 'A worse document.' : 'A document.';
      if (!says(request, 'Write b')) return judgement(10);
      return says(request, 'A better document.') ? new ModelCallError({ code: 'model.refused', message: 'no', remedy: 'ask' }) : judgement(4);
    });
    const both = { writes: ['shared.md'] };
    const result = await run(model, async (client) =>
      (await client.submit(specWithTasks([documentTask('a', [], both), documentTask('b', ['a'], both)]))).result(),
    );
    const report = await reportOf(result);
    const read = async (content: ArtifactReference) => Buffer.from(await temporal.artifacts().doGet(content)).toString();
    expect(report.files).toMatchObject([{ path: 'shared.md', taskId: 'a' }]);
    const task = report.tasks[1]!;
    expect(task).toMatchObject({ state: 'failed', attempts: [{ remediation: 0 }, { remediation: 1, outcome: 'passed' }], files: [] });
    expect(task.verdict).toMatchObject({ decision: 'remediate', feedback: expect.arrayContaining([expect.stringContaining('worth 4')]) });
    const { files } = JSON.parse(await read(task.unfinished!)) as FileManifest;
    expect(await Promise.all(files.map(({ content }) => read(content)))).toEqual(['A worse document.\n']);
    expectSpentIsKnown(report, model);
  });

  it('costs nothing while it waits for a worker', async () => {
    const started = Promise.withResolvers<void>();
    const model = new AccountingModel((_request, _index, signal) => {
      started.resolve();
      return hang(signal);
    });
    const work = async (client: KamachiqClient) => {
      const handle = await client.submit(specWithTasks([documentTask('a'), documentTask('b')]));
      await started.promise;
      await until(async () => (await handle.status()).tasks.every(({ state, phase }) => state === 'running' && phase === 'working'));
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
      return (await handle.status()).result!;
    };
    const result = await temporal.withWorker({ model }, work, { agents: { slots: 1 } });
    const report = await reportOf(result);
    expect(report.reason).toMatch(
      /^The project was cancelled\. 2 of 2 tasks did not succeed: a \(cancelled: The task was stopped with the project\); b /,
    );
    expect(report.tasks.map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
    expect(report.modelCalls).toHaveLength(1);
    expectSpentIsKnown(report, model);
  });

  it('costs nothing when it can not be started, and says why', async () => {
    const model = new AccountingModel((request) => write(request));
    const result = await temporal.withWorker({ model }, async (client, taskQueue) => {
      const projectId = `taken-${randomUUID()}`;
      const taken = await temporal.environment.client.workflow.start('HumanReviewWorkflow', {
        taskQueue,
        workflowId: `${projectId}/1-a`,
        args: [
          {
            projectId,
            subject: { kind: 'project' },
            reason: '',
            manifest: { sha256: '' },
            score: null,
            threshold: 1,
            findings: [],
            timeoutMinutes: 5,
          },
        ],
      });
      const handle = await client.submit(specWithTasks([documentTask('a'), documentTask('b')]), { projectId });
      const ended = await handle.result();
      await taken.cancel();
      await taken.result().catch(() => undefined);
      return ended;
    });
    const report = await reportOf(result);
    expect(report.status).toBe('failed');
    expect(report.tasks).toMatchObject([
      {
        state: 'failed',
        tokensSpent: 0,
        attempts: [],
        reason: expect.stringMatching(/could not be started as .*\/1-a: Workflow execution already started/),
      },
      { state: 'succeeded' },
    ]);
    expectSpentIsKnown(report, model);
  });
});

describe('a review that an operator ends', () => {
  const ends = {
    cancelled: (reviewId: string) => workflow(reviewId).cancel(),
    ended: (reviewId: string) => workflow(reviewId).terminate('by a test'),
  };
  const waitingReview = async (client: KamachiqClient, handle: ProjectHandle) =>
    (await until(async () => (await client.reviews()).reviews.find(({ projectId }) => projectId === handle.projectId)))!;

  it.each([
    ['a task', 'cancelled', 'failed'],
    ['a task', 'ended', 'failed'],
    ['the project', 'cancelled', 'rejected'],
    ['the project', 'ended', 'rejected'],
  ] as const)('of %s counts as decided by nobody when it is %s', async (what, how, status) => {
    const model = new AccountingModel((request) => write(request, what === 'a task' || says(request, 'Documents that say') ? 1 : 10));
    const result = await run(model, async (client) => {
      const handle = await client.submit(specWithTasks([documentTask('a')]));
      await ends[how]((await waitingReview(client, handle)).reviewId);
      return handle.result();
    });
    expect(result).toMatchObject({ status, reason: expect.stringContaining(`Nobody decided: the review was ${how} by an operator`) });
    const report = await reportOf(result);
    expect(report.tasks[0]!.state).toBe(what === 'a task' ? 'failed' : 'succeeded');
    expectSpentIsKnown(report, model);
  });
});

describe('an attempt that passes', () => {
  it('is charged for all that its provider charged, though that is more than it held', async () => {
    const model = new AccountingModel((request) =>
      isJudgement(request)
        ? judgement(10)
        : { text: 'A document.', usage: { inputTokens: 100, outputTokens: 9_000, reported: true }, finishReason: 'stop' },
    );
    const options = { reviewTimeoutMinutes: 0.001 };
    const result = await run(model, async (client) => (await client.submit(specWithTasks([documentTask('a')]), options)).result());
    const report = await reportOf(result);
    expect(report.tasks).toMatchObject([{ attempts: [{ outcome: 'passed', tokensHeld: 4_000, tokensSpent: 9_100 }] }]);
    // Its review is paid from what the project can spare.
    expect(report.tasks[0]!.tokensSpent).toBeGreaterThan(9_100);
    expectSpentIsKnown(report, model);
  });
});

describe('a decision that is none', () => {
  it('is refused with what is wrong, and one without a comment counts', async () => {
    const model = new AccountingModel((request) => write(request, 1));
    const result = await run(model, async (client) => {
      const handle = await client.submit(specWithTasks([documentTask('a')]));
      const { reviewId, manifest } = (await until(async () =>
        (await client.reviews()).reviews.find(({ projectId }) => projectId === handle.projectId),
      ))!;
      const decide = (reviewer: string, comment: string) => client.decide(reviewId, { decision: 'reject', reviewer, comment });
      await expect(decide('r'.repeat(1_200_000), '')).rejects.toMatchObject({
        code: 'review.refused',
        message: expect.stringContaining('at most 200 characters'),
      });
      await expect(decide('ada', 'c'.repeat(10_001))).rejects.toMatchObject({
        code: 'review.refused',
        message: expect.stringContaining('at most 10000 characters'),
      });
      await expect(decide('ada', null as never)).rejects.toMatchObject({ code: 'review.refused', message: expect.stringContaining('a text') });
      const word = { decision: 'reject', reviewer: 'ada', manifestSha256: manifest.sha256 };
      expect(await workflow(reviewId).executeUpdate('kamachiq.decide-review', { args: [word] })).toMatchObject({ comment: '' });
      return handle.result();
    });
    const report = await reportOf(result);
    expect(report.tasks).toMatchObject([{ state: 'failed', reason: expect.stringMatching(/Rejected by ada\.$/) }]);
    expectSpentIsKnown(report, model);
  });
});

describe('a review that is cancelled as it is decided', () => {
  it('ends as the reviewer was told', async () => {
    const { client } = temporal.environment;
    const taskQueue = `test-${randomUUID()}`;
    const workflowId = `review-${randomUUID()}`;
    const manifest = { sha256: 'a'.repeat(64), bytes: 1, mediaType: 'application/json' };
    const input = { projectId: 'p', subject: { kind: 'project' }, reason: '', manifest, score: 0, threshold: 1, findings: [], timeoutMinutes: 5 };
    const startWorkflowOperation = new WithStartWorkflowOperation('HumanReviewWorkflow', {
      taskQueue,
      workflowId,
      args: [input],
      workflowIdConflictPolicy: 'FAIL',
    });
    // Both wait for the first worker, which so meets them at once.
    const word = { decision: 'approve', reviewer: 'ada', comment: '', manifestSha256: manifest.sha256 };
    const deciding = client.workflow.executeUpdateWithStart('kamachiq.decide-review', { args: [word], startWorkflowOperation });
    await until(() =>
      workflow(workflowId)
        .cancel()
        .then(
          () => true,
          () => false,
        ),
    );
    const model = new AccountingModel((request) => write(request));
    const ended = await temporal.withWorker({ model }, async () => [await deciding, await workflow(workflowId).result()], { taskQueue });
    expect(ended).toMatchObject([
      { decision: 'approve', reviewer: 'ada' },
      { decision: 'approve', reviewer: 'ada' },
    ]);
  });
});

describe('a worker that is stopped', () => {
  it('charges the attempt at work for what it called, and no more, and the project goes on elsewhere', async () => {
    const taskQueue = `test-${randomUUID()}`;
    const started = Promise.withResolvers<void>();
    const hanging = new AccountingModel((_request, _index, signal) => {
      started.resolve();
      return hang(signal);
    });
    const submit = async (client: KamachiqClient) => {
      const submitted = await client.submit(specWithTasks([documentTask('a')]));
      await started.promise;
      return submitted.projectId;
    };
    // The worker stops as soon as its work is done: while the model is asked.
    const projectId = await temporal.withWorker({ model: hanging }, submit, { taskQueue, maxCachedWorkflows: 0 });
    const goOn = (client: KamachiqClient) => client.project(projectId).result();
    const writing = new AccountingModel((request) => write(request));
    const result = await temporal.withWorker({ model: writing }, goOn, { taskQueue });
    const report = await reportOf(result);
    expect(report.status).toBe('approved');
    const [stopped, passed] = report.tasks[0]!.attempts;
    expect(stopped).toMatchObject({ outcome: 'failed', problems: [expect.stringContaining('kamachiq.worker-stopped')] });
    expect(passed).toMatchObject({ attempt: 2, outcome: 'passed' });
    // One call was cut off: its prompt and its output limit are charged, not the whole hold.
    const [call] = report.modelCalls.filter(({ finishReason }) => finishReason === 'model.cancelled');
    expect(stopped!.tokensSpent).toBe(call!.inputTokens + call!.outputTokens);
    expect(stopped!.tokensSpent).toBeLessThan(stopped!.tokensHeld);
    expectSpentIsKnown(report, hanging, writing);
  });
});
