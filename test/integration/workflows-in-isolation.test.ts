import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type {
  AgentTaskInput,
  AgentTaskProgress,
  AgentTaskResult,
  FinalizeProjectInput,
  HumanDecision,
  HumanReview,
  HumanReviewInput,
  ProjectInput,
  ProjectProgress,
  ProjectResult,
  RegisteredActivities,
} from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpacked } from '../../src/workflow/packed-json.js';
import {
  agentTask,
  reference,
  runProject,
  scriptedActivities,
  smallProject,
  startTimeSkipping,
  verdict,
  withActivities,
} from '../support/scripted-activities.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { until } from '../support/until.js';

/*
 * Tests of the kind that hosts write: each workflow alone on the time-skipping server, its activities replaced by functions that say exactly
 * what the test needs. `docs/testing.md` shows them.
 */

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTimeSkipping();
});
afterAll(async () => environment?.teardown());

/** Seconds of every timer that a workflow set. */
async function timersOf(workflowId: string): Promise<readonly number[]> {
  const { events } = await environment.client.workflow.getHandle(workflowId).fetchHistory();
  return events!.flatMap(({ timerStartedEventAttributes: timer }) => (timer ? Number(timer.startToFireTimeout!.seconds) : []));
}

/**
 * Keeps time from passing a minute at once. The server lets time pass while a child is on its way to be cancelled, up to the next timer of anybody; where
 * that is one of the same child, its cancellation meets its timer, and the server hands out a workflow task that it takes no answer to.
 */
const stopTimeAt = (minute: number, taskQueue: string) =>
  environment.client.workflow.start<(value: HumanReviewInput) => Promise<HumanDecision>>('HumanReviewWorkflow', {
    taskQueue,
    workflowId: randomUUID(),
    args: [
      {
        projectId: 'nobody',
        subject: { kind: 'project' },
        reason: 'Nobody decides.',
        manifest: reference('0'),
        score: null,
        threshold: 0.8,
        findings: [],
        timeoutMinutes: minute,
      },
    ],
    workflowExecutionTimeout: '30 days',
  });

const runTask = (activities: RegisteredActivities, input: AgentTaskInput) =>
  withActivities(environment, activities, (taskQueue) =>
    environment.client.workflow.execute<(value: AgentTaskInput) => Promise<AgentTaskResult>>('AgentTaskWorkflow', {
      taskQueue,
      workflowId: randomUUID(),
      args: [input],
      workflowExecutionTimeout: '30 days',
    }),
  );

describe('AgentTaskWorkflow', () => {
  it('ends with the first attempt that passes', async () => {
    const result = await runTask(scriptedActivities(), agentTask());
    expect(result).toMatchObject({
      succeeded: true,
      manifest: reference('a'),
      settlements: [{ key: 'a/0/1', tokens: 100 }],
      attempts: [{ outcome: 'passed' }],
    });
  });

  it('hands a reviewer’s feedback to the next agent', async () => {
    const seen: (readonly string[])[] = [];
    const activities = scriptedActivities({
      'kamachiq.spawnAgent': async ({ feedback }) => {
        seen.push(feedback);
        return { passed: true, manifest: reference('a'), record: reference('b'), candidates: 1, tokensSpent: 10, problems: [] };
      },
      'kamachiq.evaluateQuality': async () => ({
        verdict: verdict(seen.length < 2 ? 'remediate' : 'approve'),
        unscored: [],
        checks: [],
        tokensSpent: 5,
        manifest: reference('9'),
        record: reference('c'),
      }),
    });
    // Without a project there is nobody to ask for the tokens of a second attempt; a task that needs none needs no asking.
    const result = await runTask(activities, agentTask({ task: documentTask('a', [], { estimatedTokens: 0 }), holdTokens: 0 }));
    expect(result.succeeded).toBe(true);
    expect(seen).toEqual([[], ['The ending is missing.']]);
  });

  it('fails without a project to ask for tokens, and says that tokens were missing', async () => {
    const activities = scriptedActivities({
      'kamachiq.spawnAgent': async () => ({
        passed: false,
        manifest: null,
        record: reference('b'),
        candidates: 9,
        tokensSpent: 4_000,
        problems: ['no'],
      }),
    });
    expect(await runTask(activities, agentTask())).toMatchObject({ succeeded: false, budgetExhausted: true, attempts: [{ outcome: 'failed' }] });
  });

  it('is rejected when nobody decides for an hour', async () => {
    const activities = scriptedActivities({
      'kamachiq.evaluateQuality': async () => ({
        verdict: verdict('remediate'),
        unscored: [],
        checks: [],
        tokensSpent: 0,
        manifest: reference('9'),
        record: reference('c'),
      }),
    });
    const result = await runTask(activities, agentTask({ task: documentTask('a', [], { estimatedTokens: 0 }), holdTokens: 0 }));
    expect(result).toMatchObject({ succeeded: false, reason: expect.stringContaining('Nobody decided in time'), attempts: [{}, {}, {}] });
  });
});

