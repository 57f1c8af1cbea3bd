import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { AgentTaskInput, ProjectInput, ProjectResult, RegisteredActivities } from 'kamachiq/workflow';
import { awaitTasks } from '../../src/worker/await-tasks.js';
import { isProjectRunning } from '../../src/worker/is-project-running.js';
import { bundleWorkflows } from './bundle-workflows.js';
import { cacheOfWorkflows } from './cache-of-workflows.js';
import './quiet-runtime.js';
import { NotedRuns, recordHistories } from './record-histories.js';
import { documentTask, specWithTasks } from './specs.js';

/** A reference to a content that nobody stored, told from others by its digit. */
export const reference = (digit: string) => ({ sha256: digit.repeat(64), bytes: 10, mediaType: 'application/json' });

/** A verdict of which only the decision matters. */
export const verdict = (decision: 'approve' | 'remediate' | 'ask-person') => ({
  decision,
  score: decision === 'approve' ? 0.95 : 0.5,
  threshold: 0.8,
  criteria: [],
  failedChecks: [],
  feedback: decision === 'approve' ? [] : ['The ending is missing.'],
});

const report = {
  report: { json: reference('d'), markdown: reference('e'), html: reference('f') },
  files: [],
  manifest: reference('0'),
  makespanMilliseconds: 1,
  lowerBoundMilliseconds: 1,
};

/** Activities that say at once that all went well, but for those that a test replaces. */
export const scriptedActivities = (overrides: Partial<RegisteredActivities> = {}): RegisteredActivities => ({
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
  'kamachiq.accountForAttempt': async () => null,
  'kamachiq.keepText': async () => reference('8'),
  'kamachiq.finalizeProject': async () => report,
  'kamachiq.finalizeFromParts': async () => report,
  'kamachiq.finalizeFromArchives': async () => report,
  // The server is a real one: what it knows of tasks is asked for as ever.
  'kamachiq.awaitTasks': awaitTasks,
  'kamachiq.isProjectRunning': isProjectRunning,
  ...overrides,
});

/** The server that lets time pass in no time. */
export { startTimeSkippingTemporal as startTimeSkipping } from 'kamachiq/testing';

/** Works beside a worker with our workflows, or others, and these activities; on a queue of its own. */
export async function withActivities<Result>(
  environment: TestWorkflowEnvironment,
  activities: RegisteredActivities,
  work: (taskQueue: string) => Promise<Result>,
  workflows = new URL('../../src/workflows.ts', import.meta.url),
): Promise<Result> {
  const taskQueue = `test-${randomUUID()}`;
  const noted = NotedRuns.of(workflows);
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowBundle: await bundleWorkflows(workflows),
    activities,
    ...cacheOfWorkflows(),
    ...(noted === null ? {} : { interceptors: noted.interceptors }),
  });
  return worker.runUntil(async () => {
    const result = await work(taskQueue);
    if (noted !== null) await recordHistories(environment.client, taskQueue, noted);
    return result;
  });
}

/** A task alone: what its project would start it with. */
export const agentTask = (rest: Partial<AgentTaskInput> = {}): AgentTaskInput => ({
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

/** A project of two tasks, one after the other. */
export const smallProject = (): ProjectInput => ({
  projectId: randomUUID(),
  spec: specWithTasks([documentTask('a'), documentTask('b', ['a'])]),
  seed: 0,
});

/** Runs a project to its end beside such a worker. */
export const runProject = (
  environment: TestWorkflowEnvironment,
  activities: RegisteredActivities,
  input: ProjectInput,
  workflows?: URL,
): Promise<ProjectResult> =>
  withActivities(
    environment,
    activities,
    (taskQueue) =>
      environment.client.workflow.execute<(value: ProjectInput) => Promise<ProjectResult>>('KamachiqProjectWorkflow', {
        taskQueue,
        workflowId: input.projectId,
        args: [input],
        workflowExecutionTimeout: '30 days',
      }),
    workflows,
  );
