import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type {
  AgentTaskInput,
  AgentTaskProgress,
  AgentTaskResult,
  HumanDecision,
  HumanReview,
  HumanReviewInput,
  ProjectInput,
  ProjectResult,
  RegisteredActivities,
} from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '../support/quiet-runtime.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { until } from '../support/until.js';

/*
 * Tests of the kind that hosts write: each workflow alone on the time-skipping server, its activities replaced by functions that say exactly
 * what the test needs. `docs/testing.md` shows them.
 */

const reference = (digit: string) => ({ sha256: digit.repeat(64), bytes: 10, mediaType: 'application/json' });
const verdict = (decision: 'approve' | 'remediate') => ({
  decision,
  score: decision === 'approve' ? 0.95 : 0.5,
  threshold: 0.8,
  criteria: [],
  failedChecks: [],
  feedback: decision === 'approve' ? [] : ['The ending is missing.'],
});

const scriptedActivities = (overrides: Partial<RegisteredActivities> = {}): RegisteredActivities => ({
  'kamachiq.decomposeProject': async ({ spec }) => ({
    graph: { nodes: spec.tasks, budgetTotal: spec.budgetTotal, timeoutMinutes: spec.timeoutMinutes, qualityThreshold: spec.qualityThreshold },
    plan: reference('1'),
    madeBy: 'the spec',
    decidedByModel: [],
    tokensSpent: 0,
    record: reference('2'),
  }),
  'kamachiq.validateTaskGraph': async () => ({ findings: [] }),
  'kamachiq.spawnAgent': async () => ({
    passed: true,
    manifest: reference('a'),
    record: reference('b'),
    candidates: 1,
    tokensSpent: 100,
    problems: [],
  }),
  'kamachiq.evaluateQuality': async () => ({
    verdict: verdict('approve'),
    unscored: [],
    checks: [],
    tokensSpent: 0,
    manifest: reference('9'),
    record: reference('c'),
  }),
  'kamachiq.finalizeProject': async () => ({
    report: { json: reference('d'), markdown: reference('e'), html: reference('f') },
    files: [],
    manifest: reference('0'),
    makespanMilliseconds: 1,
    lowerBoundMilliseconds: 1,
  }),
  ...overrides,
});

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  const path = process.env.KAMACHIQ_TIME_SKIPPING_SERVER!;
  environment = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } });
});
afterAll(async () => environment?.teardown());

async function withActivities<Result>(activities: RegisteredActivities, work: (taskQueue: string) => Promise<Result>): Promise<Result> {
  const taskQueue = `test-${randomUUID()}`;
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowsPath: fileURLToPath(new URL('../../src/workflows.ts', import.meta.url)),
    activities,
  });
  return worker.runUntil(work(taskQueue));
}

const agentTask = (rest: Partial<AgentTaskInput> = {}): AgentTaskInput => ({
  projectId: 'project',
  plan: reference('1'),
  task: documentTask('a'),
  upstream: [],
  seed: 0,
  threshold: 0.8,
  holdTokens: 4_000,
  reviewTimeoutMinutes: 60,
  ...rest,
});

