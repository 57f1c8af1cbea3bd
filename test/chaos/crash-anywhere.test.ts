import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { type CrashPlace, type CrashProgram, crashAnywhere, startTemporal, type TestTemporal } from 'kamachiq/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/* Whether the kit sees what a kill breaks: a worker that pays twice, and one that does not. */

let temporal: TestTemporal;
let folder: string;
beforeAll(async () => {
  temporal = await startTemporal();
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-ledger-'));
});
afterAll(async () => {
  await temporal?.stop();
  await rm(folder, { recursive: true, force: true });
});

const inHere = (name: string) => fileURLToPath(new URL(`./${name}`, import.meta.url));
const ledgerWorker = (kind: string): CrashProgram => ({
  file: inHere('ledger-worker.ts'),
  parameters: [kind],
  nodeParameters: ['--import', inHere('../support/source-loader.mjs')],
});

async function pay({ address, taskQueue, runId }: CrashPlace): Promise<unknown> {
  const accounts = await mkdtemp(join(folder, 'accounts-'));
  const connection = await Connection.connect({ address });
  try {
    const { workflow } = new Client({ connection });
    await workflow.execute('LedgerWorkflow', { taskQueue, workflowId: runId, args: [accounts], workflowTaskTimeout: '1 second' });
  } finally {
    await connection.close();
  }
  const names = await readdir(accounts);
  return names.includes('paid') ? readFile(join(accounts, 'paid'), 'utf8') : names.sort();
}

describe('crashAnywhere', () => {
  it('finds what is done twice, and says where', async () => {
    const points = ['before second 1', 'after second 1', 'before RespondActivityTaskCompleted 2', 'after RespondActivityTaskCompleted 2'];
    const { killed, missed, failures } = await crashAnywhere(
      { worker: ledgerWorker('careless'), run: pay },
      { address: temporal.address, points, lanes: 2 },
    );
    expect(killed).toEqual(Object.fromEntries(points.map((point) => [point.slice(0, -2), 1])));
    expect(missed).toEqual([]);
    // Before it paid, and after the server knows, a kill does no harm.
    expect(failures.map(({ point }) => point).sort()).toEqual(['after second 1', 'before RespondActivityTaskCompleted 2']);
    for (const { problem } of failures) expect(problem).toContain('second\\nsecond');
  }, 120_000);

  it('finds nothing where everything is done once', async () => {
    const { points, failures } = await crashAnywhere(
      { worker: ledgerWorker('careful'), run: pay },
      { address: temporal.address, points: 6, lanes: 2 },
    );
    expect(failures).toEqual([]);
    // Both sides of every commit, and of every payment.
    const least = {
      'before first': 1,
      'after third': 1,
      'before RespondActivityTaskCompleted': 3,
      'after RespondActivityTaskCompleted': 3,
      'before RespondWorkflowTaskCompleted': 4,
      // Whoever waits for the end may hear of it before the worker hears that its last word arrived.
      'after RespondWorkflowTaskCompleted': 3,
    };
    // A worker that is slow may be given a workflow task twice.
    for (const [name, count] of Object.entries(least)) expect(points[name]).toBeGreaterThanOrEqual(count);
  }, 120_000);

  it('says so where the worker ends by itself, or never does anything', async () => {
    const place = { address: temporal.address, points: 1 };
    const gone = { file: inHere('nowhere.ts') };
    await expect(crashAnywhere({ worker: gone, run: () => new Promise(() => undefined) }, place)).rejects.toMatchObject({
      code: 'testing.worker-ended',
    });
    await expect(crashAnywhere({ worker: ledgerWorker('careful'), run: async () => 'nothing' }, place)).rejects.toMatchObject({
      code: 'testing.no-points',
    });
    const hanging = { worker: ledgerWorker('careful'), run: () => new Promise(() => undefined) };
    await expect(crashAnywhere(hanging, { ...place, limitMilliseconds: 50 })).rejects.toMatchObject({ code: 'testing.run-too-long' });
  }, 120_000);
});
