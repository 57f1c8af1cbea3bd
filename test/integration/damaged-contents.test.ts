import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { KamachiqClient } from 'kamachiq/client';
import { ScriptedModel } from 'kamachiq/testing';
import type { KamachiqPorts } from 'kamachiq/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FailingStore, type StoreFault } from '../support/failing-store.js';
import { write } from '../support/scripted-answers.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';

let temporal: TemporalFixture;
beforeAll(async () => {
  temporal = await TemporalFixture.start();
});
afterAll(async () => temporal?.stop());

/*
 * Which content is hit, by the operation of an undisturbed project, where b depends on a: 4 and 5 put a's file and manifest; 7 and 8 read them for a's evaluation;
 * from 46 on the report is written: what a and b did is read, then their manifests.
 */
const MADE_AGAIN = [
  ['the manifest of an attempt, before it is evaluated', 7],
  ['the file of an attempt, before it is evaluated', 8],
] as const;

const REPORTED = [
  ['what a did', 46],
  ['the files of a', 48],
] as const;

async function runProject(at: number, fault: StoreFault) {
  const store = new FailingStore(join(temporal.folder, randomUUID()), (index) => (index === at ? fault : null));
  const ports: Pick<KamachiqPorts, 'model' | 'artifacts'> = { model: new ScriptedModel((request) => write(request)), artifacts: store };
  const work = async (client: KamachiqClient) => {
    const handle = await client.submit(specWithTasks([documentTask('a'), documentTask('b', ['a'])]));
    return handle.result();
  };
  const result = await temporal.withWorker(ports, work);
  expect(store.operations[at]).toMatchObject({ kind: 'get', failedWith: expect.stringMatching(/^artifact\.(?:corrupted|missing)$/) });
  return { result, store };
}

describe.concurrent('a content that was damaged or lost', () => {
  it.each(REPORTED.flatMap(([what, at]) => (['damaged', 'lost'] as const).map((fault) => [fault, what, at] as const)))(
    'ends a project, %s before its report is written, with a report that says so: %s',
    { timeout: 120_000 },
    async (fault, what, at) => {
      const { result, store } = await runProject(at, fault);
      expect(result).toMatchObject({
        status: 'failed',
        reason: expect.stringContaining(`The artifact store lost or spoiled what it was given: ${what}`),
      });
      const report = JSON.parse(Buffer.from(await store.doGet(result.report.json)).toString());
      expect(report).toMatchObject({ status: 'failed', reason: expect.stringContaining(what) });
      expect(report.tasks).toHaveLength(2);
    },
  );

  it.each(MADE_AGAIN.flatMap(([what, at]) => (['damaged', 'lost'] as const).map((fault) => [fault, what, at] as const)))(
    'is made again: %s, %s',
    async (fault, _what, at) => {
      const { result } = await runProject(at, fault);
      expect(result).toMatchObject({ status: 'approved' });
    },
    120_000,
  );
});
