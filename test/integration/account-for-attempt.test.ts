import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pyodideSandbox } from '@kamachiq/sandbox';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { AgentRunner, Sandbox } from 'kamachiq';
import { createActivities, FilesystemArtifactStore, FilesystemCallJournal, type KamachiqPorts } from 'kamachiq/worker';
import type { AccountForAttemptResult, DecomposeProjectResult, SpawnAgentInput } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DrawsOnRunner, HeldScriptedModel } from '../support/held-scripted-model.js';
import { quietLogger } from '../support/quiet-runtime.js';
import { documentTask, specWithTasks } from '../support/specs.js';

let folder: string;
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = pyodideSandbox();
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-account-'));
});
afterAll(async () => {
  await sandbox?.doClose?.();
  await rm(folder, { recursive: true, force: true });
});

/** Runs an activity as the one of its id in the same run of a workflow. */
const runAs = <Output>(activityId: string, work: () => Promise<Output>) =>
  new MockActivityEnvironment({ activityId }, { logger: quietLogger }).run(work) as Promise<Output>;

async function open(name: string, ports: Pick<KamachiqPorts, 'model' | 'runner'> & { readonly journal: boolean }) {
  const { journal, ...rest } = ports;
  const calls = new FilesystemCallJournal(join(folder, name, 'journal'));
  const artifacts = new FilesystemArtifactStore(join(folder, name));
  const activities = createActivities({ sandbox, artifacts, ...rest, ...(journal ? { journal: calls } : {}) });
  const task = documentTask('a');
  const planned = { projectId: 'p', spec: specWithTasks([task]), seed: 0, holdTokens: 0, repair: 0, findings: [], previous: null };
  const { plan } = await runAs<DecomposeProjectResult>('1', () => activities['kamachiq.decomposeProject'](planned));
  const attempt: SpawnAgentInput = { projectId: 'p', plan, task, attempt: 1, remediation: 0, seed: 0, holdTokens: 100, feedback: [], upstream: [] };
  const account = (activityId: string) =>
    runAs<AccountForAttemptResult | null>(activityId, () => activities['kamachiq.accountForAttempt']({ activityId: '2' }));
  return { artifacts, account, spawn: () => runAs('2', () => activities['kamachiq.spawnAgent'](attempt)) };
}

describe('accountForAttempt', () => {
  it('charges ended calls as they ended and others at their worst, and lets the agent make no other', async () => {
    const model = new HeldScriptedModel(2);
    const { artifacts, account, spawn } = await open('zombie', { model, runner: new DrawsOnRunner(), journal: true });
    model.answer(0);
    const zombie = spawn();
    zombie.catch(() => undefined);
    await model.called(1);
    const told = await account('3');
    expect(told).toMatchObject({ tokensSpent: 10, microDollarsSpent: 0, callsLost: 1 });
    const record = JSON.parse(Buffer.from(await artifacts.doGet(told!.record)).toString());
    expect(record).toMatchObject({
      calls: [
        { key: 'a/0/1/0', finishReason: 'stop' },
        { key: 'a/0/1/1', finishReason: 'lost' },
      ],
    });
    model.answer(1);
    await expect(zombie).rejects.toMatchObject({ type: 'kamachiq.journal.sealed', nonRetryable: true, details: [{ tokensSpent: 8 }] });
    expect(model.requests).toHaveLength(2);
    // What the call came to is told too late.
    expect(await account('4')).toEqual(told);
  });

  it('charges nothing to an attempt that was lost before its first call', async () => {
    const model = new HeldScriptedModel(1);
    const begun = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const runner = new DrawsOnRunner(async () => {
      begun.resolve();
      await goOn.promise;
    });
    const { account, spawn } = await open('idle', { model, runner, journal: true });
    const zombie = spawn();
    zombie.catch(() => undefined);
    await begun.promise;
    expect(await account('3')).toMatchObject({ tokensSpent: 0, callsLost: 0 });
    goOn.resolve();
    await expect(zombie).rejects.toMatchObject({ type: 'kamachiq.journal.sealed' });
    expect(model.requests).toHaveLength(0);
  });

  it('can’t tell what was spent by a runner that goes around the meter: what it opened through it is not all', async () => {
    const model = new HeldScriptedModel(2);
    const runner: AgentRunner = Object.assign(new DrawsOnRunner(), { metering: 'own' as const });
    const { account, spawn } = await open('own', { model, runner, journal: true });
    model.answer(0);
    const zombie = spawn();
    zombie.catch(() => undefined);
    await model.called(1);
    expect(await account('3')).toBeNull();
    model.answer(1);
    // It is given up all the same, and charged all that it held where it tells nothing.
    await expect(zombie).rejects.toMatchObject({ type: 'kamachiq.journal.sealed', details: [{ tokensSpent: 100 }] });
    expect(model.requests).toHaveLength(2);
  });

  it('knows nothing of an attempt of another worker’s journal, nor without one', async () => {
    const known = await open('elsewhere', { model: new HeldScriptedModel(0), journal: true });
    expect(await known.account('3')).toBeNull();
    const without = await open('without', { model: new HeldScriptedModel(0), journal: false });
    expect(await without.account('3')).toBeNull();
  });
});
