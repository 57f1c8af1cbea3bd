import { KamachiqClient, type ProjectEvent, type ProjectHandle } from 'kamachiq/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordHistories } from '../support/record-histories.js';
import { scriptedActivities, withActivities } from '../support/scripted-activities.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';
import { until } from '../support/until.js';

/* Orders and events of a real project, through the client; its activities are scripted, so that agents end when the test says so. */

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

/** Agents that work until they are let go. */
function heldAgents() {
  const held = new Map<string, () => void>();
  const activities = scriptedActivities({
    'kamachiq.spawnAgent': async (input) => {
      await new Promise<void>((resolve) => {
        held.set(input.task.id, resolve);
      });
      return scriptedActivities()['kamachiq.spawnAgent'](input);
    },
  });
  const end = async (taskId: string) => {
    const letGo = await until(async () => held.get(taskId));
    held.delete(taskId);
    letGo();
  };
  const endAll = () => {
    for (const letGo of held.values()) letGo();
  };
  return { activities, end, endAll };
}

const NAMES = [
  'task-started',
  'task-settled',
  'paused',
  'resumed',
  'task-cancelled',
  'task-retried',
  'budget-raised',
  'concurrency-changed',
  'ended',
] as const;

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: { readonly code: string; readonly message: string }) => `${error.code}: ${error.message}`,
  );

it('a project is paused, changed, let go on and its tasks cancelled and retried, and every listener is told', async () => {
  const { activities, end, endAll } = heldAgents();
  const { environment } = temporal;
  await withActivities(environment, activities, async (taskQueue) => {
    const handle: ProjectHandle = await new KamachiqClient(environment.client, { taskQueue }).submit(
      specWithTasks([documentTask('a'), documentTask('b', ['a']), documentTask('other')]),
    );
    const heard: string[] = [];
    const hear = (event: ProjectEvent) =>
      heard.push(
        'state' in event ? `${event.name} ${event.taskId} ${event.state}` : 'taskId' in event ? `${event.name} ${event.taskId}` : event.name,
      );
    for (const name of NAMES) handle.on(name, hear);
    handle.watch({ intervalMilliseconds: 20 });
    const told = (line: string, times = 1) => until(async () => heard.filter((each) => each === line).length === times);
    const because = { reason: 'Because.' };

    try {
      await told('task-started other');
      expect(await handle.pause({ ...because, updateId: 'once' })).toMatchObject({ order: 1, kind: 'pause', reason: 'Because.' });
      expect(await handle.pause({ ...because, updateId: 'once' })).toMatchObject({ order: 1 });
      expect(await codeOf(handle.pause(because))).toBe('control.refused: It is paused already.');
      await end('a');
      await told('task-settled a succeeded');
      expect((await handle.status()).control?.pausedAt).toEqual(expect.any(Number));

      expect(await codeOf(handle.setConcurrency(11, because))).toMatch(/^control\.refused: /);
      await handle.setConcurrency(3, because);
      const before = (await handle.status()).budget.total;
      await handle.raiseBudget({ tokens: 500 }, because);
      expect(await handle.status()).toMatchObject({ slots: 3, budget: { total: before + 500 } });
      await handle.resume(because);
      await told('task-started b');

      await handle.cancelTask('b', because);
      await end('b');
      await told('task-settled b cancelled');
      await handle.retryTask('b', because);
      await told('task-started b', 2);
      await end('b');
      await told('task-settled b succeeded');
      await end('other');
      expect(await handle.result()).toMatchObject({ status: 'approved', metrics: { tasks: { total: 3, succeeded: 3 } } });
      await told('ended');
      expect(await codeOf(handle.resume(because))).toBe('control.refused: The project has ended.');
      await handle.close();
      await recordHistories(environment.client, taskQueue);
      expect(heard).toEqual([
        'task-started a',
        'task-started other',
        'paused',
        'task-settled a succeeded',
        'concurrency-changed',
        'budget-raised',
        'resumed',
        'task-started b',
        'task-cancelled b',
        'task-settled b cancelled',
        'task-retried b',
        'task-started b',
        'task-settled b succeeded',
        'task-settled other succeeded',
        'ended',
      ]);
      const orders = (await handle.status()).control?.orders.map(({ kind }) => kind);
      expect(orders).toEqual(['pause', 'set-concurrency', 'raise-budget', 'resume', 'cancel-task', 'retry-task']);
    } finally {
      endAll();
    }
  });
});
