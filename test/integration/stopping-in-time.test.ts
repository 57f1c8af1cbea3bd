import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startDevServer } from '@kamachiq/cli';
import { Client, Connection } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { NativeConnection, Worker } from '@temporalio/worker';
import { KamachiqClient } from 'kamachiq/client';
import { createActivities } from 'kamachiq/worker';
import type { AgentTaskInput, DecomposeProjectResult, RegisteredActivities } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleWorkflows } from '../support/bundle-workflows.js';
import { DrawsOnRunner, HeldScriptedModel } from '../support/held-scripted-model.js';
import { quietLogger } from '../support/quiet-runtime.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';
import { until } from '../support/until.js';

let temporal: TemporalFixture;
let folder: string;
beforeAll(async () => {
  // The server forgets a run once it has noted how far its tasks are done, every half a minute unless it is told.
  temporal = await TemporalFixture.start('dev', ['history.transferProcessorUpdateAckInterval="1s"']);
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-stopping-'));
});
afterAll(async () => {
  await temporal?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** One answer of the server is good for a second: what happened since is learnt of after it. */
const outlastTheLastAnswer = () => delay(1_100);

/** Beats so seldom that no agent hears of an end by its heartbeat within a test. */
const DEAF = { maxHeartbeatThrottleInterval: '5 minutes', defaultHeartbeatThrottleInterval: '5 minutes' } as const;

/** What a project hands to a task, its plan in the store. */
async function taskInput(projectId: string, activities: RegisteredActivities): Promise<AgentTaskInput> {
  const task = documentTask('a');
  const spec = specWithTasks([task]);
  const decompose = () =>
    activities['kamachiq.decomposeProject']({ projectId, spec, seed: 0, holdTokens: 0, repair: 0, findings: [], previous: null });
  const { plan } = (await new MockActivityEnvironment({}, { logger: quietLogger }).run(decompose)) as DecomposeProjectResult;
  return { projectId, plan, task, upstream: [], seed: 0, threshold: 0.8, holdTokens: 4_000, reviewTimeoutMinutes: 60 };
}

/** Runs work while a task's agent waits for its first answer, whose project went on under another run. */
async function whileAbandoning(
  { model, runner }: { readonly model: HeldScriptedModel; readonly runner: DrawsOnRunner },
  work: (project: { readonly projectId: string; readonly firstRunId: string }) => Promise<void>,
): Promise<void> {
  const taskQueue = `test-${randomUUID()}`;
  const connection = await NativeConnection.connect({ address: temporal.environment.address });
  const { client } = temporal.environment;
  const activities = createActivities({ model, runner, sandbox: temporal.sandbox, artifacts: temporal.artifacts() });
  try {
    const worker = await Worker.create({
      connection,
      taskQueue,
      workflowBundle: await bundleWorkflows(new URL('../support/abandoned-task-workflows.ts', import.meta.url)),
      activities,
      ...DEAF,
    });
    await worker.runUntil(async () => {
      const projectId = randomUUID();
      const project = await client.workflow.start('AbandoningProjectWorkflow', {
        taskQueue,
        workflowId: projectId,
        args: [await taskInput(projectId, activities), `${projectId}/task`],
      });
      await model.called(0);
      await until(async () => (await client.workflow.getHandle(projectId).describe()).runId !== project.firstExecutionRunId);
      await work({ projectId, firstRunId: project.firstExecutionRunId });
    });
  } finally {
    await connection.close();
  }
}

describe('an agent whose project was terminated', () => {
  it('makes no further call', async () => {
    const model = new HeldScriptedModel(1);
    const runner = new DrawsOnRunner();
    await temporal.withWorker(
      { model, runner },
      async (client) => {
        const handle = await client.submit(specWithTasks([documentTask('a')]));
        await model.called(0);
        await temporal.environment.client.workflow.getHandle(handle.projectId).terminate('enough');
        await outlastTheLastAnswer();
        model.answer(0);
        expect(await runner.ended.promise).toMatchObject({ code: 'agent.project-ended' });
      },
      DEAF,
    );
    expect(model.requests).toHaveLength(1);
  });

  it('makes none where its task outlives it, and went on while the project did under another run', async () => {
    const model = new HeldScriptedModel(2);
    const runner = new DrawsOnRunner();
    await whileAbandoning({ model, runner }, async ({ projectId }) => {
      const { client } = temporal.environment;
      await outlastTheLastAnswer();
      model.answer(0);
      await model.called(1);
      await client.workflow.getHandle(projectId).terminate('enough');
      await outlastTheLastAnswer();
      model.answer(1);
      expect(await runner.ended.promise).toMatchObject({ code: 'agent.project-ended' });
      // It was not ended itself: it says how its attempt came out.
      const task = await client.workflow.getHandle(`${projectId}/task`).result();
      expect(task).toMatchObject({ succeeded: false, settlements: [{ tokens: 8 }] });
    });
    expect(model.requests).toHaveLength(2);
  });
});

describe('an agent whose project goes on', () => {
  it('works on though the server has forgotten the run that started its task', async () => {
    const model = new HeldScriptedModel(2);
    const runner = new DrawsOnRunner();
    await whileAbandoning({ model, runner }, async ({ projectId, firstRunId }) => {
      const { client } = temporal.environment;
      const execution = { workflowId: projectId, runId: firstRunId };
      await client.workflowService.deleteWorkflowExecution({ namespace: 'default', workflowExecution: execution });
      const isForgotten = async () =>
        (await client.workflow
          .getHandle(projectId, firstRunId)
          .describe()
          .catch(() => null)) === null;
      await until(isForgotten);
      await outlastTheLastAnswer();
      model.answer(0);
      await Promise.race([model.called(1), runner.ended.promise]);
      expect(model.requests).toHaveLength(2);
      await client.workflow.getHandle(projectId).terminate('enough');
      await outlastTheLastAnswer();
      model.answer(1);
      expect(await runner.ended.promise).toMatchObject({ code: 'agent.project-ended' });
    });
  });
});

describe('an agent whose server is gone', () => {
  it('makes no further call', async () => {
    const server = await startDevServer({ databaseFile: join(folder, 'temporal.db') });
    const model = new HeldScriptedModel(1);
    const runner = new DrawsOnRunner();
    const taskQueue = `test-${randomUUID()}`;
    const connection = await NativeConnection.connect({ address: server.address });
    const clientConnection = await Connection.connect({ address: server.address });
    try {
      const worker = await Worker.create({
        connection,
        taskQueue,
        workflowBundle: await bundleWorkflows(new URL('../support/workflows.ts', import.meta.url)),
        activities: createActivities({ model, runner, sandbox: temporal.sandbox, artifacts: temporal.artifacts() }),
        shutdownForceTime: '1 second',
      });
      const running = worker.run();
      await new KamachiqClient(new Client({ connection: clientConnection }), { taskQueue }).submit(specWithTasks([documentTask('a')]));
      await model.called(0);
      await server.stop();
      await outlastTheLastAnswer();
      model.answer(0);
      expect(await runner.ended.promise).toMatchObject({ code: 'agent.server-unreachable' });
      worker.shutdown();
      await running.catch(() => undefined);
    } finally {
      await server.stop();
      await clientConnection.close();
      await connection.close();
    }
    expect(model.requests).toHaveLength(1);
  });
});
