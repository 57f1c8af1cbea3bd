import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalModel, localModel } from '@kamachiq/local-model';
import { pyodideSandbox } from '@kamachiq/sandbox';
import { Worker, type WorkflowBundlePath } from '@temporalio/worker';
import { createActivities, FilesystemArtifactStore, KamachiqPlugin, type KamachiqPorts } from 'kamachiq/worker';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleWorkflows } from '../../../test/support/bundle-workflows.js';
import { TemporalFixture } from '../../../test/support/temporal.js';

let temporal: TemporalFixture;
let workflowBundle: WorkflowBundlePath;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
  workflowBundle = await bundleWorkflows(new URL('../../../test/support/workflows.ts', import.meta.url));
});
afterAll(() => temporal?.stop());

let folder: string;
let model: LocalModel;
let ports: KamachiqPorts;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-ownership-'));
  model = await localModel({ modelFile: process.env.KAMACHIQ_MODEL_FILE ?? 'KAMACHIQ_MODEL_FILE is not set', contextTokens: 128 });
  ports = { model, sandbox: pyodideSandbox(), artifacts: new FilesystemArtifactStore(folder) };
});
afterEach(async () => {
  await model.doClose();
  await ports.sandbox.doClose?.();
  await rm(folder, { recursive: true });
});

const question = { messages: [{ role: 'user' as const, text: 'Hello?' }], maxOutputTokens: 2 };
const answered = () =>
  model.doCountTokens(question).then(
    () => 'answered',
    (error: { readonly code: string }) => error.code,
  );
const createWorker = (taskQueue: string, options: object) =>
  Worker.create({ connection: temporal.environment.nativeConnection, taskQueue, workflowBundle, ...options });

describe('who closes the ports', () => {
  it('is the plugin, when the last of the workers that it serves has ended', async () => {
    const plugins = [new KamachiqPlugin(ports)];
    const [first, second] = await Promise.all(['first', 'second'].map((taskQueue) => createWorker(taskQueue, { plugins })));
    const running = second!.run();
    await first!.runUntil(Promise.resolve());
    expect(await answered()).toBe('answered');
    second!.shutdown();
    await running;
    expect(await answered()).toBe('model.unavailable');
  });

  it('is the plugin also where a worker fails, and what made it fail is told', async () => {
    const worker = await createWorker('failing', { plugins: [new KamachiqPlugin(ports)] });
    await expect(worker.runUntil(Promise.reject(new Error('the work failed')))).rejects.toThrow('the work failed');
    expect(await answered()).toBe('model.unavailable');
  });

  it('is the host with plain activities', async () => {
    const worker = await createWorker('plain', { activities: createActivities(ports) });
    await worker.runUntil(Promise.resolve());
    expect(await answered()).toBe('answered');
  });
});
