import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkflowBundlePath } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AgentPoolInput,
  type AgentPoolWorkflow,
  agentPoolQuery,
  releaseLeaseSignal,
  requestLeaseSignal,
  setPoolSlotsUpdate,
} from '../../src/agent-pool-workflow.js';
import { bundleWorkflows } from '../support/bundle-workflows.js';
import type { LeasingActivities, LeasingInput, LeasingTaskWorkflow } from '../support/leasing-workflows.js';
import { until } from '../support/until.js';

let environment: TestWorkflowEnvironment;
let workflowBundle: WorkflowBundlePath;
beforeAll(async () => {
  workflowBundle = await bundleWorkflows(new URL('../support/leasing-workflows.ts', import.meta.url));
  environment = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: process.env.KAMACHIQ_TEMPORAL_SERVER! },
      extraArgs: ['--dynamic-config-value', 'history.timerProcessorMaxTimeShift="10ms"'],
    },
  });
});
afterAll(async () => environment?.teardown());

/** Agents that note who is at work, and go on when they are let. */
class Agents implements LeasingActivities {
  readonly log: string[] = [];
  readonly working = new Map<string, string>();
  most = 0;
  readonly #letOne = new Map<string, () => void>();
  #let: () => void = () => undefined;
  readonly #open = new Promise<void>((resolve) => {
    this.#let = resolve;
  });

  letAllGo(): void {
    this.#let();
  }

  /** Lets the agent of a workflow go that is at work now. */
  letGo(workflowId: string): void {
    this.#letOne.get(workflowId)!();
  }

  agent = async (group: string): Promise<void> => {
    const { info, cancellationSignal } = Context.current();
    const alone = new Promise<void>((resolve) => this.#letOne.set(info.workflowExecution!.workflowId, resolve));
    const beat = setInterval(() => Context.current().heartbeat(), 200);
    Context.current().heartbeat();
    this.log.push(group);
    this.working.set(info.workflowExecution!.workflowId, group);
    this.most = Math.max(this.most, this.working.size);
    try {
      const cancelled = new Promise<never>((_, reject) => cancellationSignal.addEventListener('abort', () => reject(cancellationSignal.reason)));
      await Promise.race([this.#open, alone, cancelled]);
    } finally {
      clearInterval(beat);
      this.working.delete(info.workflowExecution!.workflowId);
    }
  };
}

interface Place {
  readonly agents: Agents;
  readonly pool: WorkflowHandleWithFirstExecutionRunId<typeof AgentPoolWorkflow>;
  readonly start: (input?: Partial<LeasingInput>) => Promise<WorkflowHandle<typeof LeasingTaskWorkflow>>;
}

/** Works beside a pool and a worker whose agents wait until they are let go. */
async function withPool(input: AgentPoolInput, work: (place: Place) => Promise<void>): Promise<void> {
  const taskQueue = `leases-${randomUUID()}`;
  const agents = new Agents();
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowBundle,
    activities: { agent: agents.agent },
    maxHeartbeatThrottleInterval: '100 milliseconds',
  });
  await worker.runUntil(async () => {
    const { workflow } = environment.client;
    const pool = await workflow.start<typeof AgentPoolWorkflow>('AgentPoolWorkflow', {
      taskQueue,
      workflowId: `pool-${randomUUID()}`,
      args: [input],
    });
    const start = (given: Partial<LeasingInput> = {}) =>
      workflow.start<typeof LeasingTaskWorkflow>('LeasingTaskWorkflow', {
        taskQueue,
        workflowId: `task-${randomUUID()}`,
        args: [{ pool: pool.workflowId, group: 'g', urgency: 0, attempts: 1, ...given }],
      });
    try {
      await work({ agents, pool, start });
    } finally {
      agents.letAllGo();
      // Only a pool that runs to the end of its test was well until then.
      await workflow.getHandle(pool.workflowId).cancel();
    }
  });
}

