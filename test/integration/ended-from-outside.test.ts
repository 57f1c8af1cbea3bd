import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { TaskNode } from 'kamachiq';
import type { ProjectInput, ProjectProgress, ProjectResult, RegisteredActivities } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentPoolInput, requestLeaseSignal, setPoolSlotsUpdate } from '../../src/agent-pool-workflow.js';
import { agentTask, reference, scriptedActivities, verdict, withActivities } from '../support/scripted-activities.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';
import { until } from '../support/until.js';

/* Projects, tasks and pools that end in each phase as somebody outside wants it: the real workflows on a real server, with scripted activities. */

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

const REVIEWED = { checks: [], manifest: reference('9'), record: reference('c'), unscored: [], tokensSpent: 0 };
const WORKFLOWS = new URL('../support/workflows.ts', import.meta.url);

type Handle = Awaited<ReturnType<typeof start>>;

function start(taskQueue: string, rest: Partial<ProjectInput> = {}, nodes: readonly TaskNode[] = [documentTask('a')], timeoutMinutes = 60) {
  const projectId = randomUUID();
  const input: ProjectInput = { projectId, spec: specWithTasks(nodes, { timeoutMinutes }), seed: 0, ...rest };
  return temporal.environment.client.workflow.start<(value: ProjectInput) => Promise<ProjectResult>>('KamachiqProjectWorkflow', {
    taskQueue,
    workflowId: projectId,
    args: [input],
  });
}

/** An activity that works until it is told to stop. */
class Endless {
  #begun = 0;

  readonly work = async (): Promise<never> => {
    this.#begun += 1;
    const context = Context.current();
    const beat = setInterval(() => context.heartbeat(), 200);
    try {
      return await context.cancelled;
    } finally {
      clearInterval(beat);
    }
  };

