import { randomUUID } from 'node:crypto';
import { Client, type WorkflowClientInterceptor } from '@temporalio/client';
import { KamachiqClient, type ProjectHandle } from 'kamachiq/client';
import { ScriptedModel } from 'kamachiq/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJudgement, says, write } from '../support/scripted-answers.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { startReview } from '../support/start-review.js';
import { TemporalFixture } from '../support/temporal.js';
import { until } from '../support/until.js';

/* What becomes of a change of a plan, or of a decision, whose answer its caller does not live to see. */

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

const more = { add: [documentTask('more')] };
/** One place for activities: while the agent of the first task holds it, no change is compiled. */
const NARROW = { maxConcurrentActivityTaskExecutions: 1, agents: null };

/** A model whose first task waits until it is let go, or its worker ends. */
function waitingModel(): { readonly model: ScriptedModel; readonly letGo: () => void } {
  const { promise: waiting, resolve: letGo } = Promise.withResolvers<void>();
  const model = new ScriptedModel(async (request, _index, signal) => {
    const ended = new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    if (says(request, 'Write first') && !isJudgement(request)) await Promise.race([waiting, ended]);
    return write(request);
  });
  return { model, letGo };
}

const running = (handle: ProjectHandle) => until(async () => (await handle.status()).tasks.find(({ state }) => state === 'running'));
const revisionsOf = async (handle: ProjectHandle) => (await handle.status()).revisions;
const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: unknown) => error,
  );

/** A project whose first task waits. What is left of its plan gives a change that was held up time to be made. */
async function whileWaiting(work: (handle: ProjectHandle, letGo: () => void) => Promise<void>, options = {}): Promise<void> {
  const { model, letGo } = waitingModel();
  const plan = [documentTask('first'), documentTask('second', ['first']), documentTask('third', ['second'])];
  await temporal.withWorker(
    { model },
    async (client) => {
      const handle = await client.submit(specWithTasks(plan));
      await running(handle);
      await work(handle, letGo);
    },
    options,
  );
}

/** A client that has something done around each update that it sends. */
const clientThat = (startUpdate: NonNullable<WorkflowClientInterceptor['startUpdate']>) =>
  new Client({ connection: temporal.environment.connection, interceptors: { workflow: [{ startUpdate }] } });

// Side by side, for all they do is wait for a worker that is not there.
describe.concurrent('without a worker', () => {
  it('a change is given up after a while, made by the worker that comes, and not made twice', async ({ expect }) => {
    const taskQueue = `changes-${randomUUID()}`;
    const { model, letGo } = waitingModel();
    const handle = await temporal.withWorker(
      { model },
      async (client) => {
        const project = await client.submit(specWithTasks([documentTask('first')]));
        await running(project);
        return project;
      },
      { taskQueue },
    );
    const error = (await errorOf(handle.revise(more, 'More.'))) as { readonly context: { readonly updateId: string } };
    expect(error).toMatchObject({
      code: 'client.no-worker',
      remedy: expect.stringContaining(`Ask again with the update id ${error.context.updateId}`),
      context: { updateId: expect.stringMatching(/^[0-9a-f-]{36}$/), accepted: false },
    });
    await temporal.withWorker(
      { model },
      async () => {
        const { updateId } = error.context;
        expect(await handle.revise(more, 'More.', { updateId })).toMatchObject({ revision: 1, added: ['more'] });
        letGo();
        expect(await handle.result()).toMatchObject({ status: 'approved', metrics: { tasks: { total: 2, succeeded: 2 } } });
        expect(await revisionsOf(handle)).toBe(1);
      },
      { taskQueue },
    );
  });

  it('a decision is given up after a while', async ({ expect }) => {
    const taskQueue = `decisions-${randomUUID()}`;
    const { promise: worked, resolve: workerEnds } = Promise.withResolvers<void>();
    const worker = temporal.withWorker({ model: new ScriptedModel((request) => write(request)) }, () => worked, { taskQueue });
    const reviewId = await startReview(temporal, taskQueue);
    const client = clientThat(async (update, send) => {
      workerEnds();
      await worker;
      return send(update);
    });
    const decided = new KamachiqClient(client, { taskQueue }).decide(reviewId, { decision: 'approve', reviewer: 'ada' });
    expect(await errorOf(decided)).toMatchObject({ code: 'client.no-worker', remedy: expect.stringContaining('Look at the review again') });
    await temporal.environment.client.workflow.getHandle(reviewId).terminate();
  });

  it('a change that its caller stopped waiting for may be made, and says so', async ({ expect }) => {
    const over = new AbortController();
    const client = clientThat((update, send) => {
      // The call listens for it once it has begun.
      setImmediate(() => over.abort());
      return send(update);
    });
    const handle = await new KamachiqClient(client, { taskQueue: `nobody-${randomUUID()}` }).submit(specWithTasks([documentTask('first')]));
    const stopped = () => errorOf(client.withAbortSignal(over.signal, () => handle.revise(more, 'More.', { updateId: 'stopped' })));
    expect(await stopped()).toMatchObject({ code: 'client.unanswered', context: { updateId: 'stopped', accepted: false } });
    // Nothing was sent: nothing may come of it.
    expect(await stopped()).toMatchObject({ code: 'client.cancelled', remedy: 'Nothing; ask again if it is still wanted.' });
    await client.workflow.getHandle(handle.projectId).terminate();
  });
});