describe('AgentTaskWorkflow, between attempts', () => {
  it('waits five minutes at most, whatever a provider asks for', async () => {
    const tomorrow = { tokensSpent: 0, retryAfterMilliseconds: 86_400_000 };
    const activities = scriptedActivities({
      'kamachiq.spawnAgent': async () => {
        throw ApplicationFailure.create({ type: 'kamachiq.model.rate-limited', message: 'come back tomorrow', details: [tomorrow] });
      },
    });
    const free = agentTask({ task: documentTask('a', [], { estimatedTokens: 0 }), holdTokens: 0 });
    const timers = await withActivities(environment, activities, async (taskQueue) => {
      const workflowId = randomUUID();
      const options = { taskQueue, workflowId, args: [free], workflowExecutionTimeout: '30 days' } as const;
      const result = await environment.client.workflow.execute<(value: AgentTaskInput) => Promise<AgentTaskResult>>('AgentTaskWorkflow', options);
      expect(result).toMatchObject({ succeeded: false, attempts: [{}, {}, {}, {}], reason: expect.stringContaining('come back tomorrow') });
      return timersOf(workflowId);
    });
    expect(timers).toEqual([300, 300, 300]);
  });
});

describe('KamachiqProjectWorkflow', () => {
  it('runs tasks after what they need and reports what was spent', async () => {
    const order: string[] = [];
    const activities = scriptedActivities({
      'kamachiq.spawnAgent': async ({ task }) => {
        order.push(task.id);
        return { passed: true, manifest: reference('a'), record: reference('b'), candidates: 1, tokensSpent: 100, problems: [] };
      },
    });
    expect(await runProject(environment, activities, smallProject())).toMatchObject({ status: 'approved', metrics: { spend: { tokensSpent: 200 } } });
    expect(order).toEqual(['a', 'b']);
  });

  it('writes off what finds no tokens, and carries out what needs none', async () => {
    const dear = Array.from({ length: 12 }, (_, index) => documentTask(`dear-${index}`, [], { estimatedTokens: 5_000 }));
    const spec = specWithTasks([...dear, documentTask('free', [], { estimatedTokens: 0 })], { budgetTotal: 1_000 });
    const result = await runProject(environment, scriptedActivities(), { ...smallProject(), spec });
    expect(result).toMatchObject({ status: 'budget-exhausted', metrics: { tasks: { total: 13, succeeded: 1, failed: 12 } } });
  });

  it('lets a further attempt wait for tokens that a running task is about to give back', async () => {
    const input = smallProject();
    const retriedTask = `${input.projectId}/2-retried`;
    const activities = scriptedActivities({
      'kamachiq.spawnAgent': async ({ task, attempt }) => {
        const passes = { passed: true, manifest: reference('a'), record: reference('b'), candidates: 1, tokensSpent: 10, problems: [] };
        if (task.id === 'retried' && attempt === 1) return { ...passes, passed: false, manifest: null, tokensSpent: 400, problems: ['no'] };
        if (task.id === 'dear') {
          // It holds what the other asks for until the other has asked.
          await until(
            async () =>
              (await environment.client.workflow.getHandle(retriedTask).query<AgentTaskProgress>('kamachiq.task-status')).phase ===
              'waiting-for-tokens',
          );
        }
        return passes;
      },
    });
    const tasks = [documentTask('dear', [], { estimatedTokens: 500 }), documentTask('retried', [], { estimatedTokens: 400 })];
    const result = await runProject(environment, activities, { ...input, spec: specWithTasks(tasks, { budgetTotal: 1_000 }) });
    expect(result).toMatchObject({ status: 'approved', metrics: { spend: { tokensSpent: 420 } } });
  });

  it('waits for tokens of a task at work, though another that waited for some was cancelled', async () => {
    const input = smallProject();
    const waiting = environment.client.workflow.getHandle(`${input.projectId}/2-retried`);
    const stateOf = async (id: string) => {
      const status = await environment.client.workflow.getHandle(input.projectId).query<ProjectProgress>('kamachiq.status');
      return status.tasks.find((task) => task.id === id)!.state;
    };
    const activities = scriptedActivities({
      'kamachiq.spawnAgent': async ({ task }) => {
        const passes = { passed: true, manifest: reference('a'), record: reference('b'), candidates: 1, tokensSpent: 10, problems: [] };
        if (task.id === 'retried') return { ...passes, passed: false, manifest: null, tokensSpent: 400, problems: ['no'] };
        if (task.id === 'dear') {
          await until(async () => (await waiting.query<AgentTaskProgress>('kamachiq.task-status')).phase === 'waiting-for-tokens');
          await waiting.cancel();
          await until(async () => (await stateOf('retried')) === 'cancelled');
        }
        return passes;
      },
    });
    const tasks = ['dear', 'retried', 'short'].map((id, index) => documentTask(id, [], { estimatedTokens: [500, 400, 300][index]! }));
    const result = await runProject(environment, activities, { ...input, spec: specWithTasks(tasks, { budgetTotal: 1_000 }) });
    expect(result).toMatchObject({ status: 'failed', metrics: { tasks: { succeeded: 2 }, spend: { tokensSpent: 420 } } });
    expect(result.reason).toMatch(/^1 of 3 tasks did not succeed: retried \(cancelled/);
  });

  it('charges nothing for a task that failed and told that it spent nothing', async () => {
    const result = await runProject(
      environment,
      scriptedActivities(),
      smallProject(),
      new URL('../support/tasks-that-fail-untouched.ts', import.meta.url),
    );
    expect(result).toMatchObject({ status: 'failed', metrics: { spend: { tokensSpent: 0 } } });
    expect(result.reason).toContain('a (failed: gave-up: It gave up); b (upstream-failed, never started: It needs a)');
  });

  it('sends a plan back with its findings until it compiles', async () => {
    const finding = { code: 'graph.empty', severity: 'error', taskIds: [], message: 'No tasks.', witness: [], suggestion: 'Plan some.' } as const;
    const repairs: unknown[] = [];
    const scripted = scriptedActivities();
    const activities = scriptedActivities({
      'kamachiq.decomposeProject': async (input) => {
        repairs.push({ repair: input.repair, codes: input.findings.map(({ code }) => code), previous: input.previous !== null });
        return scripted['kamachiq.decomposeProject'](input);
      },
      'kamachiq.validateTaskGraph': async () => ({ findings: repairs.length < 3 ? [finding] : [] }),
    });
    expect(await runProject(environment, activities, smallProject())).toMatchObject({ status: 'approved' });
    expect(repairs).toEqual([
      { repair: 0, codes: [], previous: false },
      { repair: 1, codes: ['graph.empty'], previous: true },
      { repair: 2, codes: ['graph.empty'], previous: true },
    ]);
  });

  it('goes on with its clock while a task works and another is short of tokens, though a third waits for a person', async () => {
    const rateLimited = { tokensSpent: 0, retryAfterMilliseconds: 300_000 };
    let finalized: FinalizeProjectInput | null = null;
    const scripted = scriptedActivities();
    const activities = scriptedActivities({
      'kamachiq.spawnAgent': async (input) => {
        // It holds its tokens for fifteen minutes, attempt after attempt; time passes while it sleeps.
        if (input.task.id === 'working') throw ApplicationFailure.create({ type: 'kamachiq.model.rate-limited', details: [rateLimited] });
        return scripted['kamachiq.spawnAgent'](input);
      },
      'kamachiq.evaluateQuality': async (input) => ({ ...(await scripted['kamachiq.evaluateQuality'](input)), verdict: verdict('ask-person') }),
      'kamachiq.finalizeProject': async (input) => {
        finalized = input;
        return scripted['kamachiq.finalizeProject'](input);
      },
    });
    const tasks = [
      documentTask('asks', [], { estimatedTokens: 0 }),
      documentTask('working', [], { estimatedTokens: 600 }),
      documentTask('short', [], { estimatedTokens: 500 }),
    ];
    const spec = specWithTasks(tasks, { budgetTotal: 1_000, timeoutMinutes: 8 });
    const input = { ...smallProject(), spec, reviewTimeoutMinutes: 24 * 60 };
    const result = await withActivities(environment, activities, async (taskQueue) => {
      const stop = await stopTimeAt(9, taskQueue);
      const ended = await environment.client.workflow.execute<(value: ProjectInput) => Promise<ProjectResult>>('KamachiqProjectWorkflow', {
        taskQueue,
        workflowId: input.projectId,
        args: [input],
        workflowExecutionTimeout: '30 days',
      });
      await stop.result();
      return ended;
    });
    expect(result.status).toBe('timed-out');
    // The clock is a timer: it runs once, and is not set again for minutes in which only people were waited for.
    expect(await timersOf(input.projectId)).toEqual([8 * 60]);
    expect(unpacked(finalized!.tasks).map(({ state, startedAt: started = null }) => [state, started === null])).toEqual([
      ['cancelled', false],
      ['cancelled', false],
      ['cancelled', true],
    ]);
    expect(result.reason).toContain('asks (cancelled: The task was stopped with the project); working (cancelled');
    expect(result.reason).toContain('short (cancelled, never started');
  });

  it('asks a person about the manifest that was evaluated, and takes no decision about another', async () => {
    const activities = scriptedActivities({
      'kamachiq.evaluateQuality': async ({ task }) => ({
        verdict: verdict(task === null ? 'remediate' : 'approve'),
        unscored: [],
        checks: [],
        tokensSpent: 0,
        manifest: reference(task === null ? '9' : '8'),
        record: reference('c'),
      }),
    });
    const input = smallProject();
    const result = await withActivities(environment, activities, async (taskQueue) => {
      const handle = await environment.client.workflow.start<(value: ProjectInput) => Promise<ProjectResult>>('KamachiqProjectWorkflow', {
        taskQueue,
        workflowId: input.projectId,
        args: [input],
        workflowExecutionTimeout: '30 days',
      });
      const waiting = environment.client.workflow.getHandle(`${input.projectId}/review`);
      await until(async () => (await handle.query<ProjectProgress>('kamachiq.status')).phase === 'waiting-for-person');
      const shown = await until(async () => waiting.query<HumanReview>('kamachiq.review').catch(() => null));
      expect(shown).toMatchObject({ manifest: reference('9'), score: 0.5 });
      const decide = (digit: string) =>
        waiting.executeUpdate<HumanDecision, [object]>('kamachiq.decide-review', {
          args: [{ decision: 'approve', reviewer: 'ada', comment: '', manifestSha256: reference(digit).sha256 }],
        });
      // Neither what a task made nor what its review saw is what the project was evaluated by.
      await expect(decide('a')).rejects.toThrow();
      await expect(decide('8')).rejects.toThrow();
      await decide('9');
      return handle.result();
    });
    expect(result).toMatchObject({ status: 'approved', reason: expect.stringContaining('Approved by ada') });
  });

  it('shows a person what a verdict is about, not what a later attempt left', async () => {
    let finalized: FinalizeProjectInput | null = null;
    const scripted = scriptedActivities();
    const made = (digit: string, passed: boolean) => ({
      passed,
      manifest: reference(digit),
      record: reference('b'),
      candidates: 1,
      tokensSpent: 10,
      problems: passed ? [] : ['no'],
    });
    const activities = scriptedActivities({
      'kamachiq.spawnAgent': async ({ remediation }) => (remediation === 0 ? made('7', true) : made('6', false)),
      'kamachiq.evaluateQuality': async (input) => ({ ...(await scripted['kamachiq.evaluateQuality'](input)), verdict: verdict('remediate') }),
      'kamachiq.finalizeProject': async (input) => {
        finalized = input;
        return scripted['kamachiq.finalizeProject'](input);
      },
    });
    const input = { ...smallProject(), spec: specWithTasks([documentTask('a')]) };
    await withActivities(environment, activities, async (taskQueue) => {
      const handle = await environment.client.workflow.start<(value: ProjectInput) => Promise<ProjectResult>>('KamachiqProjectWorkflow', {
        taskQueue,
        workflowId: input.projectId,
        args: [input],
        workflowExecutionTimeout: '30 days',
      });
      const waiting = environment.client.workflow.getHandle(`${input.projectId}/1-a/review`);
      // Three retries of the remediation fail seconds apart: the server's clock must be let run.
      const shown = await until(async () => {
        await environment.sleep('5 seconds');
        return waiting.query<HumanReview>('kamachiq.review').catch(() => null);
      });
      expect(shown).toMatchObject({ manifest: reference('7'), score: 0.5 });
      const word = { decision: 'reject', reviewer: 'ada', comment: '', manifestSha256: reference('7').sha256 };
      await waiting.executeUpdate<HumanDecision, [object]>('kamachiq.decide-review', { args: [word] });
      return handle.result();
    });
    expect(finalized!.tasks).toMatchObject([{ state: 'failed', manifest: reference('7'), verdict: { score: 0.5 } }]);
  });

  it('does not count days of waiting for a person against its fifteen minutes', async () => {
    const activities = scriptedActivities({
      'kamachiq.evaluateQuality': async ({ task }) => ({
        verdict: verdict(task === null ? 'remediate' : 'approve'),
        unscored: [],
        checks: [],
        tokensSpent: 0,
        manifest: reference('9'),
        record: reference('c'),
      }),
    });
    const result = await runProject(environment, activities, { ...smallProject(), reviewTimeoutMinutes: 3 * 24 * 60 });
    expect(result).toMatchObject({ status: 'rejected', reason: expect.stringContaining('Nobody decided in time') });
  });
});
