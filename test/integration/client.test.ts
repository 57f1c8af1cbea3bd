import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { KamachiqError, type ProjectSpec } from 'kamachiq';
import { KamachiqClient } from 'kamachiq/client';
import { ScriptedModel } from 'kamachiq/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentTask, specWithTasks } from '../support/specs.js';
import { review, startReview } from '../support/start-review.js';
import { TemporalFixture } from '../support/temporal.js';
import { until } from '../support/until.js';

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

/** Nothing here is about what a model says. */
const silentModel = new ScriptedModel(() => 'A document.');
const withWorker = <Result>(work: (client: KamachiqClient, taskQueue: string) => Promise<Result>) =>
  temporal.withWorker({ model: silentModel }, work);

/** What is listed comes later than what was started. */
const listed = (client: KamachiqClient, count: number) =>
  until(async () => {
    const queue = await client.reviews();
    return queue.reviews.length + queue.unanswered.length === count && queue;
  });

const problemOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: unknown) => {
      expect(error).toBeInstanceOf(KamachiqError);
      const { code, message, remedy } = error as KamachiqError;
      expect(message).toMatch(/^Expected .*, got .*\.$/s);
      expect(remedy).not.toBe('');
      return code;
    },
  );

describe('submit', () => {
  it('starts nothing of a spec made by hand or of options that are wrong', async () => {
    const { client } = temporal.environment;
    const kamachiq = new KamachiqClient(client, { taskQueue: 'nobody' });
    const projectId = `wrong-${randomUUID()}`;
    const spec = { ...specWithTasks([documentTask('a', ['nobody'])]), goals: [], budgetTotal: -5 } as ProjectSpec;
    const error = await kamachiq.submit(spec, { projectId, seed: -1, reviewTimeoutMinutes: Number.NaN }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'input.invalid',
      findings: [
        { code: 'spec.out-of-range', path: 'spec.goals' },
        { code: 'spec.out-of-range', path: 'spec.budgetTotal' },
        { code: 'spec.unknown-dependency', path: 'spec.tasks[0].dependencies[0]' },
        { code: 'client.invalid-option', path: 'options.seed' },
        { code: 'client.invalid-option', path: 'options.reviewTimeoutMinutes' },
      ],
    });
    expect(await problemOf(kamachiq.project(projectId).hasEnded())).toBe('client.not-found');
  });

  it('takes a spec that came through JSON, and every bound of the options', async () => {
    await withWorker(async (client) => {
      const spec = JSON.parse(JSON.stringify(specWithTasks([documentTask('a')], { budgetTotal: 1 }))) as ProjectSpec;
      const projectId = `${'x'.repeat(164)}${randomUUID()}`;
      const handle = await client.submit(spec, { projectId, seed: Number.MAX_SAFE_INTEGER, reviewTimeoutMinutes: 525_600 });
      expect((await handle.result()).projectId).toBe(projectId);
      expect(await handle.hasEnded()).toBe(true);
    });
  });
});

describe('reviews', () => {
  it('are those of the queue, whatever waits on others', async () => {
    const elsewhere = await startReview(temporal, `elsewhere-${randomUUID()}`);
    await withWorker(async (client, taskQueue) => {
      const own = await startReview(temporal, taskQueue);
      const { reviews, unanswered } = await listed(client, 1);
      expect({ reviews: reviews.map(({ reviewId }) => reviewId), unanswered }).toEqual({ reviews: [own], unanswered: [] });
      await client.decide(own, { decision: 'approve', reviewer: 'ada' });
      await listed(client, 0);
    });
    await temporal.environment.client.workflow.getHandle(elsewhere).terminate();
  });

  it('are found, and told apart, on queues with quotes in their names', async () => {
    const { client } = temporal.environment;
    const queues = ['"', "'"].map((quote) => `${quote} \\ ${randomUUID()}`);
    const started = await Promise.all(queues.map((taskQueue) => startReview(temporal, taskQueue)));
    // No worker is there: what matters is who is asked.
    const ask = (taskQueue: string) =>
      until(async () => {
        const { unanswered } = await client.withDeadline(Date.now() + 2_000, () => new KamachiqClient(client, { taskQueue }).reviews());
        return unanswered.length > 0 && unanswered;
      });
    for (const [index, taskQueue] of queues.entries()) {
      expect(await ask(taskQueue)).toMatchObject([{ reviewId: started[index], error: { code: 'client.no-worker' } }]);
    }
    for (const reviewId of started) await client.workflow.getHandle(reviewId).terminate();
  });

  it('are listed beside one that can not be asked, which is named with the reason', async () => {
    await withWorker(async (client, taskQueue) => {
      const stuck = await startReview(temporal, taskQueue, null);
      const older = await startReview(temporal, taskQueue, review('older'));
      // A review is as old as a worker's first look at it: both at once could come in either order.
      await client.review(older);
      const newer = await startReview(temporal, taskQueue, review('newer'));
      const { reviews, unanswered } = await until(async () => {
        // Without a deadline of the caller's the stuck one would take half a minute.
        const queue = await temporal.environment.client.withDeadline(Date.now() + 5_000, () => client.reviews());
        return queue.reviews.length === 2 && queue.unanswered.length === 1 && queue;
      });
      expect(reviews.map(({ reviewId, projectId }) => [reviewId, projectId])).toEqual([
        [older, 'older'],
        [newer, 'newer'],
      ]);
      expect(unanswered).toMatchObject([{ reviewId: stuck, error: { code: 'client.no-worker', remedy: expect.stringContaining('worker') } }]);
      for (const id of [stuck, older, newer]) await temporal.environment.client.workflow.getHandle(id).terminate();
    });
  });

  it('are read page by page to the last', async () => {
    await withWorker(async (_client, taskQueue) => {
      const started = await Promise.all(Array.from({ length: 25 }, () => startReview(temporal, taskQueue)));
      // The server's own pages hold a thousand.
      const narrow = new Client({ connection: temporal.environment.connection });
      const list = narrow.workflow.list.bind(narrow.workflow);
      narrow.workflow.list = (options) => list({ ...options, pageSize: 4 });
      const { reviews } = await listed(new KamachiqClient(narrow, { taskQueue }), started.length);
      expect(reviews.map(({ reviewId }) => reviewId).sort()).toEqual([...started].sort());
      const times = reviews.map(({ requestedAt }) => requestedAt);
      expect(times).toEqual([...times].sort());
      for (const id of started) await temporal.environment.client.workflow.getHandle(id).terminate();
    });
  });
});

