import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { KamachiqClient } from 'kamachiq/client';
import { ScriptedModel } from 'kamachiq/testing';
import { KamachiqPlugin } from 'kamachiq/worker';
import type { ProjectResult } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';

let temporal: TemporalFixture;
let connection: NativeConnection;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
  connection = await NativeConnection.connect({ address: temporal.environment.address });
});
afterAll(async () => {
  await connection?.close();
  await temporal?.stop();
});

describe('a policy that is refused', () => {
  const model = new ScriptedModel(() => 'A document.');
  const sandbox = { specificationVersion: 1, id: 'none/1', languages: [], doRun: () => Promise.reject(new Error('nothing runs here')) } as const;
  const withWorker = async <Result>(work: (taskQueue: string) => Promise<Result>): Promise<Result> => {
    const taskQueue = `test-${randomUUID()}`;
    const worker = await Worker.create({
      connection,
      taskQueue,
      workflowsPath: fileURLToPath(new URL('../support/invalid-policy-workflows.ts', import.meta.url)),
      plugins: [new KamachiqPlugin({ artifacts: temporal.artifacts(), model, sandbox })],
    });
    return worker.runUntil(work(taskQueue));
  };
  const start = (type: string, taskQueue: string, args: readonly unknown[] = [], workflowId: string = randomUUID()) =>
    temporal.environment.client.workflow.execute(type, { taskQueue, workflowId, args: [...args] });

  it('ends the workflow that it is the policy of, with everything that is wrong with it, and leaves the host’s others alone', async () => {
    await withWorker(async (taskQueue) => {
      expect(await start('hostsOwn', taskQueue)).toBe('done');
      const handle = await new KamachiqClient(temporal.environment.client, { taskQueue }).submit(specWithTasks([documentTask('a')]));
      await expect(handle.result()).rejects.toMatchObject({
        code: 'client.project-failed',
        message: expect.stringMatching(
          /The policy of defineProjectWorkflow has 2 problems: slots: expected a whole number from 1 to 10, got 50; planningShare: .*got 2/,
        ),
      });
    });
    expect(model.requests).toEqual([]);
  });

  it('of tasks ends each of them, free of charge', async () => {
    const result = await withWorker(async (taskQueue) => {
      const projectId = `sound-${randomUUID()}`;
      const input = { projectId, spec: specWithTasks([documentTask('a')]), seed: 0 };
      return (await start('SoundProjectWorkflow', taskQueue, [input], projectId)) as ProjectResult;
    });
    expect(result).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/The policy of defineAgentTaskWorkflow has 1 problem: maximumAttempts: .* got 0/),
      metrics: { spend: { tokensSpent: 0 } },
    });
  });
});
