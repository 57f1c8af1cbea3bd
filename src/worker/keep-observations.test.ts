import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonTaskTemplates } from '@kamachiq/python';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietLogger } from '../../test/support/quiet-runtime.js';
import { TemplateLibrary } from '../planning/template-library.js';
import { calculatorReport } from '../report/fixtures/calculator-report.js';
import { FilesystemObservationStore } from './filesystem-observation-store.js';
import { keepObservations } from './keep-observations.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-keep-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const templates = new TemplateLibrary({ tasks: pythonTaskTemplates });
const keep = (observations: FilesystemObservationStore | undefined): Promise<void> =>
  new MockActivityEnvironment({}, { logger: quietLogger }).run(() =>
    keepObservations({ observations, templates }, calculatorReport),
  ) as Promise<void>;

describe('keepObservations', () => {
  it('keeps what a project taught, once however often it ends', async () => {
    const store = new FilesystemObservationStore(join(folder, 'store'));
    await keep(store);
    await keep(store);
    const read = await store.doRead({ template: 'python-function/1', limit: 100 });
    expect(read.map(({ taskId }) => taskId)).toEqual(['function-add', 'function-subtract', 'function-multiply', 'function-divide']);
  });

  it('lets a project end that has no store, or one that can’t write', async () => {
    await keep(undefined);
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(keep(new FilesystemObservationStore(join(file, 'below')))).resolves.toBeUndefined();
  });
});
