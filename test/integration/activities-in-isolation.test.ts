import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { docstringInstrument, pythonCommandLineTemplate, pythonTaskTemplates, ruffInstrument } from '@kamachiq/python';
import { pyodideSandbox } from '@kamachiq/sandbox';
import { MockActivityEnvironment } from '@temporalio/testing';
import { type AbridgedTask, type FunctionSpec, ModelCallError, type ProjectSpec, type RenderedTaskTemplate, type Sandbox } from 'kamachiq';
import { ScriptedModel } from 'kamachiq/testing';
import { createActivities, FilesystemArtifactStore } from 'kamachiq/worker';
import type { RegisteredActivities, SpawnAgentResult } from 'kamachiq/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpacked } from '../../src/workflow/packed-json.js';
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
const runActivity = <Input, Output>(activity: (input: Input) => Promise<Output>, input: Input): Promise<Output> =>
  new MockActivityEnvironment({}, { logger: quietLogger }).run(() => activity(input)) as Promise<Output>;
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

  it('spends no more than it was given', async () => {
    const limits: number[] = [];
    const model = new ScriptedModel((request) => {
      limits.push(request.maxOutputTokens);
      return new ModelCallError({ code: 'model.overloaded', message: 'busy', remedy: 'wait' });
    });
    const free = { ...spec, tasks: [] };
    const input = { projectId: 'p', spec: free, seed: 0, holdTokens: 4_000, repair: 0, findings: [], previous: null };
    const failure = await runActivity(activitiesWith(model)['kamachiq.decomposeProject'], input).catch((error: unknown) => error);
    const { tokensSpent } = (failure as { details: [{ tokensSpent: number }] }).details[0];
    expect(tokensSpent).toBeGreaterThan(limits[0]!);
    expect(tokensSpent).toBeLessThanOrEqual(4_000);
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

  it.each(['', ' \n\n', '```\n```', '```', '```markdown\n', '\u200b\ufeff'])('finds that %j says nothing', async (answer) => {
    const result = await spawn(new ScriptedModel(() => answer));
    expect(result).toMatchObject({ passed: false, manifest: null });
    expect(result.problems.join('\n')).toContain('the answer holds no text');
    expect(result.candidates).toBeGreaterThan(1);
  });

  it('finds that only one of two files was written, and that nothing was where no path is declared', async () => {
    const two = documentTask('a', [], { writes: ['a.md', 'b.md'] });
    const result = await spawn(new ScriptedModel(() => '=== a.md ===\nA\n=== b.md ===\n'), two);
    expect(result).toMatchObject({ passed: false, manifest: null });
    expect(result.problems.join('\n')).toContain('b.md was not written');
    const none = await spawn(new ScriptedModel(() => 'A document.'), documentTask('a', [], { writes: [] }));
    expect(none).toMatchObject({ passed: false, manifest: null, problems: expect.arrayContaining([expect.stringContaining('no text')]) });
  });

  it('works as nobody else where it does not know the persona that the plan named', async () => {
    const model = new ScriptedModel(() => 'A document.');
    const failure = await spawn(model, documentTask('a', [], { persona: 'known-elsewhere' })).catch((error: unknown) => error);
    expect(failure).toMatchObject({ type: 'kamachiq.graph.unknown-persona', nonRetryable: true, details: [{ tokensSpent: 0 }] });
    expect(model.requests).toEqual([]);
  });

  it('tells what it spent when it fails', async () => {
    const failure = await spawn(new ScriptedModel(() => new ModelCallError({ code: 'model.timeout', message: 'silent', remedy: 'wait' }))).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ type: 'kamachiq.model.timeout', details: [{ tokensSpent: expect.any(Number) }] });
    expect((failure as { details: [{ tokensSpent: number }] }).details[0].tokensSpent).toBeGreaterThan(0);
  });
});

/** Renders the texts of its inputs: stands in for whatever wrote the files that the other templates work with. */
const givenFiles: RenderedTaskTemplate = {
  kind: 'rendered',
  name: 'given-files',
  version: '1',
  language: 'python',
  findInputProblems: () => [],
  checks: () => [],
  render: ({ inputs, writes }) => writes.map((path) => ({ path, text: String(inputs[path]) })),
};

