import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietLogger } from '../../test/support/quiet-runtime.js';
import { documentTask, specWithTasks } from '../../test/support/specs.js';
import { freeFormTemplate } from '../planning/free-form-template.js';
import type { MemoryStore } from '../ports/memory-store.js';
import { FilesystemMemoryStore } from './filesystem-memory-store.js';
import { TaskMemory } from './task-memory.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-task-memory-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

const remembered = (id: string) => ({ projectId: 'p', spec: specWithTasks([]), task: documentTask(id), template: freeFormTemplate, persona: null });
const address = (taskId: string) => ({ projectId: 'p', team: null, taskId });
const passed = { passed: true, files: [], problems: [] };
const failed = { passed: false, files: [], problems: ['the answer holds no text'] };
const approved = { decision: 'approve', score: 1, threshold: 0.8, criteria: [], failedChecks: [], feedback: [] } as const;
const work = (attempt: number) => ({ remediation: 0, attempt, feedback: [] });
const inActivity = <Result>(run: () => Promise<Result>) => new MockActivityEnvironment({}, { logger: quietLogger }).run(run) as Promise<Result>;

describe('TaskMemory', () => {
  it('has one note for a task, however often its work is delivered', async () => {
    const store = new FilesystemMemoryStore(join(folder, 'once'));
    const memory = new TaskMemory(store);
    await inActivity(async () => {
      for (let delivery = 0; delivery < 3; delivery += 1) {
        await memory.noteAttempt(remembered('a'), passed, work(1));
        await memory.noteVerdict(remembered('a'), approved);
        await memory.noteVerdict(remembered('a'), approved);
      }
    });
    const found = await store.doSearch({ projectId: 'p', team: null, limit: 10 });
    expect(found).toMatchObject([{ taskId: 'a', outcome: 'succeeded', attempt: 1 }]);
  });

  it('is not set back by an agent that was given up and comes late', async () => {
    const store = new FilesystemMemoryStore(join(folder, 'late'));
    const memory = new TaskMemory(store);
    await inActivity(async () => {
      await memory.noteAttempt(remembered('a'), passed, work(2));
      await memory.noteVerdict(remembered('a'), approved);
      await memory.noteAttempt(remembered('a'), failed, work(1));
    });
    expect(await store.doRead(address('a'))).toMatchObject({ outcome: 'succeeded', attempt: 2, problems: [] });
  });

  it('shows no task its own note, and nothing to a template that reads no memory', async () => {
    const memory = new TaskMemory(new FilesystemMemoryStore(join(folder, 'own')));
    await inActivity(async () => {
      await memory.noteAttempt(remembered('a'), failed, work(1));
      expect(await memory.recall(remembered('a'))).toEqual({ notes: [], problems: [] });
      expect((await memory.recall(remembered('b'))).notes).toEqual(['[design, failed, this project] Write a — Went wrong: the answer holds no text']);
      const { readsMemory: _, ...blind } = freeFormTemplate;
      expect(await memory.recall({ ...remembered('b'), template: blind })).toEqual({ notes: [], problems: [] });
    });
  });

  it('shows five notes at most', async () => {
    const memory = new TaskMemory(new FilesystemMemoryStore(join(folder, 'most')));
    await inActivity(async () => {
      for (let index = 0; index < 9; index += 1) await memory.noteAttempt(remembered(`t${index}`), failed, work(1));
      expect((await memory.recall(remembered('t0'))).notes).toHaveLength(5);
    });
  });

  it('goes on without a store that never answers, and says so', async () => {
    const never = new Promise<never>(() => undefined);
    const silent: MemoryStore = { specificationVersion: 1, doWrite: () => never, doRead: () => never, doSearch: () => never, doForget: () => never };
    const memory = new TaskMemory(silent, undefined, 20);
    await inActivity(async () => {
      expect(await memory.recall(remembered('a'))).toEqual({ notes: [], problems: [expect.stringContaining('could not be read')] });
      expect(await memory.noteAttempt(remembered('a'), passed, work(1))).toEqual([expect.stringContaining('could not be kept')]);
      await memory.noteVerdict(remembered('a'), approved);
    });
  });

  it('writes nothing after it was given up for want of an answer', async () => {
    const store = new FilesystemMemoryStore(join(folder, 'given-up'));
    const held = Promise.withResolvers<void>();
    const read = Promise.withResolvers<void>();
    const writes: Promise<void>[] = [];
    /** The real store, what it reads held back until it is let go. */
    class SlowlyRead extends FilesystemMemoryStore {
      override async doRead(...address: Parameters<MemoryStore['doRead']>): ReturnType<MemoryStore['doRead']> {
        const note = await super.doRead(...address);
        read.resolve();
        await held.promise;
        return note;
      }

      override doWrite(...note: Parameters<MemoryStore['doWrite']>): Promise<void> {
        const written = super.doWrite(...note);
        writes.push(written);
        return written;
      }
    }
    const slow = new TaskMemory(new SlowlyRead(join(folder, 'given-up')), undefined, 20);
    await inActivity(async () => {
      expect(await slow.noteAttempt(remembered('a'), failed, work(1))).toEqual([expect.stringContaining('could not be kept')]);
      await slow.noteVerdict(remembered('a'), approved);
      await new TaskMemory(store).noteAttempt(remembered('a'), passed, work(2));
      await slow.noteDecisions(remembered('a'), [{ taskId: 'a', succeeded: false }]);
    });
    await read.promise;
    held.resolve();
    // What follows a reading that was held back has begun one turn later.
    await setImmediate();
    await Promise.all(writes);
    expect(await store.doRead(address('a'))).toMatchObject({ attempt: 2, outcome: 'open' });
    expect(writes).toEqual([]);
  });

  it('remembers nothing without a store', async () => {
    const memory = new TaskMemory(undefined);
    expect(await memory.recall(remembered('a'))).toEqual({ notes: [], problems: [] });
    expect(await memory.noteAttempt(remembered('a'), failed, work(1))).toEqual([]);
  });
});
