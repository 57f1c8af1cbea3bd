import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AgentPoolInput,
  type AgentPoolWorkflow,
  agentPoolQuery,
  releaseLeaseSignal,
  requestLeaseSignal,
  setPoolSlotsUpdate,
} from '../../src/agent-pool-workflow.js';
import type { LeasingActivities, LeasingInput, LeasingTaskWorkflow } from '../support/leasing-workflows.js';
import { quietLogger } from '../support/quiet-runtime.js';
import { until } from '../support/until.js';

let environment: TestWorkflowEnvironment;
let workflowBundle: WorkflowBundleWithSourceMap;
beforeAll(async () => {
  const workflowsPath = fileURLToPath(new URL('../support/leasing-workflows.ts', import.meta.url));
  workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: quietLogger });
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
  #let: () => void = () => undefined;
  readonly #open = new Promise<void>((resolve) => {
    this.#let = resolve;
  });

  letAllGo(): void {
    this.#let();
  }

  agent = async (group: string): Promise<void> => {
    const { info, cancellationSignal } = Context.current();
    const beat = setInterval(() => Context.current().heartbeat(), 200);
    Context.current().heartbeat();
    this.log.push(group);
    this.working.set(info.workflowExecution!.workflowId, group);
    this.most = Math.max(this.most, this.working.size);
    try {
      const cancelled = new Promise<never>((_, reject) => cancellationSignal.addEventListener('abort', () => reject(cancellationSignal.reason)));
      await Promise.race([this.#open, cancelled]);
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

describe('AgentPoolWorkflow', () => {
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

  it('is missed by name where nobody started it', async () => {
    await withPool({ slots: 1 }, async ({ start, agents }) => {
      const task = await start({ pool: 'no-such-pool' });
      await expect(task.result()).rejects.toMatchObject({ cause: { type: 'kamachiq.pool.not-running' } });
      expect(agents.log).toEqual([]);
    });
  });
});
