import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonCommandLineTemplate, pythonTaskTemplates } from '@kamachiq/python';
import { pyodideSandbox } from '@kamachiq/sandbox';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { ProjectSpec, Sandbox, TaskNode } from 'kamachiq';
import { ScriptedModel } from 'kamachiq/testing';
import { createActivities, FilesystemArtifactStore, type KamachiqPorts } from 'kamachiq/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietLogger } from '../support/quiet-runtime.js';
import { documentTask, specWithTasks } from '../support/specs.js';
import { TemporalFixture } from '../support/temporal.js';

let folder: string;
let sandbox: Sandbox;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-unexecutable-'));
  sandbox = pyodideSandbox();
});
afterAll(async () => {
  await sandbox?.doClose?.();
  await rm(folder, { recursive: true, force: true });
});

const runActivity = <Input, Output>(activity: (input: Input) => Promise<Output>, input: Input): Promise<Output> =>
  new MockActivityEnvironment({ attempt: 1 }, { logger: quietLogger }).run(() => activity(input)) as Promise<Output>;

describe('a project with acceptance checks or examples that nothing on the worker executes', () => {
  const acceptance = [{ run: ['add', '1', '2'], exitCode: 0, stdout: '3' }];
  const functions = [{ name: 'add', parameters: [], returns: 'int', sentence: 'Add.', examples: [{ arguments: [], returns: 3 }], uses: [] }];
  const templates = { taskTemplates: pythonTaskTemplates, projectTemplates: [pythonCommandLineTemplate] };
  const planOn = (ports: Partial<KamachiqPorts>, rest: Partial<ProjectSpec>, tasks: readonly TaskNode[] = [documentTask('a')]) => {
    const model = new ScriptedModel(() => 'no plan');
    const activities = createActivities({ model, sandbox, artifacts: new FilesystemArtifactStore(folder), ...ports });
    const input = { projectId: 'p', seed: 0, holdTokens: 10_000, repair: 0, findings: [], previous: null };
    const planned = runActivity(activities['kamachiq.decomposeProject'], { ...input, spec: specWithTasks(tasks, rest) });
    return { model, planned };
  };
  const refused = { type: 'kamachiq.planning.acceptance-unexecutable', nonRetryable: true };

  it.each<[string, Partial<KamachiqPorts>, Partial<ProjectSpec>, string]>([
    [
      'in a language without a template',
      templates,
      { acceptance, language: 'javascript' },
      '1 acceptance check in "javascript"; this worker has python-command-line (python)',
    ],
    ['without any template', {}, { acceptance, language: 'python' }, 'this worker has none at all'],
    ['that are examples alone', templates, { functions }, 'the examples of add in "text"'],
    [
      'with a template that makes nothing of them',
      { projectTemplates: [{ ...pythonCommandLineTemplate, acceptanceChecks: () => [], functionChecks: () => [] }] },
      { acceptance, functions, language: 'python' },
      'the template python-command-line makes no check of 1 acceptance check and the examples of add',
    ],
  ])('is refused with its plan: %s', async (_case, ports, rest, words) => {
    await expect(planOn(ports, rest).planned).rejects.toMatchObject({ ...refused, message: expect.stringContaining(words) });
    // What a model would plan is no better, so none is asked.
    const { model, planned } = planOn(ports, rest, []);
    await expect(planned).rejects.toMatchObject(refused);
    expect(model.requests).toHaveLength(0);
  });

  it('is refused where the sandbox runs another language', async () => {
    const other: Sandbox = {
      specificationVersion: 1,
      id: 'other/1',
      languages: ['lisp'],
      doRun: (request, signal) => sandbox.doRun(request, signal),
    };
    const { planned } = planOn({ ...templates, sandbox: other }, { acceptance, language: 'python' });
    await expect(planned).rejects.toMatchObject({ ...refused, message: expect.stringContaining('needs a sandbox that runs python') });
  });

  it('is planned where both are executed, and where neither is asked for', async () => {
    await planOn(templates, { acceptance, functions, language: 'python' }).planned;
    await planOn({}, { language: 'javascript', functions: [{ ...functions[0]!, examples: [] }] }).planned;
  });

  it('ends failed, with that reason and without a token, before any task starts', async () => {
    const temporal = await TemporalFixture.start();
    try {
      const model = new ScriptedModel(() => 'unused');
      await temporal.withWorker({ model, ...templates }, async (client) => {
        const spec = specWithTasks([documentTask('main', [], { writes: ['app/main.js'], type: 'code' })], { acceptance, language: 'javascript' });
        const { status, reason, metrics } = await (await client.submit(spec)).result();
        expect({ status, tokensSpent: metrics.spend.tokensSpent }).toEqual({ status: 'failed', tokensSpent: 0 });
        expect(reason).toContain('no project template executes 1 acceptance check in "javascript"; this worker has python-command-line (python)');
        expect(reason).toContain('Correct the language of the spec');
      });
      expect(model.requests).toHaveLength(0);
    } finally {
      await temporal.stop();
    }
  });

  it('fails its review where another worker planned it', async () => {
    const { plan } = await planOn(templates, { acceptance, language: 'python' }).planned;
    const activities = createActivities({
      model: new ScriptedModel(() => '{"score": 10, "reason": "fine"}'),
      sandbox,
      artifacts: new FilesystemArtifactStore(folder),
    });
    const review = { projectId: 'p', plan, task: null, manifests: [], threshold: 0.8, seed: 0, holdTokens: 4_000 };
    const { verdict, checks } = await runActivity(activities['kamachiq.evaluateQuality'], review);
    expect(checks).toEqual([
      {
        id: 'executable',
        description: 'what the spec asks for is executed',
        passed: false,
        seen: 'could not be executed: no project template executes 1 acceptance check in "python"; this worker has none at all',
      },
    ]);
    expect(verdict.decision).toBe('remediate');
  });
});
