import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProjectReport } from 'kamachiq';
import { exportProject, KamachiqClient } from 'kamachiq/client';
import { loadProjectSpec } from 'kamachiq/spec';
import { FilesystemArtifactStore } from 'kamachiq/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordHistories } from '../support/record-histories.js';
import { TemporalFixture } from '../support/temporal.js';
import { until } from '../support/until.js';
import { WorkerChild } from '../support/worker-child.js';

let temporal: TemporalFixture;
let folder: string;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-killed-'));
});
afterAll(async () => {
  await temporal?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('a worker that is killed in the middle of a project', () => {
  it('is replaced by another, which finishes the same project', async () => {
    const taskQueue = `killed-${randomUUID()}`;
    const artifacts = join(folder, 'artifacts');
    const options = { address: temporal.environment.address, taskQueue, artifacts };
    const workers: WorkerChild[] = [];
    try {
      workers.push(await WorkerChild.start(options));
      const spec = await loadProjectSpec(fileURLToPath(new URL('../../examples/simple_cli.yaml', import.meta.url)));
      const handle = await new KamachiqClient(temporal.environment.client, { taskQueue }).submit(spec, { seed: 5 });
      // Several agents are at work: the kill loses work that was paid for.
      await until(async () => {
        const tasks = await handle.status().then(
          (status) => status.tasks,
          () => [],
        );
        return tasks.filter(({ state, phase }) => state === 'running' && phase === 'working').length >= 3;
      });
      await workers[0]!.kill();
      workers.push(await WorkerChild.start(options));

      const result = await handle.result();
      await recordHistories(temporal.environment.client, taskQueue);
      expect(result).toMatchObject({ status: 'approved', metrics: { tasks: { total: spec.functions.length + 3, failed: 0 } } });
      const exported = await exportProject(result, new FilesystemArtifactStore(artifacts), join(folder, 'out'));
      const report = JSON.parse(await readFile(exported.report.json, 'utf8')) as ProjectReport;
      const attempts = report.tasks.flatMap((task) => task.attempts);
      expect(attempts.some(({ outcome }) => outcome === 'lost')).toBe(true);
      // What was lost is charged at the calls that it had opened, not at all that was held; nothing is charged but what the calls on record used.
      for (const { outcome, tokensSpent, tokensHeld } of attempts) if (outcome === 'lost') expect(tokensSpent).toBeLessThanOrEqual(tokensHeld);
      const lost = attempts.filter(({ outcome }) => outcome === 'lost');
      expect(lost.some(({ tokensSpent, tokensHeld }) => tokensSpent < tokensHeld)).toBe(true);
      const recorded = report.modelCalls.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
      expect(report.budget.spent).toBe(recorded);
      expect(report.checks.every(({ passed }) => passed)).toBe(true);
    } finally {
      for (const worker of workers) await worker.kill();
    }
  }, 300_000);
});
