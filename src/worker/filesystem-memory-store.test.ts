import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MemoryNote } from '../ports/memory-store.js';
import { memoryNoteSchema } from '../spec/memory-note-schema.js';
import { describeMemoryStore } from '../testing/describe-memory-store.js';
import { FilesystemMemoryStore } from './filesystem-memory-store.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-memory-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

let contracts = 0;
describeMemoryStore({ describe, it, afterAll }, async () => {
  contracts += 1;
  return new FilesystemMemoryStore(join(folder, `contract-${contracts}`));
});

const noteOf = (rest: Partial<MemoryNote>): MemoryNote => ({
  projectId: 'p',
  team: 'everybody',
  taskId: 'a',
  projectName: 'Shared',
  type: 'code',
  tags: [],
  task: 'Write it.',
  outcome: 'succeeded',
  result: '',
  problems: [],
  start: 1,
  remediation: 0,
  attempt: 1,
  writtenAt: '2026-01-01T00:00:00.000Z',
  ...rest,
});
const everybody = { projectId: 'reader', team: 'everybody' };
const filesOf = async (store: string) => {
  const files: string[] = [];
  for (const scope of await readdir(store)) for (const name of await readdir(join(store, scope))) files.push(join(store, scope, name));
  return files;
};

/** Starts a process that keeps notes. */
const startWriter = (store: string, writer: string, count: number, limit = 500): ChildProcess =>
  spawn(
    process.execPath,
    [
      '--import',
      new URL('../../test/support/source-loader.mjs', import.meta.url).href,
      fileURLToPath(new URL('../../test/support/write-notes.ts', import.meta.url)),
      store,
      writer,
      `${count}`,
      `${limit}`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );

const endOf = async (writer: ChildProcess): Promise<unknown> => {
  writer.stdout!.resume();
  return (await once(writer, 'exit'))[0];
};

describe('FilesystemMemoryStore', () => {
  it('loses nothing to two processes that keep notes at once', async () => {
    const store = join(folder, 'two');
    const writers = ['one', 'other'].map((writer) => startWriter(store, writer, 60));
    expect(await Promise.all(writers.map(endOf))).toEqual([0, 0]);
    const found = await new FilesystemMemoryStore(store).doSearch({ ...everybody, limit: 1_000 });
    expect(found).toHaveLength(120);
    expect(await filesOf(store)).toHaveLength(120);
  });

  it('keeps its limits, and never forgets the newest, with two processes that cross them at once', async () => {
    const store = join(folder, 'crowded');
    const writers = ['one', 'other'].map((writer) => startWriter(store, writer, 60, 20));
    expect(await Promise.all(writers.map(endOf))).toEqual([0, 0]);
    const found = await new FilesystemMemoryStore(store).doSearch({ ...everybody, limit: 1_000 });
    expect(found.length).toBeLessThanOrEqual(20);
    expect(found.some(({ taskId }) => taskId === 'task-59')).toBe(true);
  });

  it('holds every note that it said it kept, and none in part, when its process is killed in the middle', async () => {
    const store = join(folder, 'killed');
    for (let round = 1; round <= 3; round += 1) {
      const writer = startWriter(store, `round ${round}`, 1_000_000, 10_000);
      let kept = -1;
      for await (const line of createInterface({ input: writer.stdout! })) {
        kept = Number(line);
        if (kept === round * 25) writer.kill('SIGKILL');
      }
      const found = await new FilesystemMemoryStore(store).doSearch({ ...everybody, tags: [`writer:round ${round}`], limit: 100_000 });
      const ids = new Set(found.map(({ taskId }) => taskId));
      expect(kept).toBeGreaterThanOrEqual(round * 25);
      for (let index = 0; index <= kept; index += 1) expect(ids.has(`task-${index}`)).toBe(true);
      for (const note of found) expect(memoryNoteSchema.safeParse(note).success).toBe(true);
    }
  });

  it.each([{ notes: -1 }, { notes: 0 }, { bytes: Number.NaN }, { bytes: Number.POSITIVE_INFINITY }, { scopes: 0.5 }])(
    'refuses %o as a limit',
    (limits) => {
      expect(() => new FilesystemMemoryStore(join(folder, 'limits'), limits)).toThrow(expect.objectContaining({ code: 'memory.invalid-limit' }));
    },
  );

  it('keeps a note of a project that is being forgotten', async () => {
    const store = new FilesystemMemoryStore(join(folder, 'forgotten'));
    const own = { projectId: 'p', team: null };
    let isWriting = true;
    const forgetting = (async () => {
      while (isWriting) await store.doForget(own);
    })();
    for (let index = 0; index < 100; index += 1) await store.doWrite(noteOf({ ...own, taskId: `t${index}` }));
    isWriting = false;
    await forgetting;
    await store.doWrite(noteOf({ ...own, taskId: 'last' }));
    expect((await store.doRead({ ...own, taskId: 'last' }))?.taskId).toBe('last');
  });

  it('keeps notes of projects that drive each other out', async () => {
    const stores = ['one', 'other'].map((projectId) => ({ projectId, store: new FilesystemMemoryStore(join(folder, 'rivals'), { scopes: 1 }) }));
    const write = async ({ projectId, store }: (typeof stores)[number]) => {
      for (let index = 0; index < 60; index += 1) await store.doWrite(noteOf({ projectId, team: null, taskId: `t${index}` }));
    };
    await Promise.all(stores.map(write));
    expect((await readdir(join(folder, 'rivals'))).length).toBeLessThanOrEqual(2);
  });

  it('passes over files that hold no note, and clears away what a dead writer left', async () => {
    const store = new FilesystemMemoryStore(join(folder, 'damaged'));
    for (const taskId of ['a', 'b', 'c']) await store.doWrite(noteOf({ taskId }));
    const [scope] = await readdir(join(folder, 'damaged'));
    const inScope = (name: string) => join(folder, 'damaged', scope!, name);
    const [torn] = await filesOf(join(folder, 'damaged'));
    await writeFile(torn!, '{"projectId":"p","tea');
    await writeFile(inScope(`${'0'.repeat(64)}.json`), JSON.stringify(noteOf({ team: 'strangers', taskId: 'smuggled' })));
    await writeFile(inScope(`${'1'.repeat(64)}.json`), JSON.stringify({ ...noteOf({ taskId: 'odd' }), __proto__: null, more: 'x'.repeat(10_000) }));
    const left = inScope(`${'2'.repeat(64)}.json.left`);
    await writeFile(left, 'half');
    await utimes(left, 0, 0);
    await store.doWrite(noteOf({ taskId: 'later' }));
    const found = await store.doSearch({ ...everybody, limit: 10 });
    expect(found).toHaveLength(3);
    expect(found.map(({ taskId }) => taskId)).not.toContain('smuggled');
    expect(await readdir(join(folder, 'damaged', scope!))).not.toContain(`${'2'.repeat(64)}.json.left`);
  });

  it('forgets by bytes as well, and whole scopes that are too many, the longest unused first', async () => {
    const byBytes = new FilesystemMemoryStore(join(folder, 'bytes'), { bytes: 4_000 });
    for (let index = 0; index < 20; index += 1) {
      await byBytes.doWrite(noteOf({ taskId: `t${index}`, result: 'x'.repeat(500), writtenAt: new Date(index * 1_000).toISOString() }));
    }
    const found = await byBytes.doSearch({ ...everybody, limit: 100 });
    expect(found[0]!.taskId).toBe('t19');
    expect(found.reduce((sum, note) => sum + JSON.stringify(note).length, 0)).toBeLessThanOrEqual(4_000);

    const narrow = new FilesystemMemoryStore(join(folder, 'scopes'), { scopes: 2 });
    const own = (projectId: string) => noteOf({ projectId, team: null });
    await narrow.doWrite(own('first'));
    const [first] = await readdir(join(folder, 'scopes'));
    await utimes(join(folder, 'scopes', first!), 1, 1);
    await narrow.doWrite(own('second'));
    await narrow.doWrite(own('third'));
    expect(await narrow.doRead(own('first'))).toBeNull();
    for (const projectId of ['second', 'third']) expect(await narrow.doRead(own(projectId))).not.toBeNull();
  });

  it('says what it can not write or read', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    const store = new FilesystemMemoryStore(join(file, 'below'));
    await expect(store.doWrite(noteOf({}))).rejects.toMatchObject({ code: 'memory.unwritable' });
    await expect(store.doRead(noteOf({}))).rejects.toMatchObject({ code: 'memory.unreadable' });
    await expect(store.doSearch({ ...everybody, limit: 1 })).rejects.toMatchObject({ code: 'memory.unreadable' });
  });
});
