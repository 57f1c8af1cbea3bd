import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { NativeConnection, Worker, type WorkflowBundlePath } from '@temporalio/worker';
import type { Planner } from 'kamachiq';
import { KamachiqClient } from 'kamachiq/client';
import { ScriptedModel } from 'kamachiq/testing';
import { createActivities, FilesystemCallJournal, type KamachiqPorts } from 'kamachiq/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleWorkflows } from '../support/bundle-workflows.js';
import { CuttableProxy } from '../support/cuttable-proxy.js';
import { DrawsOnRunner, HeldScriptedModel } from '../support/held-scripted-model.js';
import { recordHistories } from '../support/record-histories.js';
import { reportOf, write } from '../support/scripted-answers.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';

/*
 * A worker that the server takes for lost while it runs on: it is cut off, another takes its place, and then the line is mended. Its calls cost 4
 * tokens, 6 at worst: 2 for the prompt, 2 for the answer, which may have 4.
 */

let temporal: TemporalFixture;
let workflowBundle: WorkflowBundlePath;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
  workflowBundle = await bundleWorkflows(new URL('../support/workflows.ts', import.meta.url));
});
afterAll(async () => temporal?.stop());

/** Works beside a worker that is cut off once its second call is under way, and the worker that comes in its place; then answers that call. */
async function loseWorker<Result>(
  lost: Pick<KamachiqPorts, 'runner' | 'planner'>,
  work: (client: KamachiqClient) => Promise<Result>,
): Promise<{ readonly result: Result; readonly calls: number }> {
  const taskQueue = `lost-${randomUUID()}`;
  const model = new HeldScriptedModel(2);
  model.answer(0);
  const shared = { sandbox: temporal.sandbox, artifacts: temporal.artifacts(), journal: new FilesystemCallJournal(join(temporal.folder, 'journal')) };
  const proxy = await CuttableProxy.start(temporal.environment.address);
  const [near, far] = [
    await NativeConnection.connect({ address: temporal.environment.address }),
    await NativeConnection.connect({ address: proxy.address }),
  ];
  const create = (connection: NativeConnection, ports: KamachiqPorts) =>
    // Without a cache nothing waits for the worker that is gone but what it was doing.
    Worker.create({
      connection,
      taskQueue,
      workflowBundle,
      activities: createActivities(ports),
      maxCachedWorkflows: 0,
      shutdownForceTime: '1 second',
    });
  try {
    const zombie = await create(far, { ...shared, model, ...lost });
    const running = zombie.run();
    const client = new KamachiqClient(temporal.environment.client, { taskQueue });
    const working = work(client);
    await model.called(1);
    proxy.cut();
    const heir = await create(near, { ...shared, model: new ScriptedModel((request) => write(request)) });
    const result = await heir.runUntil(working);
    await recordHistories(temporal.environment.client, taskQueue);
    proxy.mend();
    model.answer(1);
    zombie.shutdown();
    await running.catch(() => undefined);
    return { result, calls: model.requests.length };
  } finally {
    await far.close();
    await near.close();
    await proxy.stop();
  }
}

describe.concurrent('what was lost with its worker', () => {
  it('is charged at what it opened, and makes no call that was not charged: an attempt at a task', async () => {
    const runner = new DrawsOnRunner();
    const { result, calls } = await loseWorker({ runner }, async (client) => {
      const handle = await client.submit(specWithTasks([documentTask('a')]));
      return handle.result();
    });
    expect(result.status).toBe('approved');
    const report = await reportOf(temporal, result);
    const [first, second] = report.tasks[0]!.attempts;
    expect(first).toMatchObject({ outcome: 'lost', tokensHeld: 4_000, tokensSpent: 10 });
    expect(second).toMatchObject({ outcome: 'passed' });
    expect(report.modelCalls.filter(({ key }) => key.startsWith('a/0/1/'))).toMatchObject([
      { key: 'a/0/1/0', inputTokens: 2, outputTokens: 2, reported: true, finishReason: 'stop' },
      { key: 'a/0/1/1', inputTokens: 2, outputTokens: 4, reported: false, finishReason: 'lost' },
    ]);
    expect(report.budget.spent).toBe(report.modelCalls.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0));
    // It got its second answer long after it was given up, and made no third call: what refuses it first is left to the line.
    expect(await runner.ended.promise).toMatchObject({ code: expect.stringMatching(/^(?:journal\.sealed|agent\.project-ended|model\.cancelled)$/) });
    expect(calls).toBe(2);
  }, 120_000);

  it('is charged at what it opened: a delivery of the plan', async () => {
    const planner: Planner = {
      specificationVersion: 1,
      id: 'draws-on/1',
      async doPlan(_request, { model, signal }) {
        for (;;) await model.generate({ messages: [{ role: 'user', text: 'Go on.' }], maxOutputTokens: 4 }, signal);
      },
    };
    const { result } = await loseWorker({ planner }, async (client) => {
      const handle = await client.submit(specWithTasks([documentTask('a')]));
      return handle.result();
    });
    expect(result.status).toBe('approved');
    const report = await reportOf(temporal, result);
    expect(report.budget.planning).toBe(10);
    expect(report.modelCalls.filter(({ key }) => key.startsWith('planning/'))).toMatchObject([
      { outputTokens: 2 },
      { outputTokens: 4, finishReason: 'lost' },
    ]);
  }, 120_000);
});
