import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { HumanDecision, HumanReviewInput, ProjectInput, ProjectProgress, ProjectResult } from 'kamachiq/workflow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reference, scriptedActivities, smallProject, startTimeSkipping, verdict, withActivities } from '../support/scripted-activities.js';
import { until } from '../support/until.js';

/* Tasks outlive the runs of their project: what becomes of those that wait when an operator terminates it. The server lets hours pass in no time. */

let environment: TestWorkflowEnvironment;
// After a project was terminated the clock of this server stands still: each test has a server of its own.
beforeEach(async () => {
  environment = await startTimeSkipping();
});
afterEach(async () => environment?.teardown());

/** Starts a project whose first task waits for a person, terminates it or not, and lets hours pass. */
async function letHoursPass(terminates: boolean) {
  const activities = scriptedActivities({
    'kamachiq.evaluateQuality': async (input) => ({
      ...(await scriptedActivities()['kamachiq.evaluateQuality'](input)),
      verdict: verdict('ask-person'),
    }),
  });
  return withActivities(environment, activities, async (taskQueue) => {
    const input = { ...smallProject(), reviewTimeoutMinutes: 7 * 24 * 60 };
    const handle = await environment.client.workflow.start<(value: ProjectInput) => Promise<ProjectResult>>('KamachiqProjectWorkflow', {
      taskQueue,
      workflowId: input.projectId,
      args: [input],
    });
    const status = await until(async () => {
      const progress = await handle.query<ProjectProgress>('kamachiq.status');
      return progress.reviews.length > 0 && progress;
    });
    if (terminates) {
      // A child on its way to be cancelled doesn't keep this server from letting time pass up to the next timer of anybody: were that its own, it would be late.
      await nobodyDecides(taskQueue, 6 * 24 * 60);
      await handle.terminate();
      // While its end is waited for, the server lets time pass.
      await expect(environment.client.workflow.getHandle(status.tasks[0]!.workflowId!).result()).rejects.toThrow();
    } else await (await nobodyDecides(taskQueue, 5 * 60)).result();
    const statusOf = async (workflowId: string) => (await environment.client.workflow.getHandle(workflowId).describe()).status.name;
    const [task, review] = await Promise.all([statusOf(status.tasks[0]!.workflowId!), statusOf(status.reviews[0]!)]);
    if (!terminates) await handle.terminate();
    return { task, review };
  });
}

/** Starts a review that nobody decides: while its end is waited for, the server lets time pass. */
function nobodyDecides(taskQueue: string, timeoutMinutes: number) {
  const manifest = reference('a');
  const review: HumanReviewInput = {
    projectId: 'clock',
    subject: { kind: 'project' },
    reason: 'Time is to pass.',
    manifest,
    score: null,
    threshold: 0.8,
    findings: [],
    timeoutMinutes,
  };
  return environment.client.workflow.start<(value: HumanReviewInput) => Promise<HumanDecision>>('HumanReviewWorkflow', {
    taskQueue,
    workflowId: randomUUID(),
    args: [review],
    workflowExecutionTimeout: '30 days',
  });
}

describe('a task that waits for a person', () => {
  it('goes on waiting while its project runs', async () => {
    expect(await letHoursPass(false)).toEqual({ task: 'RUNNING', review: 'RUNNING' });
  });

  it('ends with its review some hours after its project was terminated', async () => {
    expect(await letHoursPass(true)).toEqual({ task: 'FAILED', review: 'CANCELLED' });
  });
});