  begun = () => until(async () => this.#begun > 0);
}

const PHASES = ['planning', 'working', 'evaluating', 'reviewing'] as const;

/** Activities of several projects, each of which stays in a phase. */
function stayingIn(stays: ReadonlyMap<string, { readonly phase: (typeof PHASES)[number]; readonly endless: Endless }>): RegisteredActivities {
  const scripted = scriptedActivities();
  const stay = (projectId: string, phase: (typeof PHASES)[number]) => {
    const { phase: wanted, endless } = stays.get(projectId)!;
    return wanted === phase ? endless.work() : null;
  };
  return {
    ...scripted,
    'kamachiq.decomposeProject': async (input) => (await stay(input.projectId, 'planning')) ?? scripted['kamachiq.decomposeProject'](input),
    'kamachiq.spawnAgent': async (input) => (await stay(input.projectId, 'working')) ?? scripted['kamachiq.spawnAgent'](input),
    'kamachiq.evaluateQuality': async (input) =>
      (await stay(input.projectId, input.task === null ? 'reviewing' : 'evaluating')) ?? scripted['kamachiq.evaluateQuality'](input),
  };
}

const untilPhase = async (handle: Handle, phase: string) =>
  until(async () => (await handle.query<ProjectProgress>('kamachiq.status')).phase === phase);

/** What asks a person, about a task or about the whole. */
const asking = (about: 'task' | 'project'): Partial<RegisteredActivities> => ({
  'kamachiq.evaluateQuality': async ({ task }) => ({
    ...REVIEWED,
    verdict: verdict((task === null) === (about === 'project') ? 'ask-person' : 'approve'),
  }),
});

const endOf = (handle: Handle): Promise<string> =>
  handle.result().then(
    ({ status }) => status,
    ({ cause }: Error) => (cause as Error | undefined)?.name ?? 'nothing',
  );

describe('a project', () => {
  it('can be cancelled, terminated and out of time, whatever it is at', { timeout: 90_000 }, async () => {
    const ways = ['cancel', 'terminate', 'time out'] as const;
    const stays = new Map<string, { readonly phase: (typeof PHASES)[number]; readonly endless: Endless }>();
    const ends = await withActivities(
      temporal.environment,
      stayingIn(stays),
      async (taskQueue) => {
        const end = async (phase: (typeof PHASES)[number], way: (typeof ways)[number]): Promise<string> => {
          const projectId = randomUUID();
          const endless = new Endless();
          stays.set(projectId, { phase, endless });
          const handle = await start(taskQueue, { projectId }, [documentTask('a')], way === 'time out' ? 0.1 : 60);
          await endless.begun();
          if (way === 'cancel') await handle.cancel();
          if (way === 'terminate') await handle.terminate('enough');
          return `${phase}, ${way}: ${await endOf(handle)}`;
        };
        // Who works hears of it with a heartbeat, which takes its time: all of them at once.
        return Promise.all(PHASES.flatMap((phase) => ways.map((way) => end(phase, way))));
      },
      WORKFLOWS,
    );
    const ended = ['cancel: CancelledFailure', 'terminate: TerminatedFailure', 'time out: timed-out'];
    expect(ends).toEqual(PHASES.flatMap((phase) => ended.map((way) => `${phase}, ${way}`)));
  });

  it.each(['task', 'project'] as const)('whose %s waits for a person can be terminated', async (about) => {
    const end = await withActivities(
      temporal.environment,
      scriptedActivities(asking(about)),
      async (taskQueue) => {
        const handle = await start(taskQueue);
        await until(async () => (await handle.query<ProjectProgress>('kamachiq.status')).reviews.length > 0);
        await handle.terminate('enough');
        return endOf(handle);
      },
      WORKFLOWS,
    );
    expect(end).toBe('TerminatedFailure');
  });

  it.each(['cancel', 'terminate'] as const)('whose task waits for tokens can be ended: %s', async (way) => {
    const failing = {
      'kamachiq.spawnAgent': async () => ({ passed: false, manifest: null, record: reference('b'), candidates: 1, tokensSpent: 100, problems: [] }),
    };
    const held = Promise.withResolvers<void>();
    const activities = scriptedActivities({
      'kamachiq.spawnAgent': async () => {
        await held.promise;
        return failing['kamachiq.spawnAgent']();
      },
    });
    const end = await withActivities(
      temporal.environment,
      activities,
      async (taskQueue) => {
        const handle = await start(taskQueue);
        await untilPhase(handle, 'executing');
        await handle.executeUpdate('kamachiq.pause', { args: [{ reason: 'Wait.' }] });
        held.resolve();
        await until(async () => (await handle.query<ProjectProgress>('kamachiq.status')).tasks[0]!.attempts === 1);
        await handle[way]();
        return endOf(handle);
      },
      WORKFLOWS,
    );
    expect(end).toBe(way === 'cancel' ? 'CancelledFailure' : 'TerminatedFailure');
  });

  it.each(['task', 'project'] as const)(
    'whose %s can not be reviewed, since the id of its review is taken, ends without a decision',
    async (about) => {
      const end = await withActivities(
        temporal.environment,
        scriptedActivities(asking(about)),
        async (taskQueue) => {
          const projectId = randomUUID();
          const workflowId = about === 'project' ? `${projectId}/review` : `${projectId}/1-a/review`;
          await temporal.environment.client.workflow.start('AgentPoolWorkflow', {
            taskQueue: `${taskQueue}-nobody`,
            workflowId,
            args: [{ slots: 1 }],
          });
          const handle = await start(taskQueue, { projectId });
          return endOf(handle);
        },
        WORKFLOWS,
      );
      expect(end).toBe(about === 'project' ? 'rejected' : 'failed');
    },
  );

  it.each([
    ['executing', { 'kamachiq.spawnAgent': () => Promise.reject(ApplicationFailure.nonRetryable('no')) }],
    ['waiting for a person', asking('project')],
  ] as const)('whose report can not be written breaks off: %s', async (_, activities) => {
    const broken = { ...activities, 'kamachiq.finalizeProject': () => Promise.reject(ApplicationFailure.nonRetryable('no')) };
    const end = await withActivities(
      temporal.environment,
      scriptedActivities(broken),
      async (taskQueue) => endOf(await start(taskQueue, { reviewTimeoutMinutes: 0.001 })),
      WORKFLOWS,
    );
    expect(end).toBe('ActivityFailure');
  });

  it('whose review fails for good fails, with a report', async () => {
    const activities = scriptedActivities({
      'kamachiq.evaluateQuality': async ({ task }) => {
        if (task === null) throw ApplicationFailure.nonRetryable('no');
        return { ...REVIEWED, verdict: verdict('approve') };
      },
    });
    const end = await withActivities(temporal.environment, activities, async (taskQueue) => endOf(await start(taskQueue)), WORKFLOWS);
    expect(end).toBe('failed');
  });

  it('takes one of several orders that come at once and mean the same', async () => {
    const endless = new Endless();
    const fails: Partial<RegisteredActivities> = {
      'kamachiq.spawnAgent': async ({ task }) => {
        if (task.id === 'a') return endless.work();
        throw ApplicationFailure.nonRetryable('no');
      },
    };
    const outcomes = await withActivities(
      temporal.environment,
      scriptedActivities(fails),
      async (taskQueue) => {
        const handle = await start(taskQueue, {}, [documentTask('a'), documentTask('b', ['a']), documentTask('c')]);
        await endless.begun();
        const stateOf = async (id: string) => (await handle.query<ProjectProgress>('kamachiq.status')).tasks.find((task) => task.id === id)?.state;
        await until(async () => (await stateOf('c')) === 'failed');
        const taken = async (kind: string, taskId: string) => {
          const order = () => handle.executeUpdate(`kamachiq.${kind}`, { args: [{ reason: 'Several times.', taskId }] });
          const settled = await Promise.allSettled(Array.from({ length: 6 }, order));
          return settled.filter(({ status }) => status === 'fulfilled').length;
        };
        const cancelled = await taken('cancel-task', 'b');
        const retried = await taken('retry-task', 'c');
        await handle.terminate('enough');
        return { cancelled, retried };
      },
      WORKFLOWS,
    );
    expect(outcomes).toEqual({ cancelled: 1, retried: 1 });
  });
});

describe('a task whose project is gone', () => {
  it.each([
    ['of a further attempt', { 'kamachiq.spawnAgent': () => Promise.reject(ApplicationFailure.create({ message: 'again' })) }],
    ['of a person', asking('task')],
  ] as const)('asks nobody %s', async (_, activities) => {
    const gone = Promise.withResolvers<void>();
    const name = Object.keys(activities)[0] as keyof RegisteredActivities;
    const held = {
      ...activities,
      [name]: async (given: never) => {
        await gone.promise;
        return (activities as never as Record<string, (value: never) => unknown>)[name]!(given);
      },
    };
    await withActivities(
      temporal.environment,
      scriptedActivities(held),
      async (taskQueue) => {
        const projectId = randomUUID();
        const { client } = temporal.environment;
        const childId = `${projectId}/task`;
        const project = await client.workflow.start('AbandoningProjectWorkflow', {
          taskQueue,
          workflowId: projectId,
          args: [agentTask({ projectId }), childId],
        });
        await until(
          async () =>
            (await client.workflow
              .getHandle(childId)
              .describe()
              .catch(() => null)) !== null,
        );
        await client.workflow.getHandle(project.workflowId).terminate('enough');
        gone.resolve();
        await expect(client.workflow.getHandle(childId).result()).rejects.toMatchObject({ cause: { name: 'ApplicationFailure' } });
      },
      new URL('../support/abandoned-task-workflows.ts', import.meta.url),
    );
  });
});

describe('a pool', () => {
  it.each(['cancelled', 'terminated', 'broken off', 'gone on'] as const)('can be %s', async (way) => {
    const input: AgentPoolInput = { slots: way === 'broken off' ? 0 : 1, checkSeconds: 1, maximumEvents: 100 };
    const name = await withActivities(
      temporal.environment,
      scriptedActivities(),
      async (taskQueue) => {
        const { client } = temporal.environment;
        const handle = await client.workflow.start<(value: AgentPoolInput) => Promise<void>>('AgentPoolWorkflow', {
          taskQueue,
          workflowId: randomUUID(),
          args: [input],
        });
        if (way !== 'broken off') {
          await handle.executeUpdate(setPoolSlotsUpdate, { args: [2] });
          // Nobody of this name runs: what is granted to it comes back.
          const request = { key: 'k', workflowId: 'nobody', runId: randomUUID(), group: 'g', urgency: 0 };
          const requests = way === 'gone on' ? 60 : 1;
          for (let count = 0; count < requests; count += 1) await handle.signal(requestLeaseSignal, { ...request, key: `k${count}` });
        }
        if (way === 'cancelled') {
          // It leases to itself, which runs on: whoever waits makes it look again at what it gave.
          const itself = { workflowId: handle.workflowId, runId: handle.firstExecutionRunId, group: 'g', urgency: 0 };
          for (const key of ['first', 'second', 'third']) await handle.signal(requestLeaseSignal, { ...itself, key });
          await until(async () => (await handle.fetchHistory()).events?.some(({ timerFiredEventAttributes: fired }) => Boolean(fired)));
          await handle.cancel();
        }
        if (way === 'terminated') await handle.terminate('enough');
        if (way === 'gone on') {
          const first = client.workflow.getHandle(handle.workflowId, handle.firstExecutionRunId);
          await until(async () => (await first.describe()).status.name === 'CONTINUED_AS_NEW');
          await handle.terminate('enough');
        }
        return handle.result().catch(({ cause }: Error) => (cause as Error).name);
      },
      new URL('../support/leased-project-workflows.ts', import.meta.url),
    );
    expect(name).toBe(way === 'cancelled' ? 'CancelledFailure' : way === 'broken off' ? 'ApplicationFailure' : 'TerminatedFailure');
  });
});
