import { MockActivityEnvironment } from '@temporalio/testing';
import { type Plan, type Planner, ProjectStatus, type ProjectTemplate, type RenderedTaskTemplate, type Sandbox, type TaskNode } from 'kamachiq';
import type { ProjectHandle } from 'kamachiq/client';
import { ScriptedModel } from 'kamachiq/testing';
import { createActivities } from 'kamachiq/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietLogger } from '../support/quiet-runtime.js';
import { specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

/** Writes a short file whatever its inputs: what is large here is the plan, not the work. */
const shortFile: RenderedTaskTemplate = {
  kind: 'rendered',
  name: 'short-file',
  version: '1',
  language: 'text',
  findInputProblems: () => [],
  checks: () => [],
  render: ({ writes }) => writes.map((path) => ({ path, text: 'short\n' })),
};

const TASKS = 6;

/** Bytes of inputs in a plan that can be stored, if only just. */
const LARGEST = 7_990_000;

/** Tasks that weigh what they are told to in the store, or also in their workflow, and nothing else. */
const planOf = (bytes: number, idBytes: number): readonly TaskNode[] =>
  Array.from({ length: TASKS }, (_, index) => ({
    id: `t${index}`.padEnd(idBytes / TASKS, '-'),
    type: 'design',
    description: 'Write a short file.',
    dependencies: [],
    estimatedTokens: 0,
    template: shortFile.name,
    inputs: { material: 'a'.repeat(Math.floor(bytes / TASKS)) },
    writes: [`${index}.txt`],
    successCriteria: [],
  }));

class LargePlanner implements Planner {
  readonly specificationVersion = 1;
  readonly id = 'large/1';
  plans = 0;

  constructor(
    readonly bytes: number,
    readonly idBytes: number,
    readonly projectTemplate: string | null,
  ) {}

  async doPlan({ spec }: Parameters<Planner['doPlan']>[0]): Promise<Plan> {
    this.plans += 1;
    const { budgetTotal, timeoutMinutes, qualityThreshold } = spec;
    const graph = { nodes: planOf(this.bytes, this.idBytes), budgetTotal, timeoutMinutes, qualityThreshold };
    return { graph, functions: [], projectTemplate: this.projectTemplate, madeBy: 'the test', decidedByModel: Array(1_000).fill('d'.repeat(1_000)) };
  }
}

/** Checks every command of the spec, and nothing else. */
const manyChecks: ProjectTemplate = {
  name: 'many-checks',
  version: '1',
  language: 'text',
  types: [],
  matches: () => true,
  functionNames: () => [],
  deriveExamples: () => [],
  decompose: () => [],
  functionChecks: () => [],
  plantFaults: () => [],
  acceptanceChecks: ({ acceptance }) =>
    acceptance.map(({ run, exitCode }, index) => ({
      id: `acceptance-${index}`,
      description: `python -m x ${run.join(' ')} exits with ${exitCode}`,
      invocation: { kind: 'command', module: 'x', arguments: run },
      expected: { kind: 'exits', exitCode },
    })),
};

/** Every command prints what takes three bytes a character, and fails. */
const printingSandbox: Sandbox = {
  specificationVersion: 1,
  id: 'printing/1',
  languages: ['text'],
  doRun: async ({ invocations }) => ({
    durationMilliseconds: 1,
    observations: invocations.map(() => ({ status: 'exited', exitCode: 1, stdout: '漢'.repeat(1_000), stderr: '' }) as const),
  }),
};

async function runPlanOf({ bytes = 0, idBytes = 0, checks = 0 }) {
  const planner = new LargePlanner(bytes, idBytes, checks === 0 ? null : manyChecks.name);
  const ports = {
    model: new ScriptedModel(() => 'nothing'),
    ...(checks === 0 ? {} : { sandbox: printingSandbox }),
    planner,
    taskTemplates: [shortFile],
    projectTemplates: [manyChecks],
  };
  return temporal.withWorker(ports, async (client) => {
    // A spec as large as may be: everything that carries the plan carries it too.
    const acceptance = Array.from({ length: checks }, (_, index) => ({ run: [`${index}`], exitCode: 0 }));
    const constraints = Array(checks === 0 ? 43 : 40).fill('c'.repeat(9_000));
    const handle = await client.submit(specWithTasks([], { constraints, acceptance }), { reviewTimeoutMinutes: 0.01 });
    const result = await handle.result();
    return { result, planner, report: await reportOf(handle), failedWorkflowTasks: await countFailures(handle) };
  });
}

async function reportOf(handle: ProjectHandle) {
  const { report } = await handle.result();
  return JSON.parse(new TextDecoder().decode(await temporal.artifacts().doGet(report.json)));
}

/** Workflow tasks that failed: what a worker would try again and again. Read a few events at a time, since a client takes 4 MiB in one answer. */
async function countFailures({ projectId }: ProjectHandle): Promise<number> {
  const { workflowService, options } = temporal.environment.client;
  let failures = 0;
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await workflowService.getWorkflowExecutionHistory({
      namespace: options.namespace,
      execution: { workflowId: projectId },
      maximumPageSize: 1,
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
    });
    failures += (page.history?.events ?? []).filter(({ workflowTaskFailedEventAttributes }) => workflowTaskFailedEventAttributes).length;
    nextPageToken = page.nextPageToken;
  } while (nextPageToken !== undefined && nextPageToken.length > 0);
  return failures;
}

