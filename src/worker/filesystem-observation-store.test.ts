import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observationWith } from '../planning/estimates/fixtures/observation-with.js';
import { describeObservationStore } from '../testing/describe-observation-store.js';
import { FilesystemObservationStore } from './filesystem-observation-store.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-observations-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describeObservationStore({ describe, it, afterAll }, async () => new FilesystemObservationStore(join(folder, 'contract')));

const template = 'python-function/1';
const ids = async (store: FilesystemObservationStore) => (await store.doRead({ template, limit: 100_000 })).map(({ projectId }) => projectId);

describe('FilesystemObservationStore', () => {
  it('passes over a line that was torn, and goes on after it', async () => {
    const place = join(folder, 'torn');
    const store = new FilesystemObservationStore(place);
    await store.doAppend('before', [observationWith({ template, taskId: 'a' })]);
    const [name] = await readdir(place);
    const line = (await readFile(join(place, name!), 'utf8')).trimStart();
    await appendFile(join(place, name!), `\n${line.slice(0, line.length / 2)}`);
    expect(await ids(store)).toEqual(['before']);
    await store.doAppend('after', [observationWith({ template, taskId: 'a' })]);
    expect(await ids(store)).toEqual(['before', 'after']);
  });

  it('keeps what a torn append lost, once it is repeated', async () => {
    const place = join(folder, 'torn-midway');
    const store = new FilesystemObservationStore(place);
    const own = Array.from({ length: 10 }, (_, task) => observationWith({ template, taskId: `task-${task}` }));
    await store.doAppend('torn', own);
    const [name] = await readdir(place);
    const whole = await readFile(join(place, name!), 'utf8');
    for (const share of [0.05, 0.35, 0.95]) {
      await writeFile(join(place, name!), whole.slice(0, whole.length * share));
      await store.doAppend('torn', own);
      const tasks = (await store.doRead({ template, limit: 100 })).map(({ taskId }) => taskId);
      expect(tasks).toEqual(own.map(({ taskId }) => taskId));
    }
  });

  it('writes a project once, and reads once what two workers wrote at the same time', async () => {
    const place = join(folder, 'twice');
    const store = new FilesystemObservationStore(place);
    const append = (tokens: number) => store.doAppend('repeated', [observationWith({ template, tokens })]);
    await append(1);
    const [name] = await readdir(place);
    const path = join(place, name!);
    const before = await readFile(path, 'utf8');
    await append(2);
    expect(await readFile(path, 'utf8')).toBe(before);
    await appendFile(path, before.replace('"tokens":1', '"tokens":3'));
    expect((await store.doRead({ template, limit: 10 })).map(({ tokens }) => tokens)).toEqual([1]);
  });

  it('closes a file that is full, and keeps the newest', async () => {
    const place = join(folder, 'full');
    const store = new FilesystemObservationStore(place);
    const projects = Array.from({ length: 5 }, (_, index) => `project-${index}`);
    for (const projectId of projects) {
      const many = Array.from({ length: 6_000 }, (_, task) =>
        observationWith({ template, taskId: `task-${task}`, candidateTokens: new Array<number>(64).fill(123_456) }),
      );
      await store.doAppend(projectId, many);
    }
    expect(await readdir(place)).toHaveLength(2);
    expect([...new Set(await ids(store))]).toEqual(['project-3', 'project-4']);
  });

  it('says what keeps it from writing and reading', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const store = new FilesystemObservationStore(join(file, 'below'));
    await expect(store.doAppend('a', [observationWith({ template })])).rejects.toMatchObject({ code: expect.stringMatching(/^observations\./) });
    const place = join(folder, 'closed');
    await mkdir(place);
    await new FilesystemObservationStore(place).doAppend('a', [observationWith({ template })]);
    const [name] = await readdir(place);
    await rm(join(place, name!));
    await mkdir(join(place, name!));
    await expect(new FilesystemObservationStore(place).doRead({ template, limit: 1 })).rejects.toMatchObject({ code: 'observations.unreadable' });
  });
});
