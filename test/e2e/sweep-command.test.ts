import { mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { FilesystemArtifactStore } from 'kamachiq/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kamachiq } from '../support/command-line.js';
import { expectRefusal } from '../support/expect-refusal.js';
import { until } from '../support/until.js';

const DAY = 86_400_000;

let environment: TestWorkflowEnvironment;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-e2e-sweep-'));
  environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'existing-path', path: process.env.KAMACHIQ_TEMPORAL_SERVER! } },
  });
});
afterAll(async () => {
  await environment?.teardown();
  await rm(folder, { recursive: true, force: true });
});

const sweep = (...words: readonly string[]) => kamachiq({ cwd: folder }, 'artifacts', 'sweep', '--address', environment.address, ...words);

async function put(artifacts: string, text: string, daysOld: number): Promise<string> {
  const store = new FilesystemArtifactStore(join(folder, artifacts));
  const { sha256 } = await store.doPut(new TextEncoder().encode(text), 'text/plain');
  const path = join(folder, artifacts, sha256.slice(0, 2), sha256);
  const then = new Date(Date.now() - daysOld * DAY);
  await utimes(path, then, then);
  return path;
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

describe('kamachiq artifacts sweep', () => {
  it('tells what would go, and removes it once it is told to', async () => {
    const [old, young] = [await put('kept', 'forty days', 40), await put('kept', 'yesterday', 1)];
    const asked = ['--artifacts', 'kept', '--keep-days', '30'] as const;
    const dry = await sweep(...asked, '--dry-run');
    expect(dry).toMatchObject({ exitCode: 0, stderr: '' });
    expect(dry.stdout).toMatch(
      /^would remove 1 contents of 10 bytes, not used since \d{4}-.*Z, from kept\nkept for 0 projects, open or ended within 30 days/,
    );
    expect([await exists(old), await exists(young)]).toEqual([true, true]);
    expect((await sweep(...asked)).stdout).toMatch(/^removed 1 contents of 10 bytes/);
    expect([await exists(old), await exists(young)]).toEqual([false, true]);
  });

  it('keeps what an open project may use, under the name that its host gave it', async () => {
    // No worker is needed: an open project is enough.
    const started = await environment.client.workflow.start('HostsOwnProjects', { taskQueue: 'nobody', workflowId: 'open' });
    await until(async () => (await environment.client.workflow.count('WorkflowType = "HostsOwnProjects"')).count > 0);
    const named = ['--artifacts', 'open', '--keep-days', '0', '--workflow-type', 'KamachiqProjectWorkflow', 'HostsOwnProjects'] as const;
    const used = await put('open', 'used', 0);
    expect((await sweep(...named)).stdout).toMatch(/^removed 0 contents .*\nkept for 1 projects/);
    expect(await exists(used)).toBe(true);
    await started.terminate();
  });

  it('refuses to guess for how long, and leaves no folder behind where there was none', async () => {
    expectRefusal(await sweep('--artifacts', 'kept'), 'cli.usage');
    expectRefusal(await sweep('--artifacts', 'kept', '--keep-days', '-1'), 'cli.usage');
    expectRefusal(await kamachiq({ cwd: folder }, 'artifacts', 'sweep', '--keep-days', '1', '--address', '127.0.0.1:9'), 'cli.no-server');
    const before = await readdir(folder);
    expect((await sweep('--artifacts', 'nowhere', '--keep-days', '1')).stdout).toMatch(/^removed 0 contents/);
    expect(await readdir(folder)).toEqual(before);
  });
});
