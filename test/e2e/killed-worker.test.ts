import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
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
      // Several agents asked a model that did not answer yet: the kill loses work that was paid for.
      await until(async () => (await openAttempts(join(artifacts, 'journal'))) >= 2);
      await workers[0]!.kill();
      workers.push(await WorkerChild.start(options));

      const result = await handle.result();
      await recordHistories(temporal.environment.client, taskQueue);
      expect(result).toMatchObject({ status: 'approved', metrics: { tasks: { total: spec.functions.length + 3, failed: 0 } } });
      const exported = await exportProject(result, new FilesystemArtifactStore(artifacts), join(folder, 'out'));
      const report = JSON.parse(await readFile(exported.report.json, 'utf8')) as ProjectReport;
      const attempts = report.tasks.flatMap((task) => task.attempts);
      expect(attempts.some(({ outcome }) => outcome === 'lost')).toBe(true);
      // What was lost is charged at the calls that it had opened, not at all that was held.
      for (const { outcome, tokensSpent, tokensHeld } of attempts) if (outcome === 'lost') expect(tokensSpent).toBeLessThanOrEqual(tokensHeld);
      const lost = attempts.filter(({ outcome }) => outcome === 'lost');
      expect(lost.some(({ tokensSpent, tokensHeld }) => tokensSpent < tokensHeld)).toBe(true);
      // Nothing is charged but what the calls on record used, and all that was held for what the kill took before it stood in the journal.
      const recorded = sumOf(report.modelCalls.map(({ inputTokens, outputTokens }) => inputTokens + outputTokens));
      const unknown = report.tasks.flatMap(({ node, attempts }) =>
        attempts.filter(({ outcome, remediation, attempt }) => {
          const prefix = `${node.id}/${remediation}/${attempt}/`;
          return outcome === 'lost' && !report.modelCalls.some(({ key }) => key.startsWith(prefix));
        }),
      );
      for (const { tokensSpent, tokensHeld } of unknown) expect([0, tokensHeld]).toContain(tokensSpent);
      expect(unknown.length).toBeLessThan(lost.length);
      expect(report.budget.spent).toBe(recorded + sumOf(unknown.map(({ tokensSpent }) => tokensSpent)));
      // What takes its place asks the same as the lost one did: a kill changes nothing of what is made.
      for (const { key, seed, temperature, promptSha256 } of report.modelCalls.filter(({ finishReason }) => finishReason === 'lost')) {
        const again = key.replace(/\/1\/(\d+)$/, '/2/$1');
        expect(report.modelCalls.find((call) => call.key === again)).toMatchObject({ seed, temperature, promptSha256 });
      }
      expect(report.checks.every(({ passed }) => passed)).toBe(true);
    } finally {
      for (const worker of workers) await worker.kill();
    }
  }, 300_000);
});

/** Attempts with a call that was opened and not closed. */
async function openAttempts(journal: string): Promise<number> {
  const names = await readdir(journal).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(join(journal, name), 'utf8')));
  return texts.filter((text) => text.split('{"open"').length > text.split('{"close"').length).length;
}

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
