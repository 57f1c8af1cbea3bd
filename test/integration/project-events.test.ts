import { Client } from '@temporalio/client';
import { KamachiqClient, type ProjectEvent, type ProjectHandle } from 'kamachiq/client';
import type { TaskProgress } from 'kamachiq/workflow';
import { describe, expect, it } from 'vitest';
import { FAST, has, listen, short } from '../support/listen.js';
import { scriptedTask } from '../support/scripted-progress.js';
import { until } from '../support/until.js';
import { useScriptedProjects } from '../support/use-scripted-projects.js';

/* What listeners are told, on a real server; the projects are scripted ones, so that what happens is known. */

const shared = useScriptedProjects();

describe('a listener', () => {
  it('is told what happens, in its order, until the end', async () => {
    const handle = await shared.client.begin({ phase: 'planning' });
    const heard = listen(handle);
    await has(heard, 'phase-changed');
    await shared.client.stand(handle, { tasks: [scriptedTask('a', 5), scriptedTask('b')] });
    await has(heard, 'task-started a');
    await shared.client.stand(handle, { tasks: [scriptedTask('a', 5, 7), scriptedTask('b', 8)] });
    await has(heard, 'task-started b');
    await shared.client.stand(handle, { phase: 'ended', tasks: [scriptedTask('a', 5, 7), scriptedTask('b', 8, 9)] });
    await has(heard, 'ended');
    await handle.close();
    expect(heard).toEqual([
      'phase-changed',
      'phase-changed',
      'task-started a',
      'task-settled a',
      'task-started b',
      'task-settled b',
      'phase-changed',
      'ended',
    ]);
  });

  it('that fails, at once or later, keeps nothing from the others and is told of', async () => {
    const handle = await shared.client.begin({ tasks: [scriptedTask('a', 5, 6)] });
    const failures: unknown[] = [];
    handle.on('listener-failed', ({ event, error }) => {
      failures.push([short(event), (error as Error).message]);
      throw new Error('This one fails too.');
    });
    const warnings: Error[] = [];
    const keep = (warning: Error) => warnings.push(warning);
    process.on('warning', keep);
    handle.on('task-started', () => {
      throw new Error('At once.');
    });
    handle.on('task-settled', async () => {
      throw new Error('Later.');
    });
    const heard = listen(handle);
    await has(heard, 'task-settled a');
    await until(async () => failures.length === 2);
    expect(failures).toEqual([
      ['task-started a', 'At once.'],
      ['task-settled a', 'Later.'],
    ]);
    const told = await until(async () => warnings.find(({ name }) => name === 'KamachiqWarning'));
    expect(told.message).toBe('A listener of listener-failed failed: This one fails too.');
    process.off('warning', keep);
    await handle.close();
  });

  it('that is taken off is told no more; with the last one the watching ends, and goes on with the next', async () => {
    let looking = 0;
    const counting = async <Input, Answer>(input: Input, next: (input: Input) => Promise<Answer>): Promise<Answer> => {
      looking += 1;
      return next(input).finally(() => {
        looking -= 1;
      });
    };
    const watcher = new Client({ connection: shared.client.client.connection, interceptors: { workflow: [{ query: counting }] } });
    const { projectId } = await shared.client.begin({ tasks: [scriptedTask('a', 5)] });
    const handle = new KamachiqClient(watcher, { taskQueue: 'any' }).project(projectId);
    /** Lets something happen that others see, and gives the handle time for looks that it should not take. */
    const goOn = async (tasks: readonly TaskProgress[], line: string) => {
      const others = shared.client.kamachiq.project(projectId);
      const seen = listen(others);
      await shared.client.stand(handle, { tasks });
      await has(seen, line);
      for (let count = 0; count < 10; count += 1) await others.status();
      await others.close();
      await until(async () => looking === 0);
    };
    handle.watch(FAST);
    const first = await new Promise<string>((resolve) => handle.once('task-started', ({ taskId }) => resolve(taskId)));
    expect(first).toBe('a');
    // It was the only one: what happens now is seen by nobody, and not lost.
    await goOn([scriptedTask('a', 5, 6), scriptedTask('b', 7)], 'task-started b');
    const heard: string[] = [];
    const hear = (event: ProjectEvent) => heard.push(short(event));
    handle.on('task-settled', hear).on('task-started', hear);
    await has(heard, 'task-started b');
    handle.off('task-settled', hear).off('task-started', hear);
    await goOn([scriptedTask('a', 5, 6), scriptedTask('b', 7, 8)], 'task-settled b');
    const later = listen(handle, ['task-started', 'task-settled']);
    await has(later, 'task-settled b');
    expect(heard).toEqual(['task-settled a', 'task-started b']);
    expect(later).toEqual(['task-settled b']);
    await handle.close();
  });

  it('may end the watching in the middle: the rest is told when it goes on', async () => {
    const handle = await shared.client.begin({ tasks: [scriptedTask('a', 5, 6), scriptedTask('b', 7, 8)] });
    const heard: string[] = [];
    for (const name of ['task-started', 'task-settled'] as const) {
      handle.on(name, async (event) => {
        heard.push(short(event));
        if (heard.length === 2) await handle.close();
      });
    }
    await until(async () => heard.length === 2);
    await handle.close();
    expect(heard).toEqual(['task-started a', 'task-settled a']);
    handle.watch(FAST);
    await has(heard, 'task-settled b');
    expect(heard).toEqual(['task-started a', 'task-settled a', 'task-started b', 'task-settled b']);
    await handle.close();
  });
});

