import { randomUUID } from 'node:crypto';
import { NativeConnection } from '@temporalio/worker';
import { ScriptedModel } from 'kamachiq/testing';
import { createReviewWorker } from 'kamachiq/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noSandbox } from '../support/no-sandbox.js';
import { isJudgement, judgement, write } from '../support/scripted-answers.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

/** Names of activities and the queues that they were taken from, of one workflow. */
async function placesOf(workflowId: string): Promise<readonly string[]> {
  const { events } = await temporal.environment.client.workflow.getHandle(workflowId).fetchHistory();
  return events!.flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
    scheduled == null ? [] : [`${scheduled.activityType!.name} on ${scheduled.taskQueue!.name}`],
  );
}

describe('reviews on a queue of their own', () => {
  it('are done by the worker of that queue alone, of tasks and of the whole, and of those that are worked over', { timeout: 60_000 }, async () => {
    const asked: string[] = [];
    const host = new ScriptedModel((request) => {
      if (isJudgement(request)) throw new Error('The host was asked for a judgement.');
      return write(request);
    });
    const judge = new ScriptedModel((request) => {
      asked.push(isJudgement(request) ? 'judgement' : 'work');
      // The first document is worked over.
      return isJudgement(request) ? judgement(asked.length <= 2 ? 2 : 10) : write(request);
    });
    const taskQueue = `reviews-${randomUUID()}`;
    const connection = await NativeConnection.connect({ address: temporal.environment.address });
    try {
      const reviewer = await createReviewWorker(
        { model: judge, sandbox: noSandbox, artifacts: temporal.artifacts() },
        { connection, taskQueue, slots: 2 },
      );
      const { projectId, result, first } = await reviewer.runUntil(
        temporal.withWorker(
          { model: host },
          async (client) => {
            const handle = await client.submit(specWithTasks([documentTask('a'), documentTask('b', ['a'])]));
            const result = await handle.result();
            return { projectId: handle.projectId, result, first: (await handle.status()).tasks[0]!.workflowId! };
          },
          { taskQueue, agents: null, reviewsApart: true },
        ),
      );
      expect(result).toMatchObject({ status: 'approved', metrics: { tasks: { succeeded: 2 } } });
      expect(new Set(asked)).toEqual(new Set(['judgement']));
      const [project, task] = await Promise.all([placesOf(projectId), placesOf(first)]);
      const review = `kamachiq.evaluateQuality on ${taskQueue}-reviews`;
      expect(new Set(task)).toEqual(new Set([`kamachiq.spawnAgent on ${taskQueue}`, review]));
      expect(task.filter((place) => place === review).length).toBeGreaterThan(1);
      expect(project.filter((place) => place.includes('evaluateQuality'))).toContain(review);
      expect(project.filter((place) => place.endsWith('-reviews'))).toEqual(project.filter((place) => place.includes('evaluateQuality')));
    } finally {
      await connection.close();
    }
  });

  it('need at least one slot', async () => {
    const connection = await NativeConnection.connect({ address: temporal.environment.address });
    const ports = { model: new ScriptedModel(() => ''), sandbox: noSandbox, artifacts: temporal.artifacts() };
    await expect(createReviewWorker(ports, { connection, taskQueue: 'q', slots: 0 })).rejects.toMatchObject({ code: 'pool.invalid-slots' });
    await connection.close();
  });
});
