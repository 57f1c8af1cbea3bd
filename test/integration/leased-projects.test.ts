import { randomUUID } from 'node:crypto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { ProjectInput, ProjectResult } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentPoolInput, agentPoolQuery } from '../../src/agent-pool-workflow.js';
import { POOL } from '../support/leased-project-workflows.js';
import { scriptedActivities, withActivities } from '../support/scripted-activities.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { until } from '../support/until.js';

/* Projects whose agents lease their slots from the workflow of a pool, on a real server, with scripted activities. */

const WORKFLOWS = new URL('../support/leased-project-workflows.ts', import.meta.url);
const SLOTS = 3;

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  const executable = { type: 'existing-path', path: process.env.KAMACHIQ_TEMPORAL_SERVER! } as const;
  environment = await TestWorkflowEnvironment.createLocal({ server: { executable } });
});
afterAll(async () => environment?.teardown());

const projectOf = (tasks: number): ProjectInput => ({
  projectId: randomUUID(),
  spec: specWithTasks(Array.from({ length: tasks }, (_, index) => documentTask(`t${index}`))),
  seed: 0,
});
const start = (taskQueue: string, input: ProjectInput) =>
  environment.client.workflow.start<(value: ProjectInput) => Promise<ProjectResult>>('KamachiqProjectWorkflow', {
    taskQueue,
    workflowId: input.projectId,
    args: [input],
  });

describe('projects that lease their agents', () => {
  it(`have no more than ${SLOTS} agents at work together, and all finish`, async () => {
    let [working, most] = [0, 0];
    const plain = scriptedActivities();
    const activities = {
      ...plain,
      'kamachiq.spawnAgent': async (input: Parameters<(typeof plain)['kamachiq.spawnAgent']>[0]) => {
        working += 1;
        most = Math.max(most, working);
        // Others come meanwhile, or it is let go with the last of them.
        await until(async () => working >= SLOTS || (await queued()) === 0);
        working -= 1;
        return plain['kamachiq.spawnAgent'](input);
      },
    };
    const queued = async () => (await environment.client.workflow.getHandle(POOL).query(agentPoolQuery)).queued;
    await withActivities(
      environment,
      activities,
      async (taskQueue) => {
        const pool = await environment.client.workflow.start<(input: AgentPoolInput) => Promise<void>>('AgentPoolWorkflow', {
          taskQueue,
          workflowId: POOL,
          args: [{ slots: SLOTS }],
        });
        try {
          const handles = await Promise.all([1, 2, 3, 4, 5].map(() => start(taskQueue, projectOf(4))));
          const results = await Promise.all(handles.map((handle) => handle.result()));
          expect(results.map(({ status }) => status)).toEqual(Array(5).fill('approved'));
          expect(most).toBe(SLOTS);
        } finally {
          await pool.cancel();
          // Cancelled is what it was to be.
          await pool.result().catch(() => undefined);
        }
      },
      WORKFLOWS,
    );
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