const runTask = (activities: RegisteredActivities, input: AgentTaskInput) =>
  withActivities(activities, (taskQueue) =>
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

const review = (rest: Partial<HumanReviewInput> = {}): HumanReviewInput => ({
  projectId: 'project',
  subject: { kind: 'task', taskId: 'a' },
  reason: 'It did not pass.',
  manifest: reference('a'),
  score: 0.5,
  threshold: 0.8,
  findings: ['The ending is missing.'],
  timeoutMinutes: 7 * 24 * 60,
  ...rest,
});

describe('HumanReviewWorkflow', () => {
  const start = (taskQueue: string, input: HumanReviewInput) =>
    environment.client.workflow.start<(value: HumanReviewInput) => Promise<HumanDecision>>('HumanReviewWorkflow', {
      taskQueue,
      workflowId: randomUUID(),
      args: [input],
      workflowExecutionTimeout: '30 days',
    });

  it('waits seven days and then rejects', async () => {
    const decision = await withActivities(scriptedActivities(), async (taskQueue) => (await start(taskQueue, review())).result());
    expect(decision).toMatchObject({ decision: 'timed-out', reviewer: '' });
  });

  it('takes the first decision about what it shows, and no other', async () => {
    await withActivities(scriptedActivities(), async (taskQueue) => {
      const handle = await start(taskQueue, review());
      const decide = (word: object) => handle.executeUpdate<HumanDecision, [object]>('kamachiq.decide-review', { args: [word] });
      const word = { decision: 'approve', reviewer: 'ada', comment: '', manifestSha256: reference('a').sha256 };
      for (const wrong of [
        { ...word, manifestSha256: 'b'.repeat(64) },
        { ...word, reviewer: ' ' },
        { ...word, decision: 'perhaps' },
      ]) {
        await expect(decide(wrong)).rejects.toThrow();
      }
      expect(await handle.query<HumanReview>('kamachiq.review')).toMatchObject({ decision: null, findings: ['The ending is missing.'] });
      const [first, second] = await Promise.allSettled([decide(word), decide({ ...word, decision: 'reject', reviewer: 'bob' })]);
      expect([first.status, second.status].sort()).toEqual(['fulfilled', 'rejected']);
      expect(['ada', 'bob']).toContain((await handle.result()).reviewer);
    });
  });
});

describe('KamachiqProjectWorkflow', () => {
  const runProject = (activities: RegisteredActivities, input: ProjectInput) =>
    withActivities(activities, (taskQueue) =>
      environment.client.workflow.execute<(value: ProjectInput) => Promise<ProjectResult>>('KamachiqProjectWorkflow', {
        taskQueue,
        workflowId: input.projectId,
        args: [input],
        workflowExecutionTimeout: '30 days',
      }),
    );
  const project = (): ProjectInput => ({ projectId: randomUUID(), spec: specWithTasks([documentTask('a'), documentTask('b', ['a'])]), seed: 0 });

  it('runs tasks after what they need and reports what was spent', async () => {
    const order: string[] = [];
    const activities = scriptedActivities({
      'kamachiq.spawnAgent': async ({ task }) => {
        order.push(task.id);
        return { passed: true, manifest: reference('a'), record: reference('b'), candidates: 1, tokensSpent: 100, problems: [] };
      },
    });
    expect(await runProject(activities, project())).toMatchObject({ status: 'approved', metrics: { spend: { tokensSpent: 200 } } });
    expect(order).toEqual(['a', 'b']);
  });

  it('writes off what finds no tokens, and carries out what needs none', async () => {
    const dear = Array.from({ length: 12 }, (_, index) => documentTask(`dear-${index}`, [], { estimatedTokens: 5_000 }));
    const spec = specWithTasks([...dear, documentTask('free', [], { estimatedTokens: 0 })], { budgetTotal: 1_000 });
    const result = await runProject(scriptedActivities(), { ...project(), spec });
    expect(result).toMatchObject({ status: 'budget-exhausted', metrics: { tasks: { total: 13, succeeded: 1, failed: 12 } } });
  });

  it('lets a further attempt wait for tokens that a running task is about to give back', async () => {
    const input = project();
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
    const result = await runProject(activities, { ...input, spec: specWithTasks(tasks, { budgetTotal: 1_000 }) });
    expect(result).toMatchObject({ status: 'approved', metrics: { spend: { tokensSpent: 420 } } });
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
    expect(await runProject(activities, project())).toMatchObject({ status: 'approved' });
    expect(repairs).toEqual([
      { repair: 0, codes: [], previous: false },
      { repair: 1, codes: ['graph.empty'], previous: true },
      { repair: 2, codes: ['graph.empty'], previous: true },
    ]);
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
    const result = await runProject(activities, { ...project(), reviewTimeoutMinutes: 3 * 24 * 60 });
    expect(result).toMatchObject({ status: 'rejected', reason: expect.stringContaining('Nobody decided in time') });
  });
});
