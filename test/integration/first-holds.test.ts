import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pyodideSandbox } from '@kamachiq/sandbox';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import { GraphRun, type ObservationStore, type Sandbox, type TaskNode, type TaskObservation } from 'kamachiq';
import { ScriptedModel } from 'kamachiq/testing';
import { createActivities, FilesystemArtifactStore, FilesystemObservationStore } from 'kamachiq/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpacked } from '../../src/workflow/packed-json.js';
import { documentTask, specWithTasks } from '../support/specs.js';

/* What the activities know of the cost of tasks: a real store, and a scripted model that is not asked. */

let folder: string;
let sandbox: Sandbox;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-first-holds-'));
  sandbox = pyodideSandbox();
});
afterAll(async () => {
  await sandbox?.doClose?.();
  await rm(folder, { recursive: true, force: true });
});

const observation = (index: number): TaskObservation => ({
  projectId: `earlier-${index}`,
  taskId: 'note',
  finishedAt: '2026-11-23T09:00:00.000Z',
  template: 'free-form/1',
  persona: 'designer',
  model: 'scripted/test',
  characters: 300,
  heldTokens: 4_000,
  tokens: 700,
  microDollars: 0,
  candidateTokens: [300],
  candidates: 1,
  attempts: 1,
  remediations: 0,
  workingMilliseconds: 3_000,
  succeeded: true,
});

async function knowing(count: number): Promise<ObservationStore> {
  const store = new FilesystemObservationStore(join(folder, `observations-${count}`));
  for (let index = 0; index < count; index += 1) await store.doAppend(`earlier-${index}`, [observation(index)]);
  return store;
}

function open(observations?: ObservationStore) {
  const log: LogEntry[] = [];
  const activities = createActivities({
    model: new ScriptedModel(() => 'unused'),
    sandbox,
    artifacts: new FilesystemArtifactStore(join(folder, 'artifacts')),
    ...(observations === undefined ? {} : { observations }),
  });
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('TRACE', (entry) => log.push(entry)) });
  const run = <Input, Output>(activity: (input: Input) => Promise<Output>, input: Input) => environment.run(() => activity(input)) as Promise<Output>;
  return {
    log,
    decompose: (tasks: readonly TaskNode[]) =>
      run(activities['kamachiq.decomposeProject'], {
        projectId: 'p',
        spec: specWithTasks(tasks),
        seed: 0,
        holdTokens: 1_000,
        repair: 0,
        findings: [],
        previous: null,
      }),
    validate: (input: Parameters<(typeof activities)['kamachiq.validateTaskGraph']>[0]) => run(activities['kamachiq.validateTaskGraph'], input),
  };
}

const TASKS = [documentTask('dear'), documentTask('cheap', [], { estimatedTokens: 500 }), documentTask('other', [], { persona: 'developer' })];

describe('what first attempts are given', () => {
  it('comes with the plan, for tasks of which enough is known and whose plan says more', async () => {
    const { holds } = await open(await knowing(30)).decompose(TASKS);
    expect(holds).toEqual([expect.any(Number), null, null]);
    expect(holds![0]).toBeGreaterThanOrEqual(900);
    expect(holds![0]).toBeLessThan(4_000);
  });

  it('is what the plan says where too little is known, or nothing is kept', async () => {
    expect((await open(await knowing(29)).decompose(TASKS)).holds).toBeUndefined();
    expect((await open().decompose(TASKS)).holds).toBeUndefined();
  });

  it('comes with a change of the plan, of what it adds and then of what it replaces', async () => {
    const { decompose, validate } = open(await knowing(30));
    const { graph: told, plan } = await decompose(TASKS);
    const graph = unpacked(told);
    const { nodes: _, ...limits } = graph;
    const { findings, revised } = await validate({
      graph: limits,
      availableTokens: 100_000,
      revision: {
        patch: { add: [documentTask('more'), documentTask('brief', [], { estimatedTokens: 400 })], replace: [documentTask('other')] },
        plan,
        run: new GraphRun(graph).toSnapshot(),
      },
    });
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(revised!.holds).toEqual([expect.any(Number), null, expect.any(Number)]);
  });

  it('is asked about templates that there are, and about nothing else that a plan names', async () => {
    const asked: object[] = [];
    const store: ObservationStore = {
      specificationVersion: 1,
      doAppend: async () => undefined,
      doRead: async (query) => {
        asked.push(query);
        return [];
      },
    };
    const { decompose } = open(store);
    await decompose([documentTask('a', [], { template: '__proto__' }), documentTask('b', [], { template: '../b' }), documentTask('c')]);
    expect(asked).toEqual([
      { template: 'free-form/1', limit: 300 },
      { template: 'free-form/1', persona: 'designer', model: 'scripted/test', limit: 300 },
    ]);
  });

  it('is no reason for a project to fail: a store that can not be read is named in the log', async () => {
    const store: ObservationStore = {
      specificationVersion: 1,
      doAppend: async () => undefined,
      doRead: async () => {
        throw new Error('the disk is gone');
      },
    };
    const { decompose, log } = open(store);
    expect((await decompose(TASKS)).holds).toBeUndefined();
    expect(log.filter(({ level }) => level === 'WARN').map(({ message }) => message)).toEqual([expect.stringContaining('the disk is gone')]);
  });
});
