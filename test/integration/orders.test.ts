import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { TaskNode } from 'kamachiq';
import type { ControlReceipt, HumanReview, ProjectInput, ProjectProgress, ProjectResult, RegisteredActivities } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scriptedActivities, smallProject, startTimeSkipping, withActivities } from '../support/scripted-activities.js';
import { statesOf } from '../support/scripted-answers.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { until } from '../support/until.js';

/* What people may order about a project that runs, and what it does where tokens are short: the real workflows, with scripted activities. */

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTimeSkipping();
});
afterAll(async () => environment?.teardown());

const REASON = 'I want it so.';

/** Agents that work until they are told how to end. */
class HeldAgents {
  readonly started: string[] = [];
  readonly #ends = new Map<string, (passed: boolean) => void>();

  readonly activities = scriptedActivities({
    'kamachiq.spawnAgent': async ({ task, attempt, start = 1, ...rest }) => {
      const name = `${task.id}${start === 1 ? '' : `@${start}`}/${attempt}`;
      this.started.push(name);
      const passed = await new Promise<boolean>((resolve) => {
        this.#ends.set(name, resolve);
      });
      return (await scriptedActivities()['kamachiq.spawnAgent']({ task, attempt, start, ...rest })) && answer(passed);
    },
  });

  /** Waits until an agent is at work, and ends it. */
  async end(name: string, passed = true): Promise<void> {
    (await until(async () => this.#ends.get(name)))(passed);
  }
}

const answer = (passed: boolean) => ({
  passed,
  manifest: passed ? { sha256: 'a'.repeat(64), bytes: 10, mediaType: 'application/json' } : null,
  record: { sha256: 'b'.repeat(64), bytes: 10, mediaType: 'application/json' },
  candidates: 1,
  tokensSpent: 100,
  problems: passed ? [] : ['It is wrong.'],
});

interface RunningProject {
  readonly status: () => Promise<ProjectProgress>;
  readonly order: (kind: string, order: object) => Promise<ControlReceipt>;
  readonly result: () => Promise<ProjectResult>;
  readonly historyLength: () => Promise<number>;
}

async function withProject<Result>(
  activities: RegisteredActivities,
  spec: Partial<ProjectInput>,
  work: (project: RunningProject) => Promise<Result>,
): Promise<Result> {
  return withActivities(environment, activities, async (taskQueue) => {
    const input = { ...smallProject(), ...spec };
    const handle = await environment.client.workflow.start<(value: ProjectInput) => Promise<ProjectResult>>('KamachiqProjectWorkflow', {
      taskQueue,
      workflowId: input.projectId,
      args: [input],
    });
    return work({
      status: () => handle.query<ProjectProgress>('kamachiq.status'),
      order: (kind, order) => handle.executeUpdate<ControlReceipt, [object]>(`kamachiq.${kind}`, { args: [{ reason: REASON, ...order }] }),
      result: () => handle.result(),
      historyLength: async () => (await handle.describe()).historyLength,
    });
  });
}

const tasks = (nodes: readonly TaskNode[], budgetTotal = 100_000): Partial<ProjectInput> => ({ spec: specWithTasks(nodes, { budgetTotal }) });
const refusal = (words: RegExp) => ({ cause: expect.objectContaining({ type: 'kamachiq.control.refused', message: expect.stringMatching(words) }) });
const stateOf = async ({ status }: RunningProject, id: string) => statesOf(await status())[id];
const untilState = (project: RunningProject, id: string, state: string) => until(async () => (await stateOf(project, id)) === state);

describe('orders', () => {
  it('pause a project: what is at work ends, nothing begins until it is resumed', async () => {
    const agents = new HeldAgents();
    await withProject(agents.activities, tasks([documentTask('a'), documentTask('b', ['a'])]), async (project) => {
      await until(async () => agents.started.includes('a/1'));
      const receipt = await project.order('pause', {});
      expect(receipt).toMatchObject({ order: 1, kind: 'pause', reason: REASON });
      await expect(project.order('pause', {})).rejects.toMatchObject(refusal(/paused already/));
      await agents.end('a/1');
      await untilState(project, 'a', 'succeeded');
      expect(statesOf(await project.status())).toEqual({ a: 'succeeded', b: 'ready' });
      expect((await project.status()).control).toMatchObject({ pausedAt: receipt.takenAt, orders: [receipt] });
      await project.order('resume', {});
      await agents.end('b/1');
      expect((await project.result()).status).toBe('approved');
      expect(agents.started).toEqual(['a/1', 'b/1']);
    });
  });

  it('pause keeps a further attempt from beginning', async () => {
    const agents = new HeldAgents();
    await withProject(agents.activities, tasks([documentTask('a')]), async (project) => {
      await until(async () => agents.started.includes('a/1'));
      await project.order('pause', {});
      await agents.end('a/1', false);
      await until(async () => (await project.status()).tasks[0]!.attempts === 1);
      expect(agents.started).toEqual(['a/1']);
      await project.order('resume', {});
      await agents.end('a/2');
      expect((await project.result()).status).toBe('approved');
    });
  });

  it('cancel a task at work and one that waits, and give both another start', async () => {
    const agents = new HeldAgents();
    await withProject(agents.activities, tasks([documentTask('a'), documentTask('b', ['a']), documentTask('other')]), async (project) => {
      await until(async () => agents.started.length === 2);
      expect(await project.order('cancel-task', { taskId: 'b' })).toMatchObject({ taskId: 'b', effect: expect.stringContaining('does not start') });
      expect(await project.order('cancel-task', { taskId: 'a' })).toMatchObject({ effect: expect.stringContaining('told to stop') });
      await agents.end('a/1');
      await untilState(project, 'a', 'cancelled');
      await expect(project.order('cancel-task', { taskId: 'a' })).rejects.toMatchObject(refusal(/^The task a is cancelled\./));
      await expect(project.order('cancel-task', { taskId: 'nobody' })).rejects.toMatchObject(refusal(/^It has no task nobody, or none yet\./));
      await expect(project.order('retry-task', { taskId: 'other' })).rejects.toMatchObject(refusal(/^The task other is running\./));
      await expect(project.order('retry-task', { taskId: 'b' })).rejects.toMatchObject(refusal(/cancelled again/));
      await project.order('retry-task', { taskId: 'a' });
      await agents.end('a@2/1');
      await untilState(project, 'a', 'succeeded');
      expect(await stateOf(project, 'b')).toBe('cancelled');
      await project.order('retry-task', { taskId: 'b' });
      await agents.end('b@2/1');
      await agents.end('other/1');
      const { status, metrics } = await project.result();
      expect(status).toBe('approved');
      // The agent that was stopped had spent its tokens when it was.
      expect(metrics.spend.tokensSpent).toBe(400);
    });
  });

  it('give a failed task another start, with those that waited for it', async () => {
    const agents = new HeldAgents();
    const nodes = [documentTask('a'), documentTask('b', ['a']), documentTask('other')];
    await withProject(agents.activities, tasks(nodes), async (project) => {
      for (const attempt of [1, 2, 3, 4]) await agents.end(`a/${attempt}`, false);
      await untilState(project, 'b', 'upstream-failed');
      await project.order('retry-task', { taskId: 'a' });
      await agents.end('a@2/1');
      await agents.end('b/1');
      await agents.end('other/1');
      const result = await project.result();
      expect(result.status).toBe('approved');
      const { tasks: told } = await project.status();
      expect(told.map(({ id, attempts, tokensSpent }) => [id, attempts, tokensSpent])).toEqual([
        ['a', 5, 500],
        ['b', 1, 100],
        ['other', 1, 100],
      ]);
    });
  });

  it('a task that starts again is no more to be dropped by a change of the plan: what it spent stands under its id', async () => {
    const agents = new HeldAgents();
    await withProject(agents.activities, tasks([documentTask('a'), documentTask('other')]), async (project) => {
      for (const attempt of [1, 2, 3, 4]) await agents.end(`a/${attempt}`, false);
      await untilState(project, 'a', 'failed');
      await project.order('pause', {});
      await project.order('retry-task', { taskId: 'a' });
      await expect(project.order('revise-plan', { patch: { drop: ['a'] } })).rejects.toThrow();
      await project.order('resume', {});
      await agents.end('a@2/1');
      await agents.end('other/1');
      expect(await project.result()).toMatchObject({ status: 'approved', metrics: { spend: { tokensSpent: 600 } } });
    });
  });

  it('let a project go on after its last pause, however many there were', async () => {
    const agents = new HeldAgents();
    await withProject(agents.activities, tasks([documentTask('a')]), async (project) => {
      await until(async () => agents.started.length === 1);
      for (let order = 0; order < 499; order += 1) await project.order('set-concurrency', { slots: 1 + (order % 10) });
      await project.order('pause', {});
      await expect(project.order('set-concurrency', { slots: 2 })).rejects.toMatchObject(refusal(/takes 500 orders/));
      await project.order('resume', {});
      await agents.end('a/1');
      expect((await project.result()).status).toBe('approved');
    });
  });

  it('refuse money where none is limited', async () => {
    const agents = new HeldAgents();
    await withProject(agents.activities, tasks([documentTask('a')]), async (project) => {
      await until(async () => agents.started.length === 1);
      await expect(project.order('raise-budget', { tokens: 5, microDollars: 5 })).rejects.toMatchObject(refusal(/Nothing limits the money/));
      await agents.end('a/1');
      await project.result();
    });
  });

  it('change how many agents may be at work, up to the hard maximum', async () => {
    const agents = new HeldAgents();
    await withProject(agents.activities, tasks(['a', 'b', 'c', 'd'].map((id) => documentTask(id))), async (project) => {
      await until(async () => agents.started.length === 4);
      expect(await project.order('set-concurrency', { slots: 1 })).toMatchObject({ effect: '1 agent may be at work at once, 10 before.' });
      expect((await project.status()).slots).toBe(1);
      for (const slots of [0, 11, 1.5, '3', null])
        await expect(project.order('set-concurrency', { slots })).rejects.toMatchObject(refusal(/at most 10/));
      for (const id of ['a', 'b', 'c', 'd']) await agents.end(`${id}/1`);
      expect((await project.result()).status).toBe('approved');
    });
  });

  it('start fewer agents at once from then on', async () => {
    const agents = new HeldAgents();
    const nodes = ['a', 'b'].flatMap((id) => [documentTask(id), documentTask(`${id}2`, [id])]);
    await withProject(agents.activities, tasks(nodes), async (project) => {
      await until(async () => agents.started.length === 2);
      await project.order('set-concurrency', { slots: 1 });
      await agents.end('a/1');
      await untilState(project, 'a2', 'ready');
      await agents.end('b/1');
      await until(async () => agents.started.length === 3);
      const next = agents.started[2]!;
      await agents.end(next);
      await agents.end(next === 'a2/1' ? 'b2/1' : 'a2/1');
      expect((await project.result()).status).toBe('approved');
    });
  });

  it.each([
    ['no reason', 'pause', { reason: ' ' }, /needs a reason/],
    ['a reason that is no text', 'resume', { reason: 7 }, /needs a reason/],
    ['no task', 'cancel-task', {}, /Name a task/],
    ['nothing to raise by', 'raise-budget', { tokens: 0 }, /not both 0/],
    ['a fraction', 'raise-budget', { tokens: 0.5 }, /whole numbers/],
    ['more than can be counted', 'raise-budget', { tokens: 1e16 }, /whole numbers/],
    ['less than nothing', 'raise-budget', { tokens: 1, microDollars: -1 }, /whole numbers/],
    ['a project that is not paused', 'resume', {}, /not paused/],
  ])('are refused with %s', async (_, kind, order, words) => {
    const agents = new HeldAgents();
    await withProject(agents.activities, tasks([documentTask('a')]), async (project) => {
      await until(async () => agents.started.length === 1);
      await expect(project.order(kind, order)).rejects.toMatchObject(refusal(words));
      await agents.end('a/1');
      expect((await project.result()).status).toBe('approved');
      expect((await project.status()).control?.orders).toEqual([]);
    });
  });

  it('are refused once the project has ended its work', async () => {
    let finalize: () => void = () => undefined;
    const finalizing = new Promise<void>((resolve) => {
      finalize = resolve;
    });
    let reached = false;
    const plain = scriptedActivities();
    const activities = {
      ...plain,
      'kamachiq.finalizeProject': async (input: Parameters<(typeof plain)['kamachiq.finalizeProject']>[0]) => {
        reached = true;
        await finalizing;
        return plain['kamachiq.finalizeProject'](input);
      },
    };
    await withProject(activities, tasks([documentTask('a')]), async (project) => {
      await until(async () => reached);
      await expect(project.order('pause', {})).rejects.toMatchObject(refusal(/not carry out tasks any more/));
      finalize();
      await project.result();
    });
  });
});

describe('after a prompt that was too long', () => {
  it('each further attempt has half the room of the one before', async () => {
    const seen: object[] = [];
    const activities = scriptedActivities({
      'kamachiq.spawnAgent': async ({ attempt, terms }) => {
        seen.push({ attempt, terms });
        if (attempt === 4) return answer(true);
        throw ApplicationFailure.create({
          type: 'kamachiq.model.context-too-long',
          message: 'Too long.',
          nonRetryable: true,
          details: [{ tokensSpent: 0, retryAfterMilliseconds: null, record: null }],
        });
      },
    });
    await withProject(activities, tasks([documentTask('a')]), async (project) => {
      expect(await project.result()).toMatchObject({ status: 'approved', metrics: { spend: { tokensSpent: 100 } } });
      expect(seen).toEqual([
        { attempt: 1, terms: undefined },
        { attempt: 2, terms: { contextShare: 0.5 } },
        { attempt: 3, terms: { contextShare: 0.25 } },
        { attempt: 4, terms: { contextShare: 0.125 } },
      ]);
    });
  });
});

/** Spends all that it holds, as agents do that find nothing that passes. */
const spendthrift = (passing: (id: string, attempt: number) => boolean, seen: object[] = []) =>
  scriptedActivities({
    'kamachiq.spawnAgent': async ({ task, attempt, holdTokens, terms }) => {
      seen.push({ id: task.id, attempt, holdTokens, ...(terms === undefined ? {} : { terms }) });
      return { ...answer(passing(task.id, attempt)), candidates: 10, tokensSpent: holdTokens };
    },
  });

describe('where tokens are short', () => {
  it('an attempt makes do with shorter answers, then with fewer candidates, and the status says so', async () => {
    const seen: object[] = [];
    const activities = spendthrift((id, attempt) => id === 'a' || attempt === 2, seen);
    // 5 % are kept for the review.
    const nodes = [documentTask('a', [], { estimatedTokens: 1_000 }), documentTask('b', ['a'], { estimatedTokens: 1_000 })];
    await withProject(activities, tasks(nodes, 2_800), async (project) => {
      expect((await project.result()).status).toBe('approved');
      expect(seen).toEqual([
        { id: 'a', attempt: 1, holdTokens: 1_000 },
        { id: 'b', attempt: 1, holdTokens: 1_000 },
        { id: 'b', attempt: 2, holdTokens: 660, terms: { outputShare: 0.66 } },
      ]);
      expect((await project.status()).control?.degradations).toMatchObject([{ step: 'shrink-outputs', taskId: 'b' }]);
    });
    const fewer: object[] = [];
    await withProject(
      spendthrift((id, attempt) => id === 'a' || attempt === 2, fewer),
      tasks(nodes, 2_600),
      async (project) => {
        expect((await project.result()).status).toBe('approved');
        expect(fewer.at(-1)).toEqual({ id: 'b', attempt: 2, holdTokens: 470, terms: { maximumCandidates: 2 } });
      },
    );
  });

  it('what is optional leaves its tokens to all others, and is dropped where none are left', async () => {
    const seen: object[] = [];
    const activities = spendthrift((id, attempt) => id !== 'a' || attempt === 2, seen);
    const nodes = [
      documentTask('extra', [], { estimatedTokens: 1_010, optional: true }),
      documentTask('a', [], { estimatedTokens: 1_000 }),
      documentTask('b', ['a'], { estimatedTokens: 1_000 }),
    ];
    await withProject(activities, tasks(nodes, 3_160), async (project) => {
      const result = await project.result();
      expect(result.status).toBe('approved');
      expect(statesOf(await project.status())).toEqual({ extra: 'skipped', a: 'succeeded', b: 'succeeded' });
      expect(seen).toMatchObject([{ id: 'a' }, { id: 'a' }, { id: 'b', holdTokens: 1_000 }]);
      expect((await project.status()).control?.degradations).toMatchObject([{ step: 'drop-optional', taskId: 'extra' }]);
    });
  });

  it('what is optional is done where there are tokens for it', async () => {
    const nodes = [documentTask('extra', [], { optional: true }), documentTask('a')];
    await withProject(scriptedActivities(), tasks(nodes), async (project) => {
      expect((await project.result()).status).toBe('approved');
      expect(statesOf(await project.status())).toEqual({ extra: 'succeeded', a: 'succeeded' });
    });
  });

  const hopeless = [documentTask('a', [], { estimatedTokens: 1_000 }), documentTask('b', ['a'], { estimatedTokens: 1_000 })];

  it('a person is asked, and the project goes on with what is added', async () => {
    const activities = spendthrift((id, attempt) => id === 'a' || attempt === 2);
    await withProject(activities, tasks(hopeless, 2_110), async (project) => {
      await until(async () => (await project.status()).control?.waitsForBudgetSince ?? null);
      const before = await project.status();
      expect(before.tasks.map(({ state }) => state)).toEqual(['succeeded', 'running']);
      const receipt = await project.order('raise-budget', { tokens: 1_000 });
      expect(receipt.effect).toBe('The budget is 3110 tokens now, 1005 of it free.');
      const result = await project.result();
      expect(result).toMatchObject({ status: 'approved', metrics: { spend: { tokensSpent: 3_000, budgetTotal: 3_110 } } });
      expect((await project.status()).control).toMatchObject({ waitsForBudgetSince: null, degradations: [{ step: 'ask-person', taskId: null }] });
    });
  });

  it('it ends where nobody adds any', async () => {
    const activities = spendthrift((id, attempt) => id === 'a' || attempt === 2);
    await withProject(activities, tasks(hopeless, 2_110), async (project) => {
      const result = await project.result();
      expect(result.status).toBe('budget-exhausted');
      const { startedAt, finishedAt } = result.metrics.timeline;
      expect(Date.parse(finishedAt) - Date.parse(startedAt)).toBeGreaterThanOrEqual(24 * 3_600_000);
    });
  });

  it('what is optional waits for people who decide about others, and leaves those their tokens', async () => {
    const nodes = [
      documentTask('a', [], { estimatedTokens: 1_000 }),
      documentTask('b', ['a'], { estimatedTokens: 1_000 }),
      documentTask('extra', [], { estimatedTokens: 1_000, optional: true }),
    ];
    const seen: object[] = [];
    const spending = spendthrift(() => true, seen);
    const activities = {
      ...spending,
      'kamachiq.evaluateQuality': async (input: Parameters<(typeof spending)['kamachiq.evaluateQuality']>[0]) => {
        const result = await spending['kamachiq.evaluateQuality'](input);
        return input.task?.id === 'a' ? { ...result, verdict: { ...result.verdict, decision: 'ask-person' as const } } : result;
      },
    };
    await withProject(activities, tasks(nodes, 2_300), async (project) => {
      const [reviewId] = await until(async () => {
        const { reviews } = await project.status();
        return reviews.length > 0 && reviews;
      });
      expect(await stateOf(project, 'extra')).toBe('ready');
      await decide(reviewId!);
      expect((await project.result()).status).toBe('approved');
      expect(statesOf(await project.status())).toEqual({ a: 'succeeded', b: 'succeeded', extra: 'skipped' });
      expect(seen).toMatchObject([{ id: 'a' }, { id: 'b', holdTokens: 1_000 }]);
      expect((await project.status()).control?.thresholds).toMatchObject([{ share: 0.5 }, { share: 0.8 }]);
    });
  });

  it('who waits for tokens leaves its slot to those that can begin, and takes one again', async () => {
    const nodes = [
      documentTask('a', [], { estimatedTokens: 1_000 }),
      documentTask('b', ['a'], { estimatedTokens: 1_000 }),
      documentTask('free', ['a'], { estimatedTokens: 50 }),
      documentTask('nothing', ['a'], { estimatedTokens: 0 }),
    ];
    const seen: object[] = [];
    await withProject(
      spendthrift((id, attempt) => id !== 'b' || attempt === 2, seen),
      tasks(nodes, 2_210),
      async (project) => {
        await project.order('set-concurrency', { slots: 1 });
        await until(async () => (await project.status()).control?.waitsForBudgetSince ?? null);
        expect(statesOf(await project.status())).toEqual({ a: 'succeeded', b: 'running', free: 'succeeded', nothing: 'succeeded' });
        await project.order('raise-budget', { tokens: 2_000 });
        expect((await project.result()).status).toBe('approved');
      },
    );
  });

  it('a pause ends the wait for a person, and no timer goes by meanwhile', async () => {
    const activities = spendthrift((id, attempt) => id === 'a' || attempt === 2);
    await withProject(activities, { ...tasks(hopeless, 2_110), reviewTimeoutMinutes: 0.02 }, async (project) => {
      await until(async () => (await project.status()).control?.degradations.some(({ step }) => step === 'ask-person'));
      if ((await project.status()).phase === 'ended') return;
      await project.order('pause', {});
      const before = await project.historyLength();
      // Long past the time that a person had.
      await environment.sleep('10 minutes');
      expect(await project.historyLength()).toBeLessThan(before + 20);
      await project.order('raise-budget', { tokens: 1_000 });
      await project.order('resume', {});
      expect((await project.result()).status).toBe('approved');
    });
  });

  it('the clock of the project stands still in a pause, with one timer and not many', async () => {
    const agents = new HeldAgents();
    const spec = specWithTasks([documentTask('a'), documentTask('b', ['a'])], { timeoutMinutes: 1 });
    await withProject(agents.activities, { spec }, async (project) => {
      await agents.end('a/1');
      await untilState(project, 'a', 'succeeded');
      await project.order('pause', {});
      await agents.end('b/1');
      await until(async () => statesOf(await project.status()).b === 'succeeded' || (await project.status()).phase !== 'executing');
      const before = await project.historyLength();
      await environment.sleep('2 hours');
      expect(await project.historyLength()).toBeLessThan(before + 30);
      if ((await project.status()).control?.pausedAt !== null && (await project.status()).phase === 'executing') await project.order('resume', {});
      expect((await project.result()).status).toBe('approved');
    });
  });

  it('a task that holds nothing keeps a pause too, and what it tells is in the sum', async () => {
    const agents = new HeldAgents();
    await withProject(agents.activities, tasks([documentTask('a', [], { estimatedTokens: 0 })]), async (project) => {
      await until(async () => agents.started.includes('a/1'));
      await project.order('pause', {});
      await agents.end('a/1', false);
      await until(async () => (await project.status()).tasks[0]!.attempts === 1);
      expect(agents.started).toEqual(['a/1']);
      await project.order('resume', {});
      await agents.end('a/2');
      expect(await project.result()).toMatchObject({ status: 'approved', metrics: { spend: { tokensSpent: 200 } } });
    });
  });
});

const decide = async (reviewId: string) => {
  const handle = environment.client.workflow.getHandle(reviewId);
  const { manifest } = await handle.query<HumanReview>('kamachiq.review');
  const word = { decision: 'approve', reviewer: 'ada', comment: '', manifestSha256: manifest.sha256 };
  await handle.executeUpdate('kamachiq.decide-review', { args: [word] });
};
