import { randomUUID } from 'node:crypto';
import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { EvaluateQualityInput, FinalizeProjectInput, ProjectInput, RegisteredActivities } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleWorkflows } from '../support/bundle-workflows.js';
import { reference, runProject, scriptedActivities, smallProject, startTimeSkipping } from '../support/scripted-activities.js';
import { documentTask, specWithTasks } from '../support/specs.js';

/* What is more than people read goes to the store beside the history, or into it where that can't be: the real workflows, with scripted activities. */

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTimeSkipping();
});
afterAll(async () => environment?.teardown());

/** So many that neither what they made nor what became of them is left in the history. */
const TASKS = 90;

const largeProject = (): ProjectInput => {
  const tasks = Array.from({ length: TASKS }, (_, index) => documentTask(`t${index}`));
  return { ...smallProject(), spec: specWithTasks(tasks, { budgetTotal: 1_000_000 }) };
};

/** Activities, and what they were told that is large. */
function watched(keepText: RegisteredActivities['kamachiq.keepText']) {
  const scripted = scriptedActivities();
  const told = { texts: 0, reviews: [] as EvaluateQualityInput[], reports: [] as FinalizeProjectInput[], parts: [] as unknown[] };
  const activities = scriptedActivities({
    'kamachiq.keepText': async (input) => {
      told.texts += 1;
      return keepText(input);
    },
    'kamachiq.evaluateQuality': async (input) => {
      if (input.task === null) told.reviews.push(input);
      return scripted['kamachiq.evaluateQuality'](input);
    },
    'kamachiq.finalizeProject': async (input) => {
      told.reports.push(input);
      return scripted['kamachiq.finalizeProject'](input);
    },
    'kamachiq.finalizeFromParts': async ({ parts }) => {
      told.parts.push(...parts);
      return scripted['kamachiq.finalizeFromParts']({ parts });
    },
  });
  return { activities, told };
}

const APPROVED = { status: 'approved', metrics: { tasks: { total: TASKS, succeeded: TASKS } } };

describe('what a project of many tasks hands on', () => {
  it('is stored by the worker itself, and not in the history', async () => {
    const { activities, told } = watched(async () => {
      expect(activityInfo().isLocal).toBe(true);
      return reference('8');
    });
    const input = largeProject();
    expect(await runProject(environment, activities, input)).toMatchObject(APPROVED);
    expect(told).toMatchObject({ texts: 2, reviews: [{ manifests: [], manifestList: reference('8') }], reports: [], parts: [reference('8')] });
    const { events } = await environment.client.workflow.getHandle(input.projectId).fetchHistory();
    const largest = Math.max(
      ...events!.map(({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.input?.payloads?.[0]?.data?.length ?? 0),
    );
    expect(largest).toBeLessThan(TASKS * 100 * 3);
  });

  it('is told as it is where the store fails the worker, which asks it once', async () => {
    const { activities, told } = watched(async () => {
      throw ApplicationFailure.create({ message: 'The disk is full.' });
    });
    expect(await runProject(environment, activities, largeProject())).toMatchObject(APPROVED);
    expect(told).toMatchObject({ texts: 2, parts: [] });
    expect(told.reviews.map(({ manifests, manifestList }) => [manifests.length, manifestList])).toEqual([[TASKS, undefined]]);
    expect(told.reports.map(({ tasks }) => tasks.length)).toEqual([TASKS]);
  });

  it.each([
    ['no activities', {}],
    ['activities of its host alone', { greet: async () => 'Good day.' }],
  ])('is told as it is where the worker of the workflows has %s', async (_, own) => {
    const { activities, told } = watched(async () => reference('8'));
    const taskQueue = `test-${randomUUID()}`;
    const connection = environment.nativeConnection;
    const workflowBundle = await bundleWorkflows(new URL('../../src/workflows.ts', import.meta.url));
    const input = largeProject();
    const workers = await Promise.all([
      Worker.create({
        connection,
        taskQueue,
        workflowBundle,
        ...(Object.keys(own).length === 0 ? {} : { activities: own }),
        enableNonLocalActivities: false,
      }),
      Worker.create({ connection, taskQueue, activities }),
    ]);
    const running = workers.map((worker) => worker.run());
    try {
      const options = { taskQueue, workflowId: input.projectId, args: [input], workflowExecutionTimeout: '30 days' as const };
      expect(await environment.client.workflow.execute('KamachiqProjectWorkflow', options)).toMatchObject(APPROVED);
    } finally {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
    }
    expect(told).toMatchObject({ texts: 0, parts: [] });
    expect(told.reports.map(({ tasks }) => tasks.length)).toEqual([TASKS]);
  });
});