describe('the end', () => {
  it('is told without a result where a project was ended from outside', async () => {
    const handle = await shared.client.begin({ tasks: [scriptedTask('a', 5)] });
    const heard = listen(handle);
    await has(heard, 'task-started a');
    const ended = new Promise<unknown>((resolve) => handle.once('ended', ({ result }) => resolve(result)));
    await shared.client.client.workflow.getHandle(handle.projectId).terminate('for this test');
    expect(await ended).toBe(null);
    await handle.close();
    expect(heard).toEqual(['phase-changed', 'task-started a', 'ended']);
  });

  it('of watching is told where there is no such project, and where the connection is closed', async () => {
    const failed = (handle: ProjectHandle) =>
      new Promise<string>((resolve) => {
        handle.on('watch-failed', ({ error }) => resolve(error.code)).watch(FAST);
      });
    expect(await failed(shared.client.kamachiq.project('nobody-has-it'))).toBe('client.not-found');
    const other = await shared.projects.connect();
    const handle = await other.begin({ tasks: [scriptedTask('a', 5)] });
    const heard = listen(handle);
    await has(heard, 'task-started a');
    const code = failed(handle);
    await other.close();
    expect(await code).toBe('client.closed');
    await handle.close();
  });
});

describe('a project that can’t say where it stands', () => {
  /** One whose status takes that many bytes: more than the server carries at once. It stands: no question comes with its first task, whose answer may be lost. */
  const beginTalkative = async (total: number) => {
    const handle = await shared.client.begin({ budget: { total, held: 0, spent: 0 } }, 'ScriptedTalkativeProject');
    const workflow = shared.client.client.workflow.getHandle(handle.projectId);
    await until(async () => (await workflow.describe()).historyLength >= 4);
    return handle;
  };

  it.each([3_000_000, 6_000_000])(
    'for its %i bytes are too much to be carried, is no other kind of thing, and is watched on until it can',
    async (bytes) => {
      const handle = await beginTalkative(bytes);
      await expect(handle.status()).rejects.toMatchObject({
        code: 'client.answer-too-large',
        message: expect.stringMatching(/^Expected an answer about scripted-\S+ that can be carried at once, got one that is too large: /),
      });
      const codes: string[] = [];
      handle.on('watch-interrupted', ({ error }) => codes.push(error.code));
      const heard = listen(handle);
      await has(heard, 'watch-interrupted');
      await shared.client.stand(handle, { phase: 'ended', tasks: [scriptedTask('a', 5, 6)] });
      await has(heard, 'ended');
      await handle.close();
      expect(codes).toEqual(['client.answer-too-large']);
      expect(heard).toEqual(['watch-interrupted', 'watch-restored', 'task-started a', 'task-settled a', 'phase-changed', 'ended']);
    },
  );

  it('and has ended so, will never say it: watching ends', async () => {
    const handle = await beginTalkative(3_000_000);
    await expect(handle.status()).rejects.toMatchObject({ code: 'client.answer-too-large' });
    await shared.client.client.workflow.getHandle(handle.projectId).terminate();
    const failed = new Promise<string>((resolve) => {
      handle.on('watch-failed', ({ error }) => resolve(error.code)).watch(FAST);
    });
    expect(await failed).toBe('client.answer-too-large');
    await handle.close();
  });

  it('for it failed to, is told with its words', async () => {
    const handle = await shared.client.begin({}, 'ScriptedSpeechlessProject');
    await expect(handle.status()).rejects.toMatchObject({
      code: 'client.request-failed',
      message: expect.stringContaining('It has no words for it'),
    });
    await shared.client.client.workflow.getHandle(handle.projectId).terminate();
  });
});

describe('a client that is made anew', () => {
  it('is told what happened meanwhile: all of it, or what came after what it keeps', async () => {
    const handle = await shared.client.begin({ tasks: [scriptedTask('a', 5)] });
    const heard = listen(handle);
    await has(heard, 'task-started a');
    const kept = JSON.parse(JSON.stringify(await handle.status()));
    await handle.close();
    await shared.client.stand(handle, { tasks: [scriptedTask('a', 5, 6), scriptedTask('b', 7)] });

    const other = await shared.projects.connect();
    const all = listen(other.kamachiq.project(handle.projectId));
    await has(all, 'task-started b');
    expect(all).toEqual(['phase-changed', 'task-started a', 'task-settled a', 'task-started b']);

    const later = other.kamachiq.project(handle.projectId);
    later.watch({ since: kept });
    const rest = listen(later);
    await has(rest, 'task-started b');
    expect(rest).toEqual(['task-settled a', 'task-started b']);

    await shared.client.stand(handle, { phase: 'ended', tasks: [scriptedTask('a', 5, 6), scriptedTask('b', 7, 8)] });
    await has(all, 'ended');
    await has(rest, 'ended');
    expect(rest.slice(2)).toEqual(['task-settled b', 'phase-changed', 'ended']);
  });

  it('is refused ways to watch that are none', async () => {
    const handle = await shared.client.begin();
    for (const wrong of [{ intervalMilliseconds: 9 }, { intervalMilliseconds: Number.NaN }, { since: { projectId: 'another' } }, { since: null }]) {
      expect(() => handle.watch(wrong as never)).toThrow(expect.objectContaining({ code: 'input.invalid' }));
    }
  });
});
