import { pyodideSandbox } from '@kamachiq/sandbox';
import { type Plan, type Planner, ProjectStatus, type RenderedTaskTemplate, type Sandbox, type TaskNode } from 'kamachiq';
import type { ProjectHandle } from 'kamachiq/client';
import { ScriptedModel } from 'kamachiq/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';

let temporal: TemporalFixture;
let sandbox: Sandbox;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
  sandbox = pyodideSandbox();
});
afterAll(async () => {
  await sandbox?.doClose?.();
  await temporal?.stop();
});

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

/** Tasks that weigh what they are told to, and nothing else. */
const planOf = (bytes: number): readonly TaskNode[] =>
  Array.from({ length: TASKS }, (_, index) => ({
    id: `t${index}`,
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

  constructor(readonly bytes: number) {}

  async doPlan({ spec }: Parameters<Planner['doPlan']>[0]): Promise<Plan> {
    this.plans += 1;
    const { budgetTotal, timeoutMinutes, qualityThreshold } = spec;
    const graph = { nodes: planOf(this.bytes), budgetTotal, timeoutMinutes, qualityThreshold };
    return { graph, functions: [], projectTemplate: null, madeBy: 'the test', decidedByModel: Array(1_000).fill('d'.repeat(1_000)) };
  }
}

async function runPlanOf(bytes: number) {
  const planner = new LargePlanner(bytes);
  const ports = { model: new ScriptedModel(() => 'nothing'), sandbox, planner, taskTemplates: [shortFile] };
  return temporal.withWorker(ports, async (client) => {
    // A spec as large as may be: everything that carries the plan carries it too.
    const handle = await client.submit(specWithTasks([], { constraints: Array(43).fill('c'.repeat(9_000)) }), { reviewTimeoutMinutes: 0.01 });
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
    const { result, report, failedWorkflowTasks } = await runPlanOf(1_385_000);
    expect(result.metrics.tasks).toEqual({ total: TASKS, succeeded: TASKS, failed: 0 });
    expect(report.tasks).toHaveLength(TASKS);
    expect(failedWorkflowTasks).toBe(0);
  });

  it('is refused with its weight where the plan is too heavy to be carried, after the planner was told', { timeout: 120_000 }, async () => {
    const { result, planner, report, failedWorkflowTasks } = await runPlanOf(1_420_000);
    expect(result.status).toBe(ProjectStatus.FAILED);
    expect(report.plan.findings).toMatchObject([{ code: 'graph.too-heavy', witness: [expect.stringMatching(/^14\d{5}$/), '1400000'] }]);
    expect(planner.plans).toBe(3);
    expect(failedWorkflowTasks).toBe(0);
  });

  it('is refused at once where the plan could not even be handed to the compiler', { timeout: 120_000 }, async () => {
    const { result, planner, failedWorkflowTasks } = await runPlanOf(3_000_000);
    expect(result.status).toBe(ProjectStatus.FAILED);
    expect(result.reason).toMatch(/at most 1500000 bytes as JSON, got 300\d{4} for 6 tasks/);
    expect(planner.plans).toBe(1);
    expect(failedWorkflowTasks).toBe(0);
  });
});
