import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { ProjectInput, ProjectProgress, ProjectResult, RegisteredActivities } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentPoolInput, agentPoolQuery } from '../../src/agent-pool-workflow.js';
import { POOL } from '../support/leased-project-workflows.js';
import { scriptedActivities, verdict, withActivities } from '../support/scripted-activities.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { until } from '../support/until.js';

/* Projects whose agents lease their slots from the workflow of a pool, on a real server, with scripted activities. */

const WORKFLOWS = new URL('../support/leased-project-workflows.ts', import.meta.url);
const SLOTS = 10;

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  const executable = { type: 'existing-path', path: process.env.KAMACHIQ_TEMPORAL_SERVER! } as const;
  environment = await TestWorkflowEnvironment.createLocal({ server: { executable } });
});
afterAll(async () => environment?.teardown());

const projectOf = (tasks: number, name = 't'): ProjectInput => ({
  // By this, recorded histories are known to lease.
  projectId: `leased-${randomUUID()}`,
  spec: specWithTasks(
    Array.from({ length: tasks }, (_, index) => documentTask(`${name}${index}`)),
    { budgetTotal: 1_000_000 },
  ),
  seed: 0,
});
const start = (taskQueue: string, input: ProjectInput) =>
  environment.client.workflow.start<(value: ProjectInput) => Promise<ProjectResult>>('KamachiqProjectWorkflow', {
    taskQueue,
    workflowId: input.projectId,
    args: [input],
  });
const lookAtPool = () => environment.client.workflow.getHandle(POOL).query(agentPoolQuery);

/** Keeps an agent at work, whose heart beats meanwhile. */
const waitUntil = (over: () => boolean) =>
  until(async () => {
    Context.current().heartbeat();
    return over();
  });

/** Works beside a worker of such projects and their pool. */
async function withPool<Result>(activities: RegisteredActivities, work: (taskQueue: string) => Promise<Result>): Promise<Result> {
  return withActivities(
    environment,
    activities,
    async (taskQueue) => {
      const pool = await environment.client.workflow.start<(input: AgentPoolInput) => Promise<void>>('AgentPoolWorkflow', {
        taskQueue,
        workflowId: POOL,
        args: [{ slots: SLOTS }],
      });
      try {
        return await work(taskQueue);
      } finally {
        await pool.cancel();
        // Cancelled is what it was to be.
        await pool.result().catch(() => undefined);
      }
    },
    WORKFLOWS,
  );
}

describe('projects that lease their agents', () => {
  it(`have no more than ${SLOTS} agents at work together, and all finish`, async () => {
    let [working, most] = [0, 0];
    let open = false;
    const plain = scriptedActivities();
    const activities = scriptedActivities({
      'kamachiq.spawnAgent': async (input) => {
        working += 1;
        most = Math.max(most, working);
        await waitUntil(() => open);
        working -= 1;
        return plain['kamachiq.spawnAgent'](input);
      },
    });
    await withPool(activities, async (taskQueue) => {
      const handles = await Promise.all([1, 2, 3, 4, 5].map(() => start(taskQueue, projectOf(6))));
      // All thirty have asked, and whoever was granted a lease is at work.
      await until(async () => {
        const { busy, queued } = await lookAtPool();
        return busy + queued === 30 && working === busy;
      });
      const atWork = working;
      open = true;
      const results = await Promise.all(handles.map((handle) => handle.result()));
      expect(results.map(({ status }) => status)).toEqual(Array(5).fill('approved'));
      expect([atWork, most]).toEqual([SLOTS, SLOTS]);
    });
  });

  it('hold no slot while twenty tasks wait for people', async () => {
    let working = 0;
    let together = false;
    const plain = scriptedActivities();
    const activities = scriptedActivities({
      'kamachiq.spawnAgent': async (input) => {
        if (input.task.id.startsWith('doubtful')) return plain['kamachiq.spawnAgent'](input);
        working += 1;
        // All of them at once, or never.
        together ||= working === SLOTS;
        await waitUntil(() => together);
        return plain['kamachiq.spawnAgent'](input);
      },
      'kamachiq.evaluateQuality': async (input) => {
        const result = await plain['kamachiq.evaluateQuality'](input);
        const doubtful = input.task?.id.startsWith('doubtful') === true;
        return doubtful ? { ...result, verdict: verdict('ask-person') } : result;
      },
    });
    await withPool(activities, async (taskQueue) => {
      const doubtful = await start(taskQueue, projectOf(20, 'doubtful'));
      const look = () => doubtful.query<ProjectProgress>('kamachiq.status');
      await until(async () => (await look().catch(() => null))?.reviews.length === 20);
      expect((await look()).tasks.every(({ state }) => state === 'waiting-for-person')).toBe(true);
      await until(async () => (await lookAtPool()).busy === 0);
      expect(await lookAtPool()).toMatchObject({ slots: SLOTS, busy: 0, queued: 0 });
      expect(await (await start(taskQueue, projectOf(SLOTS))).result()).toMatchObject({ status: 'approved' });
      expect((await look()).reviews).toHaveLength(20);
      await doubtful.cancel();
      await expect(doubtful.result()).rejects.toThrow();
    });
  });

  it('fail where no pool runs, with the reason, and nothing is charged', async () => {
    const result = await withActivities(
      environment,
      scriptedActivities(),
      async (taskQueue) => (await start(taskQueue, projectOf(1))).result(),
      WORKFLOWS,
    );
    expect(result).toMatchObject({ status: 'failed', metrics: { spend: { tokensSpent: 0 } } });
    expect(result.reason).toContain('kamachiq.pool.not-running');
  });
});
