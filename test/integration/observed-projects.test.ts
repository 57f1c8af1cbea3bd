import { join } from 'node:path';
import { localModel } from '@kamachiq/local-model';
import { pythonProjects } from '@kamachiq/python';
import { DEFAULT_PERSONAS, loadEstimator, observeReport, outlineTask, TemplateLibrary } from 'kamachiq';
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
  it('leaves what it cost, the next one is estimated by it, and one that comes when more is known holds no more than that', {
    timeout: 300_000,
  }, async () => {
    const spec = parseProjectSpec(SPEC);
    const observations = new FilesystemObservationStore(join(temporal.folder, 'observations'));
    const model = await localModel({ modelFile: process.env.KAMACHIQ_MODEL_FILE! });
    const projects = pythonProjects();
    await temporal.withWorker({ model, observations, ...projects }, async (client) => {
      const run = async () => {
        const result = await (await client.submit(spec)).result();
        expect(result.status).toBe('approved');
        return reportOf(temporal, result);
      };
      const report = await run();
      const templates = new TemplateLibrary({ tasks: projects.taskTemplates });
      const outlines = report.tasks.map(({ node }) => outlineTask(node, templates, DEFAULT_PERSONAS, model.id));
      const estimator = await loadEstimator(observations, outlines);
      for (const [index, { tokensSpent, node }] of report.tasks.entries()) {
        const estimate = estimator.estimate(outlines[index]!);
        expect({ id: node.id, ...estimate }).toMatchObject({
          id: node.id,
          basis: 'kind',
          observations: 1,
          tokens: { p50: tokensSpent },
          succeeded: 1,
        });
        expect(estimate.milliseconds.p50).toBeGreaterThan(0);
      }
      const [before, ...others] = report.tasks.filter(({ tokensSpent }) => tokensSpent > 0);
      expect([before!.node.template, others]).toEqual(['python-function', []]);

      // As it would be after 30 such projects: each of them as this one really went.
      const learnt = observeReport(report, templates).filter(({ taskId }) => taskId === before!.node.id);
      for (let index = 0; index < 30; index += 1) {
        const projectId = `like-it-${index}`;
        await observations.doAppend(
          projectId,
          learnt.map((each) => ({ ...each, projectId })),
        );
      }
      const after = (await run()).tasks.find(({ node }) => node.id === before!.node.id)!;
      expect(before!.attempts[0]!.tokensHeld).toBe(before!.node.estimatedTokens);
      expect(after.attempts[0]!.tokensHeld).toBeLessThan(before!.attempts[0]!.tokensHeld / 2);
      // The same draws with the same seed: a smaller hold takes nothing from a task that goes as its kind does.
      expect([after.tokensSpent, after.attempts.length]).toEqual([before!.tokensSpent, 1]);
    });
  });
});
