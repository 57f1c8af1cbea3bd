import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { ArtifactReference } from 'kamachiq';
import { sweepArtifacts } from 'kamachiq/client';
import { FilesystemArtifactStore } from 'kamachiq/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleWorkflows } from '../support/bundle-workflows.js';
import { until } from '../support/until.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TASK_QUEUE = 'sweeps';

let environment: TestWorkflowEnvironment;
let worker: Worker;
let working: Promise<void>;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-sweep-'));
  environment = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: process.env.KAMACHIQ_TEMPORAL_SERVER! },
    },
  });
  worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: TASK_QUEUE,
    workflowBundle: await bundleWorkflows(new URL('../support/continued-workflows.ts', import.meta.url)),
  });
  working = worker.run();
});
afterAll(async () => {
  worker?.shutdown();
  await working;
  await environment?.teardown();
  await rm(folder, { recursive: true, force: true });
});

async function openStore() {
  const place = join(folder, randomUUID());
  const store = new FilesystemArtifactStore(place);
  const put = async (text: string, age = 0): Promise<ArtifactReference> => {
    const reference = await store.doPut(new TextEncoder().encode(text), 'text/plain');
    const then = new Date(Date.now() - age);
    await utimes(join(place, reference.sha256.slice(0, 2), reference.sha256), then, then);
    return reference;
  };
  const has = (reference: ArtifactReference) =>
    store.doGet(reference).then(
      () => true,
      (error: { readonly code: unknown }) => error.code !== 'artifact.missing',
    );
  return { store, put, has };
}

/** A project that is listed, with its first run. */
async function startProject(workflowType = 'KamachiqProjectWorkflow') {
  const { client } = environment;
  const handle = await client.workflow.start(workflowType, { taskQueue: TASK_QUEUE, workflowId: `project-${randomUUID()}` });
  const runs = async () => {
    const found: { readonly runId: string; readonly open: boolean }[] = [];
    for await (const { runId, status } of client.workflow.list({ query: `WorkflowId = "${handle.workflowId}"` })) {
      found.push({ runId, open: status.name === 'RUNNING' });
    }
    return found;
  };
  await until(async () => (await runs()).some(({ open }) => open));
  const project = client.workflow.getHandle(handle.workflowId);
  const { startTime } = await project.describe();
  return {
    firstRunId: handle.firstExecutionRunId,
    workflowId: handle.workflowId,
    startTime,
    goOn: async () => {
      const before = (await runs()).length;
      await project.signal('go-on');
      await until(async () => (await runs()).length > before && (await runs()).some(({ open }) => open));
    },
    end: async () => {
      await project.signal('end');
      await project.result();
      await until(async () => (await runs()).every(({ open }) => !open));
    },
  };
}

const in60Days = () => new Date(Date.now() + 60 * DAY);

describe('sweepArtifacts', () => {
  it('removes what is older than the days where no project is', async () => {
    const { store, put, has } = await openStore();
    const [old, young] = [await put('old', 40 * DAY), await put('young', 20 * DAY)];
    const now = new Date();
    const asked = { client: environment.client, store, keepDays: 30, now };
    const before = new Date(now.getTime() - 30 * DAY - HOUR);
    expect(await sweepArtifacts({ ...asked, dryRun: true })).toEqual({ contents: 1, bytes: 3, before, projects: 0 });
    expect(await has(old)).toBe(true);
    expect(await sweepArtifacts(asked)).toEqual({ contents: 1, bytes: 3, before, projects: 0 });
    expect([await has(old), await has(young)]).toEqual([false, true]);
  });

  it('keeps what a project put as long as it runs, however often it continues as new, and for some days longer', async () => {
    const { store, put, has } = await openStore();
    const project = await startProject();
    const used = await put('used');
    const old = await put('old', 2 * HOUR);
    const asked = { client: environment.client, store, keepDays: 30, now: in60Days() };
    const sinceItBegan = { before: new Date(project.startTime.getTime() - HOUR), projects: 1 };
    expect(await sweepArtifacts(asked)).toEqual({ contents: 1, bytes: 3, ...sinceItBegan });
    expect([await has(used), await has(old)]).toEqual([true, false]);

    for (let run = 0; run < 2; run += 1) await project.goOn();
    expect(await sweepArtifacts(asked)).toEqual({ contents: 0, bytes: 0, ...sinceItBegan });

    await project.end();
    expect(await sweepArtifacts({ ...asked, now: new Date(Date.now() + 29 * DAY) })).toMatchObject({ contents: 0, projects: 1 });
    expect(await has(used)).toBe(true);
    expect(await sweepArtifacts(asked)).toMatchObject({ contents: 1, bytes: 4, projects: 0 });
    expect(await has(used)).toBe(false);
  });

  // The server takes half a minute to forget.
  it.skipIf(process.env.KAMACHIQ_TEST_FULL !== '1')(
    'keeps what a project put whose first run the server has forgotten [needs npm run test:full]',
    async () => {
      const { store, put, has } = await openStore();
      const project = await startProject();
      const used = await put('used');
      await project.goOn();
      // The server keeps no run longer than its retention, also of a project that goes on.
      await forget(project.workflowId, project.firstRunId);
      const { before } = await sweepArtifacts({ client: environment.client, store, keepDays: 30, now: in60Days() });
      expect(Math.abs(before.getTime() - (project.startTime.getTime() - HOUR))).toBeLessThan(1_000);
      expect(await has(used)).toBe(true);
      await project.end();
    },
  );

  it('asks for projects under the names that hosts gave them, also names that can’t be asked for', async () => {
    const { store, put, has } = await openStore();
    const project = await startProject('HostsOwnProjects');
    const used = await put('used');
    const asked = { client: environment.client, store, keepDays: 30, now: in60Days() };
    for (const workflowTypes of [['HostsOwnProjects'], ['HostsOwnProjects', 'x" OR "'], ['KamachiqProjectWorkflow', 'HostsOwnProjects']]) {
      expect(await sweepArtifacts({ ...asked, workflowTypes })).toMatchObject({ contents: 0, projects: 1 });
    }
    expect(await sweepArtifacts(asked)).toMatchObject({ contents: 1, projects: 0 });
    expect(await has(used)).toBe(false);
    await project.end();
  });

  it('refuses days that are none, and a store that keeps everything', async () => {
    const { store } = await openStore();
    const { client } = environment;
    for (const keepDays of [-1, Number.NaN, Number.POSITIVE_INFINITY, '30' as unknown as number]) {
      await expect(sweepArtifacts({ client, store, keepDays })).rejects.toMatchObject({ code: 'input.invalid' });
    }
    const keeper = { specificationVersion: 1, doPut: store.doPut.bind(store), doGet: store.doGet.bind(store) } as const;
    await expect(sweepArtifacts({ client, store: keeper, keepDays: 30 })).rejects.toMatchObject({ code: 'client.store-keeps-all' });
  });
});

async function forget(workflowId: string, runId: string): Promise<void> {
  const { client } = environment;
  await client.workflowService.deleteWorkflowExecution({ namespace: 'default', workflowExecution: { workflowId, runId } });
  await until(() =>
    client.workflow
      .getHandle(workflowId, runId)
      .describe()
      .then(
        () => false,
        () => true,
      ),
  );
}
