import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProjectReport } from 'kamachiq';
import { exportProject, KamachiqClient } from 'kamachiq/client';
import { parseProjectSpec } from 'kamachiq/spec';
import { FilesystemArtifactStore } from 'kamachiq/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TemporalFixture } from '../support/temporal.js';
import { WorkerChild } from '../support/worker-child.js';

const SEEDS = process.env.KAMACHIQ_TEST_FULL === '1' ? [1, 2, 3, 4, 5] : [1];

/** Nobody decides here: what a machine can't is rejected at once. */
const REVIEW_MINUTES = 0.02;

const spec = parseProjectSpec(`
name: Number tools
goals: [A command line program answers questions about whole numbers.]
budget_total: 40000
acceptance:
  - { run: [double, "4"], stdout: "8" }
  - { run: [double, "-3"], stdout: "-6" }
  - { run: [is-even, "3"], stdout: "False" }
  - { run: [is-even, "10"], stdout: "True" }
`);

let temporal: TemporalFixture;
let folder: string;
let worker: WorkerChild;
let client: KamachiqClient;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-e2e-proposals-'));
  const taskQueue = `proposals-${randomUUID()}`;
  worker = await WorkerChild.start({ address: temporal.environment.address, taskQueue, artifacts: join(folder, 'artifacts') });
  client = new KamachiqClient(temporal.environment.client, { taskQueue });
});
afterAll(async () => {
  await worker?.kill();
  await temporal?.stop();
  await rm(folder, { recursive: true, force: true });
});

/**
 * What a model of 135 million parameters proposes is not for a test to promise. Measured with the embedded model when this was written, five seeds for
 * each of five specs (this one, texts, temperatures, units, a calculator): 25 of 25 plans were usable, 24 of 25 projects were approved, and one ran out
 * of time. A sixth, with the longest word of a text, got its plans too, but one approval in five within nine minutes. What must hold always is below.
 */
describe.each(SEEDS)('a spec without functions, seed %i', (seed) => {
  it('ends with a plan that says what the model decided, or says why there is none', async () => {
    const result = await (await client.submit(spec, { seed, reviewTimeoutMinutes: REVIEW_MINUTES })).result();
    const exported = await exportProject(result, new FilesystemArtifactStore(join(folder, 'artifacts')), join(folder, `seed-${seed}`));
    const report = JSON.parse(await readFile(exported.report.json, 'utf8')) as ProjectReport;
    const { plan, budget, tasks, modelCalls, status, reason } = report;

    expect(budget.spent).toBeGreaterThan(0);
    expect(budget.spent).toBeLessThanOrEqual(budget.total);
    if (tasks.length === 0) {
      expect({ status, reason }).toEqual({ status: 'failed', reason: expect.stringContaining('planning.no-plan') });
      return;
    }
    expect(plan).toMatchObject({ madeBy: 'template python-command-line/1', findings: [] });
    // The checks call for two functions by name and tell their types; parameters' names and sentences are the model's.
    expect(plan.decidedByModel).toEqual([
      expect.stringMatching(/^function double\(\w+: (int|float)\) -> (int|float): Return/),
      expect.stringMatching(/^function is_even\(\w+: (int|float)\) -> bool: Return/),
    ]);
    expect(modelCalls.filter(({ key }) => key.startsWith('planning/')).length).toBeGreaterThanOrEqual(2);
    // What the acceptance checks imply became examples that judge each function.
    expect(tasks.find(({ node }) => node.id === 'implement-double')!.node.successCriteria).toEqual([
      'double(4) returns 8.',
      'double(-3) returns -6.',
    ]);
    expect(['approved', 'rejected', 'failed', 'budget-exhausted']).toContain(status);
    if (status === 'approved') expect(report.checks.filter(({ passed }) => !passed)).toEqual([]);
  }, 300_000);
});
