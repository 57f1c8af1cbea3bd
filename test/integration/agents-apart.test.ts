import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { SimplePlugin } from '@temporalio/plugin';
import { temporal } from '@temporalio/proto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { NativeConnection, Worker, type WorkflowBundlePath } from '@temporalio/worker';
import { KamachiqClient, type ProjectHandle } from 'kamachiq/client';
import { ScriptedModel } from 'kamachiq/testing';
import { createAgentWorker, FilesystemArtifactStore, KamachiqPlugin, type KamachiqPorts } from 'kamachiq/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { begun, ended, mostAtOnce, noteKilled, readLog } from '../support/agent-log.js';
import { bundleWorkflows } from '../support/bundle-workflows.js';
import { gateOf, LoggedRunner, logOf } from '../support/logged-runner.js';
import { noSandbox } from '../support/no-sandbox.js';
import { SourceChild } from '../support/source-child.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { until } from '../support/until.js';

let environment: TestWorkflowEnvironment;
let workflowBundle: WorkflowBundlePath;
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'kamachiq-agents-'));
  workflowBundle = await bundleWorkflows(new URL('../support/workflows.ts', import.meta.url));
  environment = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: process.env.KAMACHIQ_TEMPORAL_SERVER! },
      extraArgs: ['history.timerProcessorMaxTimeShift="10ms"', 'matching.enableFairness=true'].flatMap((value) => ['--dynamic-config-value', value]),
    },
  });
});
afterAll(async () => {
  await environment?.teardown();
  await rm(root, { recursive: true, force: true });
});

/** A folder with the log of agents, and the ports of a host whose agents write it. */
async function makePlace(score: (text: string) => number = () => 10): Promise<{ readonly folder: string; readonly ports: KamachiqPorts }> {
  const folder = await mkdtemp(join(root, 'run-'));
  await writeFile(logOf(folder), '');
  const model = new ScriptedModel(({ messages }) =>
    JSON.stringify({ score: score(messages.map(({ text }) => text).join('\n')), reason: 'as the test wants it' }),
  );
  const artifacts = new FilesystemArtifactStore(join(folder, 'artifacts'));
  return { folder, ports: { model, sandbox: noSandbox, artifacts, runner: new LoggedRunner(folder, 'host') } };
}

/** Works beside workers whose agents are apart: one of this process, with its agents, and what else is started. */
async function withAgentsApart<Result>(
  options: { readonly slots: number; readonly score?: (text: string) => number },
  work: (client: KamachiqClient, place: { readonly taskQueue: string; readonly folder: string }) => Promise<Result>,
): Promise<Result> {
  const { slots, score } = options;
  const taskQueue = `agents-apart-${randomUUID()}`;
  const { folder, ports } = await makePlace(score);
  const plugin = new KamachiqPlugin(ports, { agents: { slots } });
  const connection = await NativeConnection.connect({ address: environment.address });
  try {
    const worker = await Worker.create({ connection, taskQueue, workflowBundle, plugins: [plugin], maxCachedWorkflows: 200 });
    return await worker.runUntil(() => work(new KamachiqClient(environment.client, { taskQueue }), { taskQueue, folder }));
  } finally {
    await connection.close();
  }
}

/** Runs a project of two tasks to its end, with all agents of it let go at once. */
async function runProject(client: Client, taskQueue: string, folder: string) {
  const handle = await new KamachiqClient(client, { taskQueue }).submit(specWithTasks(tasks(2)));
  await writeFile(gateOf(folder, handle.projectId), '');
  return handle.result();
}

/** A process with agents of its own. It ends with the work, however that ends. */
async function withAgentsChild<Result>(
  { taskQueue, folder }: { readonly taskQueue: string; readonly folder: string },
  slots: number,
  work: (child: SourceChild) => Promise<Result>,
): Promise<Result> {
  const child = new SourceChild('agents-child.ts', environment.address, taskQueue, folder, `${slots}`);
  try {
    return await work(child);
  } finally {
    await child.kill();
  }
}

const tasks = (count: number) => Array.from({ length: count }, (_, index) => documentTask(`t${index}`));

/** Where the agents of a project were sent. */
async function placesOf({ projectId }: ProjectHandle) {
  const status = await environment.client.workflow.getHandle(projectId).query<{ tasks: { workflowId: string | null }[] }>('kamachiq.status');
  const histories = await Promise.all(
    status.tasks.flatMap(({ workflowId }) => (workflowId === null ? [] : [environment.client.workflow.getHandle(workflowId).fetchHistory()])),
  );
  return histories.flatMap(({ events }) =>
    (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
      scheduled?.activityType?.name === 'kamachiq.spawnAgent' ? [{ queue: scheduled.taskQueue?.name, priority: scheduled.priority }] : [],
    ),
  );
}