describe('every call', () => {
  const calls = (kamachiq: KamachiqClient, id: string): readonly (readonly [string, () => Promise<unknown>])[] => [
    ['submit', () => kamachiq.submit(specWithTasks([documentTask('a')]), { projectId: `new-${randomUUID()}` })],
    ['reviews', () => kamachiq.reviews()],
    ['review', () => kamachiq.review(id)],
    ['decide', () => kamachiq.decide(id, { decision: 'approve', reviewer: 'ada' })],
    ['status', () => kamachiq.project(id).status()],
    ['result', () => kamachiq.project(id).result()],
    ['hasEnded', () => kamachiq.project(id).hasEnded()],
    ['cancel', () => kamachiq.project(id).cancel()],
  ];
  const problems = async (kamachiq: KamachiqClient, id: string) =>
    Object.fromEntries(await Promise.all(calls(kamachiq, id).map(async ([name, call]) => [name, await problemOf(call())] as const)));
  const all = (code: string, names = ['submit', 'reviews', 'review', 'decide', 'status', 'result', 'hasEnded', 'cancel']) =>
    Object.fromEntries(names.map((name) => [name, code]));

  it('says that the connection was closed', async () => {
    const connection = await Connection.connect({ address: temporal.environment.address });
    await connection.close();
    expect(await problems(new KamachiqClient(new Client({ connection }), { taskQueue: 'any' }), 'any')).toEqual(all('client.closed'));
  });

  it('says that the namespace is unknown', async () => {
    const { connection } = temporal.environment;
    const kamachiq = new KamachiqClient(new Client({ connection, namespace: 'nowhere' }), { taskQueue: 'any' });
    expect(await problems(kamachiq, 'any')).toEqual(all('client.unknown-namespace'));
  });

  it.each([
    ['an id that nobody has', 'nobody-has-it'],
    ['no id', ''],
    ['an id longer than any', 'x'.repeat(2_000)],
  ])('says that %s is unknown', async (_name, id) => {
    const found = await problems(new KamachiqClient(temporal.environment.client, { taskQueue: `nobody-${randomUUID()}` }), id);
    expect(found).toEqual({ ...all('client.not-found'), submit: 'no error', reviews: 'no error' });
  });

  it('says that something is not what was asked for', async () => {
    await withWorker(async (client, taskQueue) => {
      const reviewId = await startReview(temporal, taskQueue);
      expect(await problemOf(client.project(reviewId).status())).toBe('client.wrong-kind');
      await client.decide(reviewId, { decision: 'reject', reviewer: 'ada' });
      expect(await problemOf(client.project(reviewId).result())).toBe('client.wrong-kind');
      const project = await client.submit(specWithTasks([documentTask('a')], { budgetTotal: 1 }));
      await project.result();
      expect(await problemOf(client.review(project.projectId))).toBe('client.wrong-kind');
    });
  });
});

describe('result', () => {
  it('says how a project ended that has none, and that a deadline passed', async () => {
    const { client } = temporal.environment;
    const kamachiq = new KamachiqClient(client, { taskQueue: `nobody-${randomUUID()}` });
    const project = await kamachiq.submit(specWithTasks([documentTask('a')]));
    expect(await project.hasEnded()).toBe(false);
    expect(await problemOf(client.withDeadline(Date.now() + 500, () => project.result()))).toBe('client.deadline');
    await client.workflow.getHandle(project.projectId).terminate('for this test');
    expect(await problemOf(project.result())).toBe('client.project-failed');
    expect(await project.hasEnded()).toBe(true);
    await expect(project.result()).rejects.toThrow('for this test');
  });

  it('says that the caller stopped waiting', async () => {
    const { client, connection } = temporal.environment;
    const kamachiq = new KamachiqClient(client, { taskQueue: `nobody-${randomUUID()}` });
    const project = await kamachiq.submit(specWithTasks([documentTask('a')]));
    const over = new AbortController();
    const waiting = problemOf(connection.withAbortSignal(over.signal, () => project.result()));
    over.abort();
    expect(await waiting).toBe('client.cancelled');
    await client.workflow.getHandle(project.projectId).terminate();
  });
});
