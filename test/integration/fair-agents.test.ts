import { writeFile } from 'node:fs/promises';
import { temporal as protocol } from '@temporalio/proto';
import { ScriptedModel } from 'kamachiq/testing';
import { describe, expect, it } from 'vitest';
import { readLog } from '../support/agent-log.js';
import { gateOf, LoggedRunner, logOf } from '../support/logged-runner.js';
import { write } from '../support/scripted-answers.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';
import { until } from '../support/until.js';

/** Several partitions of a queue are served in no order that anybody promises. */
const ONE_PARTITION = ['matching.numTaskqueueReadPartitions=1', 'matching.numTaskqueueWritePartitions=1'];

/** Which project each agent was of, in the order in which one slot served them: ten of the first waited, or worked, when three of the second came. */
async function orderOfAgents(settings: readonly string[]): Promise<readonly string[]> {
  const temporal = await TemporalFixture.start('dev', [...ONE_PARTITION, ...settings]);
  const { folder, environment } = temporal;
  const waiting = async (taskQueue: string) => {
    const { stats } = await environment.connection.workflowService.describeTaskQueue({
      namespace: 'default',
      taskQueue: { name: `${taskQueue}-agents` },
      taskQueueType: protocol.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
      reportStats: true,
    });
    return Number(stats?.approximateBacklogCount ?? 0);
  };
  try {
    await writeFile(logOf(folder), '');
    const ports = { model: new ScriptedModel((request) => write(request)), runner: new LoggedRunner(folder, 'host') };
    const names = await temporal.withWorker(
      ports,
      async (client, taskQueue) => {
        const submit = (tasks: number) => client.submit(specWithTasks(Array.from({ length: tasks }, (_, index) => documentTask(`t${index}`))));
        const first = await submit(10);
        await until(async () => (await waiting(taskQueue)) >= 9);
        const second = await submit(3);
        await until(async () => (await waiting(taskQueue)) >= 12);
        await Promise.all([first, second].map(({ projectId }) => writeFile(gateOf(folder, projectId), '')));
        await Promise.all([first.result(), second.result()]);
        return new Map([
          [first.projectId, 'first'],
          [second.projectId, 'second'],
        ]);
      },
      { agents: { slots: 1 } },
    );
    const begun = (await readLog(folder)).filter((line) => line.startsWith('begin '));
    return begun.map((line) => names.get(line.split(' ')[2]!)!);
  } finally {
    await temporal.stop();
  }
}

describe.concurrent('agents of two projects that wait for one slot', () => {
  it('get it in turns where the server is fair: those of the project that came late are done long before the others', async () => {
    const order = await orderOfAgents(['matching.enableFairness=true']);
    expect(order).toHaveLength(13);
    // In strict turns it would be the seventh that is the last of theirs.
    expect(order.lastIndexOf('second')).toBeLessThan(8);
  });

  it('get it in the order in which they came where it is not', async () => {
    expect(await orderOfAgents([])).toEqual([...Array(10).fill('first'), ...Array(3).fill('second')]);
  });
});
