import { randomUUID } from 'node:crypto';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { CrashWorker } from '../../src/testing/crash/crash-worker.js';
import { until } from '../support/until.js';
import { carryOutChaosProject } from './chaos-project.js';
import { useChaos } from './use-chaos.js';

/*
 * A worker and one of an earlier version on one queue, as while a host brings out a new release: each goes on with what the other began. The earlier one runs the same bundle, and
 * makes none of the changes that stand behind `patched`: what a release before all of them did, but for what it was not asked.
 */

const chaos = useChaos();

/** Or one of them might be done before the other begins. */
async function untilBothPoll(taskQueue: string): Promise<void> {
  const { workflowService } = chaos.temporal.environment.connection;
  await until(async () => {
    const { pollers } = await workflowService.describeTaskQueue({
      namespace: 'default',
      taskQueue: { name: taskQueue },
      taskQueueType: WORKFLOW_TASKS,
    });
    return pollers?.length === 2;
  });
}

/** As the server's protocol numbers the kinds of queues. */
const WORKFLOW_TASKS = 1;

describe('a project that two versions carry out at once', () => {
  it('comes to the same end, and replays on the current one', async () => {
    const taskQueue = `versions-${randomUUID()}`;
    const runId = randomUUID();
    const worked = { current: 0, earlier: 0 };
    const start = (version: 'current' | 'earlier') =>
      new CrashWorker(chaos.kit.worker(version), chaos.temporal.address, taskQueue, async () => {
        worked[version] += 1;
        return true;
      });
    const workers = [start('current'), start('earlier')];
    try {
      await untilBothPoll(taskQueue);
      const carriedOut = carryOutChaosProject({ address: chaos.temporal.address, taskQueue, runId }, chaos.kit.artifacts);
      const came = await Promise.race([carriedOut, ...workers.map(({ failure }) => failure)]);
      expect(came).toMatchObject({ result: { status: 'approved' } });
    } finally {
      await Promise.all(workers.map((worker) => worker.kill()));
    }
    expect(Math.min(worked.current, worked.earlier)).toBeGreaterThan(0);

    const { workflow } = chaos.temporal.environment.client;
    const histories = workflow.list({ query: `TaskQueue = "${taskQueue}"` }).intoHistories();
    const identities = new Set<string>();
    const markers = new Set<string>();
    const told = (async function* () {
      for await (const recorded of histories) {
        for (const { workflowTaskStartedEventAttributes: task, markerRecordedEventAttributes: marker } of (recorded.history as History).events ??
          []) {
          if (task?.identity != null) identities.add(task.identity);
          if (marker?.markerName != null) markers.add(marker.markerName);
        }
        yield recorded;
      }
    })();
    let replayed = 0;
    for await (const { error } of Worker.runReplayHistories({ workflowBundle: { codePath: chaos.kit.bundle } }, told)) {
      expect(error).toBeUndefined();
      replayed += 1;
    }
    // Seven tasks are started at most, a review, and the project, which may go on in other runs.
    expect(replayed).toBeGreaterThanOrEqual(8);
    // Both took workflow tasks.
    expect(identities.size).toBe(2);
    expect(markers).toEqual(new Set(['core_patch']));
  }, 300_000);
});