/** Waits until a worker of agents asks for tasks. */
const agentsPolled = (taskQueue: string) =>
  until(async () => {
    const { pollers } = await environment.connection.workflowService.describeTaskQueue({
      namespace: 'default',
      taskQueue: { name: `${taskQueue}-agents` },
      taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    });
    return pollers.length > 0;
  });

describe('agents on a queue of their own', () => {
  it('are never more than all slots together, whatever projects there are, and nothing is lost with a process of them', {
    timeout: 100_000,
  }, async () => {
    await withAgentsApart({ slots: 5 }, async (client, place) => {
      const { folder, taskQueue } = place;
      const results = await withAgentsChild(place, 5, async (child) => {
        const handles = await Promise.all(Array.from({ length: 5 }, () => client.submit(specWithTasks(tasks(6)))));
        // No agent ends: as many begin as there are slots.
        await until(async () => (await begun(folder, 'host')) + (await begun(folder, 'child')) === 10);
        expect(await begun(folder, 'child')).toBe(5);
        await child.kill();
        await noteKilled(folder, 'child');
        return withAgentsChild(place, 5, async () => {
          await Promise.all(handles.map(({ projectId }) => writeFile(gateOf(folder, projectId), '')));
          return Promise.all(
            handles.map(async (handle) => {
              const result = await handle.result();
              return { result, places: await placesOf(handle), handle };
            }),
          );
        });
      });
      const log = await readLog(folder);
      expect(mostAtOnce(log)).toBe(10);
      // Each of the 30 tasks ended once; the five that were lost began again.
      expect(ended(log)).toHaveLength(30);
      expect(new Set(ended(log)).size).toBe(30);
      expect(log.filter((line) => line.startsWith('begin'))).toHaveLength(35);
      for (const { result, places, handle } of results) {
        expect(result).toMatchObject({ status: 'approved', metrics: { tasks: { total: 6, succeeded: 6 } } });
        for (const each of places) {
          expect(each).toMatchObject({ queue: `${taskQueue}-agents`, priority: { priorityKey: 1, fairnessKey: handle.projectId } });
        }
      }
    });
  });

  it('leave every slot to others while tasks wait for people', { timeout: 60_000 }, async () => {
    // What the judge finds worth a 2 comes back until a person is asked.
    const score = (text: string) => (text.includes('Write doubtful') ? 2 : 10);
    await withAgentsApart({ slots: 10, score }, async (client, { folder }) => {
      const doubtful = await client.submit(
        specWithTasks(
          Array.from({ length: 20 }, (_, index) => documentTask(`doubtful${index}`)),
          { budgetTotal: 1_000_000 },
        ),
      );
      await writeFile(gateOf(folder, doubtful.projectId), '');
      await until(async () => (await doubtful.status().catch(() => null))?.reviews.length === 20);
      const before = await begun(folder, 'host');
      const other = await client.submit(specWithTasks(tasks(10)));
      await until(async () => (await begun(folder, 'host')) === before + 10);
      expect((await doubtful.status()).tasks.every(({ state }) => state === 'waiting-for-person')).toBe(true);
      await writeFile(gateOf(folder, other.projectId), '');
      expect(await other.result()).toMatchObject({ status: 'approved' });
      await environment.client.workflow.getHandle(doubtful.projectId).cancel();
      await expect(doubtful.result()).rejects.toThrow();
    });
  });

  it('run once beside several workers of one queue and connection, which are versions of one host, and end with the last of them', async () => {
    const { ports } = await makePlace();
    const taskQueue = `agents-apart-${randomUUID()}`;
    const connection = await NativeConnection.connect({ address: environment.address });
    const plugin = new KamachiqPlugin(ports, { agents: { slots: 2 } });
    const [first, second] = await Promise.all(
      ['one', 'two'].map((buildId) => {
        const version = { deploymentName: taskQueue, buildId };
        const workerDeploymentOptions = { version, useWorkerVersioning: true, defaultVersioningBehavior: 'PINNED' } as const;
        return Worker.create({ connection, taskQueue, workflowBundle, plugins: [plugin], workerDeploymentOptions });
      }),
    );
    // A second worker of agents on this connection would be refused, and the host's stopped with that.
    await first!.runUntil(() => second!.runUntil(() => agentsPolled(taskQueue)));
    await connection.close();
  });

  it.each(['before', 'after', 'on the connection'] as const)('have the codec of a plugin that stands %s ours', async (where) => {
    const { folder, ports } = await makePlace();
    const taskQueue = `agents-apart-${randomUUID()}`;
    const codecs = new SimplePlugin({
      name: 'codecs',
      dataConverter: (given) => ({ ...given, payloadCodecs: [...(given?.payloadCodecs ?? []), sealing] }),
    });
    const ours = new KamachiqPlugin(ports, { agents: { slots: 2 } });
    const connection = await NativeConnection.connect({
      address: environment.address,
      plugins: where === 'on the connection' ? [codecs] : [],
    });
    try {
      const plugins = { before: [codecs, ours], after: [ours, codecs], 'on the connection': [ours] }[where];
      const worker = await Worker.create({ connection, taskQueue, workflowBundle, plugins });
      const client = new Client({ connection: environment.connection, dataConverter: { payloadCodecs: [sealing] } });
      expect(await worker.runUntil(() => runProject(client, taskQueue, folder))).toMatchObject({ status: 'approved' });
    } finally {
      await connection.close();
    }
  });

  it('let go of the connection of a worker that has ended, while those of another go on', async () => {
    const { folder, ports } = await makePlace();
    const taskQueue = `agents-apart-${randomUUID()}`;
    const [one, other] = await Promise.all([1, 2].map(() => NativeConnection.connect({ address: environment.address })));
    const plugin = new KamachiqPlugin(ports, { agents: { slots: 2 } });
    const make = (connection: NativeConnection) => Worker.create({ connection, taskQueue, workflowBundle, plugins: [plugin] });
    const [first, second] = [await make(one!), await make(other!)];
    await first.runUntil(async () => {
      await second.runUntil(() => runProject(environment.client, taskQueue, folder));
      await other!.close();
      expect(await runProject(environment.client, taskQueue, folder)).toMatchObject({ status: 'approved' });
    });
    await one!.close();
  });

  it('serve the same queue of two servers', async () => {
    const executable = { type: 'existing-path', path: process.env.KAMACHIQ_TEMPORAL_SERVER! } as const;
    const elsewhere = await TestWorkflowEnvironment.createLocal({ server: { executable } });
    try {
      const { folder, ports } = await makePlace();
      const taskQueue = `agents-apart-${randomUUID()}`;
      const plugin = new KamachiqPlugin(ports, { agents: { slots: 2 } });
      const places = [environment, elsewhere];
      const connections = await Promise.all(places.map(({ address }) => NativeConnection.connect({ address })));
      const [here, there] = await Promise.all(
        connections.map((connection) => Worker.create({ connection, taskQueue, workflowBundle, plugins: [plugin] })),
      );
      const results = await here!.runUntil(() =>
        there!.runUntil(() => Promise.all(places.map(({ client }) => runProject(client, taskQueue, folder)))),
      );
      expect(results.map(({ status }) => status)).toEqual(['approved', 'approved']);
      await Promise.all(connections.map((connection) => connection.close()));
    } finally {
      await elsewhere.teardown();
    }
  });

  it.each([
    ['sales', 'sales-agents'],
    ['sales-agents', 'sales'],
  ])('are not taken for a worker of the host: after %s it is refused %s, and serves it alone', async (first, second) => {
    const { folder, ports } = await makePlace();
    const prefix = randomUUID();
    const [taken, refused] = [`${prefix}-${first}`, `${prefix}-${second}`];
    const connection = await NativeConnection.connect({ address: environment.address });
    try {
      const make = (taskQueue: string, plugin: KamachiqPlugin) => Worker.create({ connection, taskQueue, workflowBundle, plugins: [plugin] });
      const plugin = new KamachiqPlugin(ports, { agents: { slots: 2 } });
      const worker = await make(taken, plugin);
      await worker.runUntil(async () => {
        await expect(make(refused, plugin)).rejects.toMatchObject({ code: 'pool.queue-taken' });
      });
      const alone = await make(refused, new KamachiqPlugin(ports, { agents: { slots: 2 } }));
      expect(await alone.runUntil(() => runProject(environment.client, refused, folder))).toMatchObject({ status: 'approved' });
    } finally {
      await connection.close();
    }
  });

  it('run on a worker of their own over a connection that has our plugin', async () => {
    const { folder, ports } = await makePlace();
    const taskQueue = `agents-apart-${randomUUID()}`;
    const plugin = new KamachiqPlugin(ports, { agents: { slots: 2 } });
    const connections = await Promise.all([1, 2].map(() => NativeConnection.connect({ address: environment.address, plugins: [plugin] })));
    const agents = await createAgentWorker(ports, { connection: connections[0]!, taskQueue, slots: 1 });
    expect([...agents.options.activities.keys()]).toEqual(['kamachiq.spawnAgent']);
    const host = await Worker.create({ connection: connections[1]!, taskQueue, workflowBundle });
    const result = await agents.runUntil(() => host.runUntil(() => runProject(environment.client, taskQueue, folder)));
    expect(result).toMatchObject({ status: 'approved' });
    await Promise.all(connections.map((connection) => connection.close()));
  });
});

/** Wraps payloads once more each time: what was encoded twice and decoded once is not what it was. */
const sealing: PayloadCodec = {
  encode: async (payloads) =>
    payloads.map((payload) => ({
      metadata: { encoding: Buffer.from('binary/sealed') },
      data: temporal.api.common.v1.Payload.encode(payload).finish(),
    })),
  decode: async (payloads) =>
    payloads.map((payload) =>
      Buffer.from(payload.metadata?.encoding ?? []).toString() === 'binary/sealed' ? temporal.api.common.v1.Payload.decode(payload.data!) : payload,
    ),
};
