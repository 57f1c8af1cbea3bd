import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pyodideSandbox } from '@kamachiq/sandbox';
import { MockActivityEnvironment } from '@temporalio/testing';
import { ModelCallError, type Sandbox } from 'kamachiq';
import { ScriptedModel } from 'kamachiq/testing';
import { createActivities, FilesystemArtifactStore } from 'kamachiq/worker';
import type { RegisteredActivities } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietLogger } from '../support/quiet-runtime.js';
import { documentTask, specWithTasks } from '../support/specs.js';

let folder: string;
let sandbox: Sandbox;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-activities-'));
  sandbox = pyodideSandbox();
});
afterAll(async () => {
  await sandbox?.doClose?.();
  await rm(folder, { recursive: true, force: true });
});

const activitiesWith = (model: ScriptedModel) => createActivities({ model, sandbox, artifacts: new FilesystemArtifactStore(folder) });
const runActivity = <Input, Output>(activity: (input: Input) => Promise<Output>, input: Input, attempt = 1): Promise<Output> =>
  new MockActivityEnvironment({ attempt }, { logger: quietLogger }).run(() => activity(input)) as Promise<Output>;
const spec = specWithTasks([documentTask('a')]);
const decompose = (activities: RegisteredActivities) =>
  runActivity(activities['kamachiq.decomposeProject'], {
    projectId: 'p',
    spec,
    seed: 0,
    holdTokens: 1_000,
    repair: 0,
    findings: [],
    previous: null,
  });

describe('decomposeProject', () => {
  it('takes a plan written by hand as it is, without a token', async () => {
    const result = await decompose(activitiesWith(new ScriptedModel(() => 'unused')));
    expect(result).toMatchObject({ graph: { nodes: spec.tasks, budgetTotal: spec.budgetTotal }, madeBy: 'the spec', tokensSpent: 0 });
  });

  it('asks the model for a plan where nothing fits, feeds back what was wrong, and says what it decided', async () => {
    const cyclic =
      '{"tasks":[{"id":"a","type":"design","description":"A","dependencies":["b"],"estimatedTokens":500,"writes":["a.md"],"successCriteria":["a"]},{"id":"b","type":"design","description":"B","dependencies":["a"],"estimatedTokens":500,"writes":["b.md"],"successCriteria":["b"]}]}';
    const model = new ScriptedModel(
      (_request, index) => ['no plan at all', cyclic, cyclic.replace('"dependencies":["b"]', '"dependencies":[]')][index]!,
    );
    const activities = activitiesWith(model);
    const free = { ...spec, tasks: [] };
    const result = await runActivity(activities['kamachiq.decomposeProject'], {
      projectId: 'p',
      spec: free,
      seed: 7,
      holdTokens: 100_000,
      repair: 0,
      findings: [],
      previous: null,
    });
    expect(result).toMatchObject({ madeBy: 'model scripted/test', decidedByModel: ['task a: A', 'task b: B'] });
    expect(result.tokensSpent).toBeGreaterThan(0);
    expect(model.requests).toHaveLength(3);
    expect(model.requests[2]!.messages.at(-1)!.text).toMatch(/wait|cycle|depend/i);
    expect(new Set(model.requests.map(({ seed }) => seed)).size).toBe(3);
  });

  it('fails with what it spent when no answer can be used', async () => {
    const activities = activitiesWith(new ScriptedModel(() => '{"tasks": "none"}'));
    const free = { ...spec, tasks: [] };
    const failure = await runActivity(activities['kamachiq.decomposeProject'], {
      projectId: 'p',
      spec: free,
      seed: 0,
      holdTokens: 100_000,
      repair: 0,
      findings: [],
      previous: null,
    }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ type: 'kamachiq.planning.no-plan', nonRetryable: true, details: [{ tokensSpent: expect.any(Number) }] });
  });

  it('spends less at every delivery, so that all of them stay within the hold', async () => {
    const limits: number[] = [];
    const model = new ScriptedModel((request) => {
      limits.push(request.maxOutputTokens);
      return new ModelCallError({ code: 'model.unavailable', message: 'away', remedy: 'wait' });
    });
    const activities = activitiesWith(model);
    for (const attempt of [1, 2]) {
      await runActivity(
        activities['kamachiq.decomposeProject'],
        {
          projectId: 'p',
          spec: { ...spec, tasks: [] },
          seed: 0,
          holdTokens: 4_000,
          repair: 0,
          findings: [],
          previous: null,
        },
        attempt,
      ).catch(() => undefined);
    }
    expect(limits[0]).toBeLessThanOrEqual(2_000);
    expect(limits[1]).toBeLessThanOrEqual(1_000);
  });
});

describe('validateTaskGraph', () => {
  it('answers with all findings at once', async () => {
    const activities = activitiesWith(new ScriptedModel(() => 'unused'));
    const nodes = [
      documentTask('a', ['b']),
      documentTask('b', ['a']),
      documentTask('a'),
      documentTask('c', [], { persona: 'nobody', estimatedTokens: 5_000_000 }),
    ];
    const { findings } = await runActivity(activities['kamachiq.validateTaskGraph'], {
      graph: { nodes, budgetTotal: 1, timeoutMinutes: 1, qualityThreshold: 0.8 },
      availableTokens: 10_000,
    });
    expect(findings.map(({ code }) => code)).toEqual(['graph.duplicate-id', 'graph.cycle', 'graph.unknown-persona', 'graph.budget-infeasible']);
  });
});

describe('spawnAgent', () => {
  const spawn = async (model: ScriptedModel, task = documentTask('a')) => {
    const activities = activitiesWith(model);
    const { plan } = await decompose(activities);
    return runActivity(activities['kamachiq.spawnAgent'], {
      projectId: 'p',
      plan,
      task,
      attempt: 1,
      remediation: 0,
      seed: 0,
      holdTokens: 4_000,
      feedback: [],
      upstream: [],
    });
  };

  it('stores what the model wrote and says who made it', async () => {
    const result = await spawn(new ScriptedModel(() => '```\nA document.\n```'));
    expect(result).toMatchObject({ passed: true, candidates: 1, problems: [] });
    const store = new FilesystemArtifactStore(folder);
    const { files } = JSON.parse(Buffer.from(await store.doGet(result.manifest!)).toString());
    expect(files).toMatchObject([{ path: 'a.md', taskId: 'a', madeBy: { kind: 'model', model: 'scripted/test', candidates: 1 } }]);
    expect(Buffer.from(await store.doGet(files[0].content)).toString()).toBe('A document.\n');
  });

  it.each(['../../etc/passwd', '/etc/passwd', '__proto__'])('never writes %s', async (path) => {
    const task = documentTask('a', [], { writes: ['a.md', 'b.md'] });
    const result = await spawn(new ScriptedModel(() => `=== ${path} ===\nroot\n=== a.md ===\nA\n=== b.md ===\nB`), task);
    expect(result).toMatchObject({ passed: false, manifest: null });
    expect(result.problems.join('\n')).toContain('was not to be written');
  });

  it('tells what it spent when it fails', async () => {
    const failure = await spawn(new ScriptedModel(() => new ModelCallError({ code: 'model.timeout', message: 'silent', remedy: 'wait' }))).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ type: 'kamachiq.model.timeout', details: [{ tokensSpent: expect.any(Number) }] });
    expect((failure as { details: [{ tokensSpent: number }] }).details[0].tokensSpent).toBeGreaterThan(0);
  });
});