describe('a worker that is busy', () => {
  it('has accepted a change that is not answered before the deadline, and makes it once, however often it is asked', async () => {
    await whileWaiting(async (handle, letGo) => {
      const { client } = temporal.environment;
      const asked = () => handle.revise(more, 'More.', { updateId: 'ticket 7' });
      expect(await errorOf(client.withDeadline(Date.now() + 8_000, asked))).toMatchObject({
        code: 'client.unanswered',
        message: expect.stringMatching(/^Expected an answer to what a worker accepted for .*, got none before the deadline of the call\.$/),
        context: { updateId: 'ticket 7', accepted: true },
      });
      const answers = Promise.all([asked(), asked()]);
      // Another change under its id is none, and is told so.
      const other = errorOf(handle.revise({ add: [documentTask('other')] }, 'Else.', { updateId: 'ticket 7' }));
      letGo();
      expect((await answers).map(({ revision, added }) => ({ revision, added }))).toEqual(Array(2).fill({ revision: 1, added: ['more'] }));
      expect(await other).toMatchObject({ code: 'control.update-id-taken' });
      expect(await handle.result()).toMatchObject({ status: 'approved', metrics: { tasks: { total: 4, succeeded: 4 } } });
      expect(await revisionsOf(handle)).toBe(1);
      // What became of it is known for as long as the project is.
      expect(await asked()).toMatchObject({ revision: 1 });
      await expect(handle.revise(more, 'More.')).rejects.toMatchObject({ code: 'graph.patch-refused', message: 'The project has ended.' });
    }, NARROW);
  });

  it('makes a change that its caller stopped waiting for when it was accepted', async () => {
    await whileWaiting(async (handle, letGo) => {
      const over = new AbortController();
      const asked = temporal.environment.client.withAbortSignal(over.signal, () => handle.revise(more, 'More.', { onAccepted: () => over.abort() }));
      expect(await errorOf(asked)).toMatchObject({ code: 'client.unanswered', context: { accepted: true } });
      letGo();
      expect(await handle.result()).toMatchObject({ metrics: { tasks: { total: 4, succeeded: 4 } } });
    }, NARROW);
  });

  it('leaves a change unmade whose project is terminated', async () => {
    await whileWaiting(async (handle) => {
      const project = temporal.environment.client.workflow.getHandle(handle.projectId);
      const refused = errorOf(handle.revise(more, 'More.', { onAccepted: () => void project.terminate() }));
      expect(await refused).toMatchObject({ code: 'graph.patch-refused', message: 'The project has ended.' });
    }, NARROW);
  });
});

describe('the id of a change', () => {
  it('stands for what became of it, a refusal too', async () => {
    await whileWaiting(async (handle, letGo) => {
      const wrong = { add: [documentTask('lost', ['nobody'])] };
      const refusal = { code: 'graph.patch-refused', context: { findings: [{ code: 'graph.unknown-dependency' }] } };
      await expect(handle.revise(wrong, 'Wrong.', { updateId: 'one' })).rejects.toMatchObject(refusal);
      await expect(handle.revise(more, 'Right.', { updateId: 'one' })).rejects.toMatchObject(refusal);
      expect(await handle.revise(more, 'Right.', { updateId: 'two' })).toMatchObject({ revision: 1 });
      // The same may be wanted once more: without an id it is another change.
      await expect(handle.revise(more, 'Right.')).rejects.toMatchObject({ context: { findings: [{ code: 'graph.duplicate-id' }] } });
      letGo();
      await handle.result();
    });
  });

  it.each(['', 'two\nlines', 'x'.repeat(201), '\ud800', 7, null])('can not be %j', async (updateId) => {
    const handle = new KamachiqClient(temporal.environment.client, { taskQueue: 'any' }).project('any');
    const error = await errorOf(handle.revise(more, '', { updateId: updateId as string }));
    expect(error).toMatchObject({ code: 'input.invalid', findings: [{ path: 'reason' }, { path: 'options.updateId' }] });
  });

  it('can be any other line', async () => {
    await whileWaiting(async (handle, letGo) => {
      const ids = ['__proto__', ' ', 'a/b "c" \u05d0', '\u{1f600}'.repeat(100)];
      const answers = Promise.all(ids.map((updateId, index) => handle.revise({ add: [documentTask(`t${index}`)] }, 'More.', { updateId })));
      expect((await answers).map(({ revision }) => revision).sort()).toEqual([1, 2, 3, 4]);
      letGo();
      await handle.result();
    });
  });
});

it('says that a change is asked of something that has no plan', async () => {
  await temporal.withWorker({ model: new ScriptedModel((request) => write(request)) }, async (client, taskQueue) => {
    const reviewId = await startReview(temporal, taskQueue);
    expect(await errorOf(client.project(reviewId).revise(more, 'More.'))).toMatchObject({ code: 'client.wrong-kind' });
    await temporal.environment.client.workflow.getHandle(reviewId).terminate();
  });
});
