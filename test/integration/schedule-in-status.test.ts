import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { KamachiqClient } from 'kamachiq/client';
import type { ProjectInput, ProjectResult, ReportedTask } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpacked } from '../../src/workflow/packed-json.js';
import { scriptedActivities, startTimeSkipping, verdict, withActivities } from '../support/scripted-activities.js';
import { documentTask, specWithTasks } from '../support/specs.js';

/* The certificate of a project whose tasks wait for people, on the time-skipping server. */

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTimeSkipping();
});
afterAll(async () => environment?.teardown());

const MINUTE = 60_000;

/** More than there are slots. */
const tasks = Array.from({ length: 25 }, (_, number) => documentTask(`t${number}`));

describe('the certificate in the status of a project', () => {
  it('takes no wait for a person for work: the lower bound is not above the makespan', async () => {
    let reported: readonly ReportedTask[] = [];
    const activities = scriptedActivities({
      'kamachiq.finalizeProject': async (input) => {
        reported = unpacked(input.tasks);
        return scriptedActivities()['kamachiq.finalizeProject'](input);
      },
      'kamachiq.evaluateQuality': async (input) => {
        const answer = await scriptedActivities()['kamachiq.evaluateQuality'](input);
        return input.task === null ? answer : { ...answer, verdict: verdict('ask-person') };
      },
    });
    const input: ProjectInput = {
      projectId: randomUUID(),
      spec: specWithTasks(tasks, { timeoutMinutes: 1_000, budgetTotal: 1_000_000 }),
      seed: 0,
      reviewTimeoutMinutes: 60,
    };
    const status = await withActivities(environment, activities, async (taskQueue) => {
      await environment.client.workflow.execute<(value: ProjectInput) => Promise<ProjectResult>>('KamachiqProjectWorkflow', {
        taskQueue,
        workflowId: input.projectId,
        args: [input],
        workflowExecutionTimeout: '30 days',
      });
      return new KamachiqClient(environment.client, { taskQueue }).project(input.projectId).status();
    });
    for (const { startedAt, escalatedAt, finishedAt } of status.tasks) {
      expect(escalatedAt).toBeGreaterThanOrEqual(startedAt!);
      expect(finishedAt! - escalatedAt!).toBeGreaterThanOrEqual(60 * MINUTE);
    }
    expect(reported.map(({ escalatedAt }) => escalatedAt)).toEqual(status.tasks.map(({ escalatedAt }) => escalatedAt));
    const { ratio, workMilliseconds, makespanMilliseconds, grahamBoundMilliseconds } = status.schedule;
    expect(makespanMilliseconds).toBeGreaterThanOrEqual(60 * MINUTE);
    expect(workMilliseconds).toBeLessThan(60 * MINUTE);
    expect(ratio).toBeGreaterThanOrEqual(1);
    expect(makespanMilliseconds).toBeLessThanOrEqual(grahamBoundMilliseconds);
  });
});
