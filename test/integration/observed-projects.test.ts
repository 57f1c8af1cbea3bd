import { join } from 'node:path';
import { localModel } from '@kamachiq/local-model';
import { pythonProjects } from '@kamachiq/python';
import { DEFAULT_PERSONAS, loadEstimator, outlineTask, TemplateLibrary } from 'kamachiq';
import { parseProjectSpec } from 'kamachiq/spec';
import { FilesystemObservationStore } from 'kamachiq/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOf } from '../support/scripted-answers.js';
import { TemporalFixture } from '../support/temporal.js';

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

const SPEC = `
name: Sums
goals: [A command line program adds numbers.]
budget_total: 20000
functions:
  - signature: "add(left: float, right: float) -> float"
    sentence: Return the sum of two numbers.
    examples: [{ arguments: [2, 3], returns: 5 }, { arguments: [-1, 1], returns: 0 }]
acceptance: [{ run: [add, "2", "3"], stdout: "5" }]
`;

describe('a project carried out by a real model', () => {
  it('leaves what it cost, and the next one is estimated by it', { timeout: 300_000 }, async () => {
    const spec = parseProjectSpec(SPEC);
    const observations = new FilesystemObservationStore(join(temporal.folder, 'observations'));
    const model = await localModel({ modelFile: process.env.KAMACHIQ_MODEL_FILE! });
    const projects = pythonProjects();
    const result = await temporal.withWorker({ model, observations, ...projects }, async (client) => (await client.submit(spec)).result());
    expect(result.status).toBe('approved');
    const report = await reportOf(temporal, result);
    const templates = new TemplateLibrary({ tasks: projects.taskTemplates });
    const outlines = report.tasks.map(({ node }) => outlineTask(node, templates, DEFAULT_PERSONAS, model.id));
    const estimator = await loadEstimator(observations, outlines);
    for (const [index, { tokensSpent, node }] of report.tasks.entries()) {
      const estimate = estimator.estimate(outlines[index]!);
      expect({ id: node.id, ...estimate }).toMatchObject({ id: node.id, basis: 'kind', observations: 1, tokens: { p50: tokensSpent }, succeeded: 1 });
      expect(estimate.milliseconds.p50).toBeGreaterThan(0);
    }
    const worked = report.tasks.filter(({ tokensSpent }) => tokensSpent > 0);
    expect(worked.map(({ node }) => node.template)).toEqual(['python-function']);
  });
});