describe('a large project', () => {
  it('runs to its report with a spec and a plan as large as may be', { timeout: 120_000 }, async () => {
    const { result, report, failedWorkflowTasks } = await runPlanOf({ bytes: LARGEST });
    expect(result.metrics.tasks).toEqual({ total: TASKS, succeeded: TASKS, skipped: 0, failed: 0 });
    expect(report.tasks).toHaveLength(TASKS);
    expect(failedWorkflowTasks).toBe(0);
  });

  it('runs to its report also where every one of its checks has much to say', { timeout: 120_000 }, async () => {
    const { result, report, failedWorkflowTasks } = await runPlanOf({ bytes: LARGEST, checks: 500 });
    expect(result.metrics.tasks).toEqual({ total: TASKS, succeeded: TASKS, skipped: 0, failed: 0 });
    expect(report.checks).toHaveLength(500);
    expect(report.checks[499]).toMatchObject({ id: 'acceptance-499', passed: false });
    // What is too much to be carried at once goes in parts: nothing is left out.
    expect(report.tasks[0].node.inputs.material).toHaveLength(Math.floor(LARGEST / TASKS));
    expect(report.constraints).toHaveLength(40);
    expect(failedWorkflowTasks).toBe(0);
  });

  it('is refused with its weight where the plan is too heavy to be carried, after the planner was told', { timeout: 120_000 }, async () => {
    const { result, planner, report, failedWorkflowTasks } = await runPlanOf({ idBytes: 1_799_000 });
    expect(result.status).toBe(ProjectStatus.FAILED);
    expect(report.plan.findings).toMatchObject([{ code: 'graph.too-heavy', witness: [expect.stringMatching(/^18\d{5}$/), '1800000'] }]);
    expect(planner.plans).toBe(3);
    expect(failedWorkflowTasks).toBe(0);
  });

  it.each([
    ['stored', { bytes: 8_000_000 }, /at most 8000000 bytes as JSON, got 800\d{4} for 6 tasks/],
    ['handed to the compiler', { idBytes: 1_900_000 }, /at most 1800000 bytes as JSON, got 190\d{4} for 6 tasks/],
  ])('is refused at once where the plan could not even be %s', { timeout: 120_000 }, async (_what, sizes, reason) => {
    const { result, planner, failedWorkflowTasks } = await runPlanOf(sizes);
    expect(result.status).toBe(ProjectStatus.FAILED);
    expect(result.reason).toMatch(reason);
    expect(planner.plans).toBe(1);
    expect(failedWorkflowTasks).toBe(0);
  });
});

describe('a review', () => {
  it('answers with no more than can be carried, whatever its checks saw and however many there are', { timeout: 120_000 }, async () => {
    const noisy: Sandbox = {
      ...printingSandbox,
      doRun: async ({ invocations }) => ({
        durationMilliseconds: 1,
        observations: invocations.map(() => ({ status: 'exited', exitCode: 1, stdout: '\u0001'.repeat(1_000), stderr: '' }) as const),
      }),
    };
    const activities = createActivities({
      model: new ScriptedModel(() => 'nothing'),
      sandbox: noisy,
      artifacts: temporal.artifacts(),
      planner: new LargePlanner(1_000, 0, manyChecks.name),
      taskTemplates: [shortFile],
      projectTemplates: [manyChecks],
    });
    const run = <Input, Output>(activity: (input: Input) => Promise<Output>, input: Input) =>
      new MockActivityEnvironment({}, { logger: quietLogger }).run(() => activity(input)) as Promise<Output>;
    const spec = specWithTasks([], {
      acceptance: Array.from({ length: 5_000 }, (_, index) => ({ run: [`${index}`, '漢'.repeat(100)], exitCode: 0 })),
    });
    const planning = { projectId: 'p', spec, seed: 0, holdTokens: 0, repair: 0, findings: [], previous: null };
    const { plan } = await run(activities['kamachiq.decomposeProject'], planning);
    const about = { projectId: 'p', plan, task: null, manifests: [], threshold: 0.5, seed: 0, holdTokens: 0 };
    const result = await run(activities['kamachiq.evaluateQuality'], about);
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(600_000);
    expect(result.verdict).toMatchObject({ decision: 'remediate', score: 0 });
    expect(result.verdict.failedChecks).toHaveLength(200);
    expect(result.checks.length).toBeGreaterThan(1_000);
  });
});