describe('evaluateQuality of a Python project', { timeout: 120_000 }, () => {
  const made = (rest: Partial<FunctionSpec>): FunctionSpec => ({
    name: 'increase',
    parameters: [{ name: 'number', type: 'int' }],
    returns: 'int',
    sentence: 'Return the number plus one.',
    examples: [],
    uses: [],
    ...rest,
  });
  const specOf = (rest: Partial<ProjectSpec>) => specWithTasks([], { name: 'Steps', language: 'python', packageName: 'steps', ...rest });
  const judgement = '{"score": 10, "reason": "It looks right."}';

  /** A project on a worker with a model that writes one body for every function, and finds everything right. */
  const open = async (project: ProjectSpec, body = ' return number + 1\n```') => {
    const model = new ScriptedModel(({ messages, answerPrefix = '' }) =>
      messages[0]!.text.startsWith('You review') ? judgement : `${answerPrefix}${body}`,
    );
    const activities = createActivities({
      model,
      sandbox,
      artifacts: new FilesystemArtifactStore(folder),
      taskTemplates: [...pythonTaskTemplates, givenFiles],
      projectTemplates: [pythonCommandLineTemplate],
      instruments: [ruffInstrument(), docstringInstrument()],
    });
    const { plan, graph: told } = await runActivity(activities['kamachiq.decomposeProject'], {
      projectId: 'p',
      spec: project,
      seed: 0,
      holdTokens: 1_000,
      repair: 0,
      findings: [],
      previous: null,
    });
    const graph = unpacked(told);
    const results = new Map<string, SpawnAgentResult>();
    const work = async (task: AbridgedTask, holdTokens = 2_000) => {
      const upstream = task.dependencies.flatMap((id) => results.get(id)?.manifest ?? []);
      const about = { projectId: 'p', plan, task, attempt: 1, remediation: 0, seed: 0, holdTokens, feedback: [], upstream };
      const result = await runActivity(activities['kamachiq.spawnAgent'], about);
      results.set(task.id, result);
      return result;
    };
    const workOnAll = async () => {
      for (const task of graph.nodes) await work(task);
      return results;
    };
    const review = (task: AbridgedTask | null, holdTokens = 0) => {
      const manifests = task === null ? [...results.values()].flatMap(({ manifest }) => manifest ?? []) : [results.get(task.id)!.manifest!];
      return runActivity(activities['kamachiq.evaluateQuality'], { projectId: 'p', plan, task, manifests, threshold: 0.8, seed: 0, holdTokens });
    };
    const taskOf = (id: string) => graph.nodes.find((task) => task.id === id)!;
    return { work, workOnAll, review, taskOf };
  };

  it('leaves the correctness of a function without examples to a person, whatever a judge says, with what was seen', async () => {
    const { workOnAll, review, taskOf } = await open(specOf({ functions: [made({})] }));
    expect((await workOnAll()).get('implement-increase')).toMatchObject({ passed: true });
    for (const holdTokens of [0, 4_000]) {
      const { verdict, unscored, checks } = await review(taskOf('implement-increase'), holdTokens);
      expect(verdict.decision).toBe('ask-person');
      expect(unscored).toEqual(['correctness']);
      expect(checks.map(({ seen, passed, structural }) => [seen, passed, structural])).toEqual([
        ['holds nothing else', true, true],
        ['returned 1', true, true],
        ['returned 2', true, true],
        ['returned 0', true, true],
      ]);
      expect(verdict.feedback).toContain('increase(-1) answers with int or an error (no example says which): returned 0');
    }
    const { verdict, unscored, checks } = await review(null, 4_000);
    expect([verdict.decision, unscored]).toEqual(['ask-person', ['correctness']]);
    expect(checks.map(({ id, structural }) => [id, structural])).toEqual(
      ['increase-form', 'increase-plain-1', 'increase-plain-2', 'increase-plain-3', 'suite'].map((id) => [id, true]),
    );
  });

  it.each([
    ['returns something of another type', ' return str(number)', 'returned "0"'],
    ['returns nothing', ' pass', 'returned null'],
    ['names what is nowhere', ' return nubmer + 1', 'raised NameError'],
    ['ends the interpreter', ' import os\n    os._exit(0)', 'was stopped (crash)'],
    ['leaves by itself', ' raise SystemExit', 'raised SystemExit'],
    ['does not parse', ' return return', 'does not parse'],
  ])('keeps no candidate without examples that %s', async (_name, body, seen) => {
    const { work, taskOf } = await open(specOf({ functions: [made({})] }), body);
    const { passed, problems } = await work(taskOf('implement-increase'), 160);
    expect({ passed, problems: problems.join('\n') }).toEqual({ passed: false, problems: expect.stringContaining(seen) });
  });

  it('makes examples of the acceptance checks where a listed function has none', async () => {
    const acceptance = [{ run: ['increase', '41'], exitCode: 0, stdout: '42' }];
    const { workOnAll, review, taskOf } = await open(specOf({ functions: [made({})], acceptance }));
    expect(taskOf('implement-increase').inputs).toMatchObject({ function: { examples: [{ arguments: [41], returns: 42 }] } });
    expect((await workOnAll()).get('implement-increase')).toMatchObject({ passed: true });
    expect((await review(taskOf('implement-increase'))).verdict).toMatchObject({ decision: 'approve' });
    const { verdict, checks } = await review(null);
    expect(checks.map(({ id }) => id)).toEqual(['acceptance-1', 'increase-examples', 'suite', 'fault-1']);
    expect(verdict.decision).toBe('approve');
  });

  const examples = [
    { arguments: [41], returns: 42 },
    { arguments: [-1], returns: 0 },
  ];
  const given = (id: string, files: Readonly<Record<string, string>>, dependencies: readonly string[] = []) =>
    documentTask(id, dependencies, { type: 'code', template: 'given-files', inputs: files, writes: Object.keys(files), estimatedTokens: 0 });
  const program = (result: string) => `"""Increase."""\n\n\ndef increase(number):\n    """Increase."""\n    return ${result}\n`;
  const emptySuite = {
    'tests/__init__.py': '"""Tests."""\n',
    'tests/test_all.py': '"""Tests."""\nimport unittest\n\n\nclass T(unittest.TestCase):\n    """T."""\n\n    def test(self):\n        """Pass."""\n',
  };
  const reviewByHand = async (functions: readonly FunctionSpec[], files: Readonly<Record<string, string>>) => {
    const tasks = [given('code', files), given('tests', emptySuite, ['code'])];
    const { workOnAll, review } = await open(specOf({ functions, tasks }));
    await workOnAll();
    const { verdict, unscored, checks } = await review(null, 4_000);
    return { verdict, unscored, checks: checks.map(({ id, passed, structural }) => [id, passed, structural === true]) };
  };

  it('compares the examples of a plan by hand, whatever its own suite says', async () => {
    const functions = [made({ examples })];
    const wrong = await reviewByHand(functions, { 'steps/increase.py': program('42') });
    expect(wrong.checks).toEqual([
      ['increase-examples', false, false],
      ['suite', true, true],
    ]);
    expect(wrong.verdict.decision).toBe('remediate');
    expect(wrong.verdict.feedback[0]).toBe(
      'increase does what each of its 2 examples says: in 1 it did not: expected increase(-1) returns 0; it returned 42',
    );
    for (const files of [
      { 'steps/increase.py': program('number + 1') },
      { 'steps/sums.py': program('number + 1'), 'steps/__init__.py': '"""Steps."""\nfrom steps.sums import increase\n' },
    ]) {
      expect((await reviewByHand(functions, files)).checks).toEqual([
        ['increase-examples', true, false],
        ['suite', true, false],
      ]);
    }
  });

  it('takes a suite with nothing beside it for no proof', async () => {
    const { unscored, checks } = await reviewByHand([], { 'steps/increase.py': program('42') });
    expect(checks).toEqual([['suite', true, true]]);
    expect(unscored).toEqual(['correctness']);
  });

  it('executes nothing of a project with a file that was refused by reading it', async () => {
    const refused = `"""The function increase of the package steps."""\n\nimport os\n\n${program('number + 1').split('\n').slice(3).join('\n')}`;
    const acceptance = [{ run: ['increase', '41'], exitCode: 0, stdout: '42' }];
    const tasks = [given('code', { 'steps/increase.py': refused, 'steps/__main__.py': 'print(42)\n' }), given('tests', emptySuite, ['code'])];
    const { workOnAll, review } = await open(specOf({ functions: [made({ examples })], acceptance, tasks }));
    await workOnAll();
    const { checks } = await review(null);
    expect(checks.map(({ id, passed }) => [id, passed])).toEqual([
      ['acceptance-1', false],
      ['increase-examples', false],
      ['suite', false],
      ['faults', true],
    ]);
    for (const { seen } of checks.filter(({ id }) => id !== 'increase-examples' && id !== 'faults'))
      expect(seen).toContain('was stopped (not-started)');
    expect(checks[1]!.seen).toContain('holds the import on line 3: import os');
  });

  it('shows code that is checked neither the tests nor the documentation', async () => {
    // Answers with what it finds written down, wherever that is.
    const looking = `"""Looks."""


def increase(number: int) -> int:
    """Return the number plus one."""
    import os, re
    for folder, _, names in os.walk('/project'):
        for name in names:
            with open(os.path.join(folder, name)) as file:
                found = re.search(rf'increase(?:\\(| ){number}\\D+(\\d+)', file.read())
            if found:
                return int(found[1])
    raise ValueError('found nothing')
`;
    const functions = [made({ examples: [{ arguments: [41], returns: 42 }] })];
    const acceptance = [{ run: ['increase', '41'], exitCode: 0, stdout: '42' }];
    const project = specOf({ functions, acceptance });
    const planned = pythonCommandLineTemplate.decompose(project, functions);
    const tasks = planned.map((task) =>
      task.id === 'implement-increase' ? { ...task, template: 'given-files', inputs: { [task.writes[0]!]: looking } } : task,
    );
    const { review, workOnAll } = await open({ ...project, tasks });
    const results = await workOnAll();
    const { checks } = await review(null);
    // Its own test suite does see the tests: what passes there is evidence, and proves nothing.
    expect(checks.map(({ id, passed, structural }) => [id, passed, structural])).toEqual([
      ['acceptance-1', false, undefined],
      ['increase-examples', false, undefined],
      ['suite', true, true],
      ['fault-1', true, true],
    ]);
    expect(checks[0]!.seen).toContain('found nothing');
    expect(results.get('documentation')).toMatchObject({ passed: false, problems: [expect.stringContaining('found nothing')] });
  });
});