const statusOf = ({ pool }: Place) => environment.client.workflow.getHandle(pool.workflowId).query(agentPoolQuery);

/** Why tasks of the pool's first run failed. That something came in between, or more than the server keeps until a task is done, is no failure of theirs. */
const failuresOf = async ({ workflowId, firstExecutionRunId }: Place['pool']) => {
  const { events } = await environment.client.workflow.getHandle(workflowId, firstExecutionRunId).fetchHistory();
  const messages = (events ?? []).map(({ workflowTaskFailedEventAttributes: failed }) => failed?.failure?.message ?? 'UnhandledCommand');
  return messages.filter((message) => message !== 'UnhandledCommand');
};

describe('AgentPoolWorkflow', () => {
  it.each([
    [
      [],
      /^Expected AgentPoolWorkflow to be started with one object that has slots, a whole number of at least 1, got undefined\. .*args: \[\{ slots: 10 \}\]/,
    ],
    [[null], /got null\. /],
    [[10], /got 10\. /],
    [[{}], /got slots undefined\. /],
    [[{ slots: '10' }], /got slots "10"\. /],
    [[{ slots: 0 }], /got slots 0\. /],
    [[{ slots: 2.5 }], /got slots 2\.5\. /],
    [[{ slots: 2, checkSeconds: '60' }], /^Expected checkSeconds to be a number above 0, got "60"\. /],
    [[{ slots: 2, checkSeconds: -1 }], /^Expected checkSeconds to be a number above 0, got -1\. /],
    [[{ slots: 2, maximumEvents: null }], /^Expected maximumEvents to be a number above 0, got null\. /],
  ])('fails at once, and says why, when it is started with %j', async (args, message) => {
    const taskQueue = `leases-${randomUUID()}`;
    const worker = await Worker.create({ connection: environment.nativeConnection, taskQueue, workflowBundle });
    const started = worker.runUntil(
      environment.client.workflow.execute('AgentPoolWorkflow', { taskQueue, workflowId: randomUUID(), args, workflowTaskTimeout: '60 seconds' }),
    );
    await expect(started).rejects.toMatchObject({
      cause: { type: 'kamachiq.pool.invalid-input', message: expect.stringMatching(message), nonRetryable: true },
    });
  });

  it('never leases more than its slots to five projects of twenty tasks, and continues as new with leases held', { timeout: 120_000 }, async () => {
    await withPool({ slots: 10, maximumEvents: 100 }, async (place) => {
      const { agents, pool, start } = place;
      const tasks = await Promise.all(
        Array.from({ length: 100 }, (_, index) => start({ group: `project-${index % 5}`, urgency: index, attempts: 2 })),
      );
      await until(async () => agents.working.size === 10);
      await until(async () => (await statusOf(place)).queued === 90);
      // It has continued as new at least once until now, and its leases with it.
      expect((await environment.client.workflow.getHandle(pool.workflowId).describe()).runId).not.toBe(pool.firstExecutionRunId);
      expect(await statusOf(place)).toMatchObject({ slots: 10, busy: 10 });
      agents.letAllGo();
      await Promise.all(tasks.map((task) => task.result()));
      expect(agents.most).toBe(10);
      expect(agents.log).toHaveLength(200);
      await until(async () => (await statusOf(place)).busy === 0);
      expect(await statusOf(place)).toEqual({ slots: 10, busy: 0, queued: 0, leases: [], waiting: [] });
    });
  });

  it('takes a lease back from a holder that was terminated, and from one that failed', async () => {
    await withPool({ slots: 2, checkSeconds: 1 }, async (place) => {
      const { agents, start } = place;
      const doomed = await start();
      const failing = await start({ fails: true });
      await until(async () => agents.working.size === 2);
      const waiting = await start();
      await until(async () => (await statusOf(place)).queued === 1);
      await doomed.terminate();
      await until(async () => agents.working.has(waiting.workflowId));
      agents.letAllGo();
      await expect(failing.result()).rejects.toThrow();
      await waiting.result();
      await until(async () => (await statusOf(place)).busy === 0);
    });
  });

  it('forgets who is cancelled while it waits or works', async () => {
    await withPool({ slots: 1 }, async (place) => {
      const { agents, start } = place;
      const working = await start();
      await until(async () => agents.working.size === 1);
      const waiting = await start();
      await until(async () => (await statusOf(place)).queued === 1);
      await waiting.cancel();
      await expect(waiting.result()).rejects.toThrow();
      expect(await statusOf(place)).toMatchObject({ busy: 1, queued: 0 });
      await working.cancel();
      await expect(working.result()).rejects.toThrow();
      await until(async () => (await statusOf(place)).busy === 0);
    });
  });

  it('changes its slots on the way, and refuses what is no number of slots', async () => {
    await withPool({ slots: 1 }, async (place) => {
      const { agents, pool, start } = place;
      const tasks = [await start(), await start(), await start()];
      await until(async () => (await statusOf(place)).queued === 2);
      await expect(pool.executeUpdate(setPoolSlotsUpdate, { args: [0] })).rejects.toMatchObject({ cause: { type: 'kamachiq.pool.invalid-slots' } });
      expect(await pool.executeUpdate(setPoolSlotsUpdate, { args: [2] })).toBe(1);
      await until(async () => agents.working.size === 2);
      agents.letAllGo();
      await Promise.all(tasks.map((task) => task.result()));
      expect(agents.most).toBe(2);
    });
  });

  it('takes no harm from what is no message, from messages that come twice, and from releases of what nobody has', async () => {
    await withPool({ slots: 1 }, async (place) => {
      const { agents, pool, start } = place;
      const task = await start();
      await until(async () => agents.working.size === 1);
      const [lease] = (await statusOf(place)).leases;
      for (const request of [null, 1, {}, { key: '' }, { ...lease, urgency: Number.NaN }, { ...lease, urgency: 1, weight: 0 }] as never[]) {
        await pool.signal(requestLeaseSignal, request);
      }
      for (const release of [null, 1, {}, { key: 'unknown' }] as never[]) await pool.signal(releaseLeaseSignal, release);
      // The holder asks again, twice: it is told again, and has one lease.
      for (let time = 0; time < 2; time += 1) await pool.signal(requestLeaseSignal, { ...lease!, urgency: 1 });
      // Somebody whose run never was: it would get a lease, and is found out at once.
      const nobody = { key: '__proto__', workflowId: 'nobody', runId: randomUUID(), group: 'constructor', urgency: 9 };
      await pool.signal(requestLeaseSignal, nobody);
      await until(async () => (await statusOf(place)).queued === 1);
      expect(await statusOf(place)).toMatchObject({ busy: 1, leases: [{ workflowId: task.workflowId }], waiting: [{ workflowId: 'nobody' }] });
      agents.letAllGo();
      await task.result();
      await until(async () => {
        const { busy, queued } = await statusOf(place);
        return busy + queued === 0;
      });
      expect(agents.log).toHaveLength(1);
    });
  });

  it.each([
    ['a run that can be none', { runId: 'x' }],
    ['an id of more bytes than any has', { workflowId: '長'.repeat(1_000) }],
    ['an id that is no text', { workflowId: 'w\ud800' }],
    ['itself', {}],
  ])('goes on after somebody asked in the name of %s', async (_, given) => {
    await withPool({ slots: 1 }, async ({ agents, pool, start }) => {
      const request = { key: 'k', workflowId: pool.workflowId, runId: pool.firstExecutionRunId, group: 'g', urgency: 9, ...given };
      await pool.signal(requestLeaseSignal, request);
      agents.letAllGo();
      const task = await start();
      await task.result();
      expect(await failuresOf(pool)).toEqual([]);
    });
  });

  it('goes on from a state of before with who can not be told and more groups than can be carried over', async () => {
    const nameOf = (index: number) => `${index}`.padStart(4, '0') + '長'.repeat(990);
    const doomed = { key: 'doomed', workflowId: 'w', runId: 'x', group: 'g', since: 0 };
    const idle = Array.from({ length: 690 }, (_, index) => [nameOf(index), 0] as const);
    const state = { pool: { slots: 1, turn: 0, holders: ['doomed'], groups: [], idle }, holders: [doomed], checkAt: null };
    await withPool({ slots: 1, maximumEvents: 100, checkSeconds: 1, state }, async ({ agents, pool, start }) => {
      const holder = { workflowId: pool.workflowId, runId: pool.firstExecutionRunId, urgency: 0 };
      for (let index = 0; index < 50; index += 1) {
        const key = `k${index}`;
        await pool.signal(requestLeaseSignal, { key, group: `${index}`.padStart(1_000, 'g'), ...holder });
        await pool.signal(releaseLeaseSignal, { key });
      }
      agents.letAllGo();
      await (await start()).result();
      await until(async () => (await environment.client.workflow.getHandle(pool.workflowId).describe()).runId !== pool.firstExecutionRunId);
      expect(await failuresOf(pool)).toEqual([]);
    });
  });

  it('sends no more grants at once than the server lets a workflow have on their way', async () => {
    const holders = Array.from({ length: 2_100 }, (_, index) => ({ key: `${index}`, workflowId: 'w', runId: randomUUID(), group: 'g', since: 0 }));
    const state = { pool: { slots: 2_100, turn: 0, holders: holders.map(({ key }) => key), groups: [], idle: [] }, holders, checkAt: 1 };
    // Somebody waits, and all leases are looked at.
    await withPool({ slots: 2_100, maximumEvents: 50_000, checkSeconds: 1, state }, async (place) => {
      place.agents.letAllGo();
      const task = await place.start();
      await task.result();
      expect(await failuresOf(place.pool)).toEqual([]);
      await until(async () => (await statusOf(place)).busy === 0);
    });
  });

  it('leases a slot each to attempts of one key, one after the other and at once', async () => {
    await withPool({ slots: 1 }, async (place) => {
      const { agents, start } = place;
      const twice = await start({ attempts: 2, key: 'same' });
      await until(async () => agents.working.has(twice.workflowId));
      const other = await start();
      await until(async () => (await statusOf(place)).queued === 1);
      agents.letGo(twice.workflowId);
      await until(async () => agents.working.has(other.workflowId));
      await until(async () => (await statusOf(place)).queued === 1);
      const together = await start({ attempts: 2, key: 'same', together: true });
      await until(async () => (await statusOf(place)).queued === 3);
      expect([...agents.working.keys()]).toEqual([other.workflowId]);
      agents.letAllGo();
      await Promise.all([twice, other, together].map((task) => task.result()));
      expect([agents.log.length, agents.most]).toEqual([5, 1]);
      await until(async () => (await statusOf(place)).busy === 0);
    });
  });

  it('is not asked by terms that it would take no notice of', async () => {
    await withPool({ slots: 1 }, async (place) => {
      for (const wrong of [{ group: '' }, { group: '長'.repeat(400) }, { key: 'k'.repeat(1_000) }, { urgency: null as never }]) {
        const task = await place.start(wrong);
        await expect(task.result()).rejects.toMatchObject({ cause: { type: 'kamachiq.pool.invalid-lease' } });
      }
      expect(await statusOf(place)).toMatchObject({ busy: 0, queued: 0 });
    });
  });

  it('is missed by name where nobody started it', async () => {
    await withPool({ slots: 1 }, async ({ start, agents }) => {
      const task = await start({ pool: 'no-such-pool' });
      await expect(task.result()).rejects.toMatchObject({ cause: { type: 'kamachiq.pool.not-running' } });
      expect(agents.log).toEqual([]);
    });
  });
});
