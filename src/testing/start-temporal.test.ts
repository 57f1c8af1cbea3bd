import '../../test/support/quiet-runtime.js';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { beatenServer } from '../../test/support/beaten-server.js';
import { runProgram } from '../../test/support/run-program.js';
import { review } from '../../test/support/start-review.js';
import { replayAll } from './replay-all.js';
import { startTemporal, startTimeSkippingTemporal, type TestTemporal } from './start-temporal.js';

const workflowsPath = fileURLToPath(new URL('../../test/support/workflows.ts', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-servers-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

describe('startTemporal', () => {
  let temporal: TestTemporal;
  beforeAll(async () => {
    temporal = await startTemporal({ database: join(folder, 'temporal.db') });
  });
  afterAll(() => temporal?.stop());

  it('keeps what runs over a kill, for the clients and workers that it had', async () => {
    const { client, nativeConnection } = temporal.environment;
    const taskQueue = randomUUID();
    const workflowId = `review-${randomUUID()}`;
    const worker = await Worker.create({ connection: nativeConnection, taskQueue, workflowsPath });
    const handle = await client.workflow.start('HumanReviewWorkflow', { taskQueue, workflowId, args: [review('any')] });
    await worker.runUntil(async () => {
      await handle.query('kamachiq.review');
      const { address } = temporal;
      await temporal.kill();
      await expect(client.withDeadline(Date.now() + 500, () => handle.describe())).rejects.toThrow();
      await temporal.restart();
      expect(temporal.address).toBe(address);
      await handle.cancel();
      await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    });
    // As a user records it.
    const recorded = join(folder, 'recorded');
    const { stdout } = await runProgram(
      process.env.KAMACHIQ_TEMPORAL_SERVER!,
      ['workflow', 'show', '--workflow-id', workflowId, '--output', 'json', '--address', temporal.address],
      { cwd: folder, env: { HOME: folder } },
    );
    await mkdir(recorded);
    await writeFile(join(recorded, 'cancelled.json'), stdout);
    expect(await replayAll(recorded, { workflowsPath })).toEqual({ replayed: [`cancelled.json: ${workflowId}`], broken: [] });
  });

  it('says what the server said that could not start', async () => {
    await expect(startTemporal({ database: join(folder, 'no', 'such', 'folder', 'temporal.db') })).rejects.toMatchObject({
      code: 'testing.server-failed',
      message: expect.stringMatching(/unable to open database|no such file/),
    });
  });

  it('looks for another port where one was taken from under it', async () => {
    vi.stubEnv('KAMACHIQ_TEMPORAL_SERVER', await beatenServer(folder));
    const second = await startTemporal();
    try {
      expect(second.address).not.toBe(temporal.address);
    } finally {
      await second.stop();
    }
  });

  it('starts nothing again that kept all in memory', async () => {
    const forgetful = await startTemporal();
    try {
      await expect(forgetful.restart()).rejects.toMatchObject({ code: 'testing.no-database' });
    } finally {
      await forgetful.stop();
    }
  });
});

describe('startTimeSkippingTemporal', () => {
  it('lets days pass in no time', async () => {
    const environment = await startTimeSkippingTemporal();
    try {
      const taskQueue = randomUUID();
      const worker = await Worker.create({ connection: environment.nativeConnection, taskQueue, workflowsPath });
      const decision = await worker.runUntil(
        environment.client.workflow.execute('HumanReviewWorkflow', {
          taskQueue,
          workflowId: randomUUID(),
          args: [{ ...review('any'), timeoutMinutes: 7 * 24 * 60 }],
          workflowExecutionTimeout: '30 days',
        }),
      );
      expect(decision).toMatchObject({ decision: 'timed-out' });
    } finally {
      await environment.teardown();
    }
  });
});
