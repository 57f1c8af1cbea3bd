import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ProjectReport } from 'kamachiq';
import type { KamachiqClient } from 'kamachiq/client';
import { ScriptedModel } from 'kamachiq/testing';
import type { KamachiqPorts } from 'kamachiq/worker';
import type { ProjectResult } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FailingStore, type StoreFault } from '../support/failing-store.js';
import { write } from '../support/scripted-answers.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';

const full = process.env.KAMACHIQ_TEST_FULL === '1';
/** Every so many operations one is failed; all of them with `npm run test:full`. */
const STEP = full ? 1 : 11;

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

type FaultAt = (index: number, kind: 'put' | 'get') => StoreFault | null;

/** Two tasks, one after the other, on a store of their own. */
async function runProject(faultAt: FaultAt): Promise<{ readonly result: ProjectResult; readonly store: FailingStore }> {
  const store = new FailingStore(join(temporal.folder, randomUUID()), faultAt);
  const ports: Pick<KamachiqPorts, 'model' | 'artifacts'> = { model: new ScriptedModel((request) => write(request)), artifacts: store };
  const work = async (client: KamachiqClient) => {
    const handle = await client.submit(specWithTasks([documentTask('a'), documentTask('b', ['a'])]));
    return handle.result();
  };
  return { result: await temporal.withWorker(ports, work), store };
}

const readReport = async ({ report }: ProjectResult, store: FailingStore): Promise<ProjectReport> =>
  JSON.parse(Buffer.from(await store.doGet(report.json)).toString());

describe('a project whose store fails', () => {
  it('is carried out all the same, whichever operation the store was out of reach for', async () => {
    const { result, store } = await runProject(() => null);
    const operations = store.operations.length;
    expect(result.status).toBe('approved');
    expect(operations).toBeGreaterThan(40);
    const plain = await readReport(result, store);
    const left = Array.from({ length: Math.ceil(operations / STEP) }, (_, index) => index * STEP).values();
    const failOneByOne = async () => {
      for (const at of left) {
        const failed = await runProject((index) => (index === at ? 'unreachable' : null));
        expect(failed.result, `out of reach at ${at}`).toMatchObject({ status: 'approved', manifest: result.manifest });
        expect(failed.store.operations[at]!.failedWith, `out of reach at ${at}`).toMatch(/^artifact\.un(?:readable|writable)$/);
        const report = await readReport(failed.result, failed.store);
        expect(report.tasks.map(({ node, state }) => [node.id, state])).toEqual(plain.tasks.map(({ node, state }) => [node.id, state]));
      }
    };
    await Promise.all(Array.from({ length: 3 }, failOneByOne));
  }, 600_000);

  it('waits for a store that is full for a while', async () => {
    // From the first output on nothing can be stored, three times over; what is there can be read.
    let refused = 0;
    const { result, store } = await runProject((index, kind) => {
      if (kind !== 'put' || index < 3 || refused === 3) return null;
      refused += 1;
      return 'unreachable';
    });
    expect(result.status).toBe('approved');
    expect(store.operations.filter(({ failedWith }) => failedWith === 'artifact.unwritable')).toHaveLength(3);
  });

  it('says of a flipped byte what it is, and is not approved on what is wrong', async () => {
    // The file of the first task, right before it is evaluated.
    let reads = 0;
    const { result, store } = await runProject((_, kind) => {
      if (kind !== 'get') return null;
      reads += 1;
      return reads === 4 ? 'damaged' : null;
    });
    expect(store.operations.filter(({ kind }) => kind === 'get')[3]).toMatchObject({ bytes: 12, failedWith: 'artifact.corrupted' });
    if (result.status !== 'approved') expect(result.reason).toContain('artifact.corrupted');
    else expect((await readReport(result, store)).tasks[0]!.attempts.length).toBeGreaterThan(1);
  });
});
