import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pyodideSandbox } from '@kamachiq/sandbox';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import type { ProjectSpec, TaskNode } from 'kamachiq';
import { KamachiqClient } from 'kamachiq/client';
import { ScriptedModel } from 'kamachiq/testing';
import { FilesystemArtifactStore, KamachiqPlugin } from 'kamachiq/worker';
import type { TimedTask } from './simulate-run.js';

/** What became of tasks in the real workflow. */
export interface RealRun {
  /** From the start of the first task to the end of the last, in the unit of the tasks' durations. */
  readonly makespan: number;
  /** The most tasks that were at work at any event of the project's history. */
  readonly mostAtWork: number;
}

/** Minutes that stand for a unit of a duration: long beside the milliseconds that a server takes for itself. */
const MINUTES = 20;

/**
 * Carries out tasks by the real project workflow on a real server that skips time: each task is a child workflow that waits as long as the task
 * takes, while estimates decide what starts first.
 */
export class RealScheduler {
  readonly #environment: TestWorkflowEnvironment;
  readonly #bundle: WorkflowBundleWithSourceMap;
  readonly #folder: string;

  private constructor(environment: TestWorkflowEnvironment, bundle: WorkflowBundleWithSourceMap, folder: string) {
    this.#environment = environment;
    this.#bundle = bundle;
    this.#folder = folder;
  }

  /** @param server - Path of the time-skipping server. */
  static async start(server: string): Promise<RealScheduler> {
    const workflowsPath = fileURLToPath(new URL('./timed-workflows.ts', import.meta.url));
    const bundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
    const environment = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path: server } } });
    return new RealScheduler(environment, bundle, await mkdtemp(join(tmpdir(), 'kamachiq-scheduler-')));
  }

  async stop(): Promise<void> {
    await this.#environment.teardown();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async run(tasks: readonly TimedTask[]): Promise<RealRun> {
    const taskQueue = `scheduler-${randomUUID()}`;
    const sandbox = pyodideSandbox();
    // Nobody works and nobody judges: the tasks are timers, and the review of the whole is of no interest here.
    const model = new ScriptedModel(() => '');
    const worker = await Worker.create({
      connection: this.#environment.nativeConnection,
      taskQueue,
      workflowBundle: this.#bundle,
      plugins: [new KamachiqPlugin({ artifacts: new FilesystemArtifactStore(this.#folder), sandbox, model })],
    });
    return worker.runUntil(async () => {
      const handle = await new KamachiqClient(this.#environment.client, { taskQueue }).submit(specOf(tasks), { reviewTimeoutMinutes: 1 });
      const { metrics } = await handle.result();
      if (metrics.tasks.succeeded !== tasks.length) throw new Error(`Only ${metrics.tasks.succeeded} of ${tasks.length} tasks succeeded.`);
      const { events } = await this.#environment.client.workflow.getHandle(handle.projectId).fetchHistory();
      let [atWork, mostAtWork] = [0, 0];
      for (const event of events ?? []) {
        if (event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowType?.name === 'AgentTaskWorkflow') atWork += 1;
        if (event.childWorkflowExecutionCompletedEventAttributes?.workflowType?.name === 'AgentTaskWorkflow') atWork -= 1;
        mostAtWork = Math.max(mostAtWork, atWork);
      }
      return { makespan: metrics.timeline.makespanMilliseconds / (MINUTES * 60_000), mostAtWork };
    });
  }
}

const specOf = (tasks: readonly TimedTask[]): ProjectSpec => ({
  name: 'Tasks that take their time',
  goals: ['All of them are done'],
  constraints: [],
  context: '',
  language: 'text',
  packageName: 'timed',
  budgetTotal: 1_000,
  timeoutMinutes: 10_000,
  qualityThreshold: 0.8,
  functions: [],
  acceptance: [],
  tasks: tasks.map(
    ({ id, dependencies, duration, estimate }): TaskNode => ({
      id,
      type: 'test',
      description: `${duration * MINUTES} minutes`,
      dependencies,
      estimatedTokens: 0,
      estimatedMinutes: estimate * MINUTES,
      inputs: {},
      outputs: [{ name: 'done', type: 'boolean' }],
      writes: [],
      successCriteria: [],
    }),
  ),
});
