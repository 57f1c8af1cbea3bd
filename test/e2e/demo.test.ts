import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pyodideSandbox } from '@kamachiq/sandbox';
import { type Check, type CheckOutcome, type JsonValue, MOTTO, type ProjectReport, runChecks, type SourceFile } from 'kamachiq';
import { loadProjectSpec } from 'kamachiq/spec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningCommand } from '../support/command-line.js';
import { spec as smallSpec } from '../support/command-line-specs.js';
import { ProcessWatch } from '../support/processes.js';
import { until } from '../support/until.js';

const SEEDS = process.env.KAMACHIQ_TEST_FULL === '1' ? [7, 19, 4_242] : [7];

const spec = await loadProjectSpec(fileURLToPath(new URL('../../examples/simple_cli.yaml', import.meta.url)));
const sandbox = pyodideSandbox();
afterAll(() => sandbox.doClose?.());

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-e2e-demo-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A demo whose temporary files are its own, and every process it ever had. */
async function startDemo(name: string, ...words: readonly string[]) {
  const temporary = join(folder, name, 'tmp');
  const output = join(folder, name, 'out');
  await mkdir(temporary, { recursive: true });
  const command = new RunningCommand({ cwd: join(folder, name), env: { TMPDIR: temporary } }, 'demo', '--output', output, ...words);
  return { command, processes: new ProcessWatch(command.pid), temporary, output };
}

/** What must hold however a demo ended. */
async function expectNothingLeft({ processes, temporary }: Awaited<ReturnType<typeof startDemo>>) {
  expect(processes.commands).toContainEqual(expect.stringContaining('server start-dev'));
  await until(async () => (await processes.left()).length === 0);
  expect(await readdir(temporary)).toEqual([]);
}

const run = (files: readonly SourceFile[], checks: readonly Check[]): Promise<readonly CheckOutcome[]> =>
  runChecks({ sandbox, language: 'python', files, checks, signal: new AbortController().signal });

const suite = { kind: 'test-suite', directory: 'tests' } as const;

describe.each(SEEDS)('a demo with seed %i', (seed) => {
  let demo: Awaited<ReturnType<typeof startDemo>>;
  let exitCode: number | null;
  let said: Readonly<Record<string, unknown>> & { readonly report: string };
  let report: ProjectReport;
  let files: readonly SourceFile[];

  beforeAll(async () => {
    demo = await startDemo(`seed-${seed}`, '--json', '--seed', String(seed));
    exitCode = await demo.command.ended;
    said = JSON.parse(demo.command.stdout);
    report = JSON.parse(await readFile(said.report, 'utf8'));
    const project = join(demo.output, report.projectId, 'project');
    files = await Promise.all(report.files.map(async ({ path }) => ({ path, text: await readFile(join(project, path), 'utf8') })));
  }, 300_000);

  it('succeeds, and says so in one line of JSON and nothing else', () => {
    expect({ exitCode, stderr: demo.command.stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(demo.command.stdout).toMatch(/^\{.*\}\n$/);
    expect(Object.keys(said)).toEqual(['status', 'durationSeconds', 'tasks', 'tokensSpent', 'budgetTotal', 'model', 'checks', 'report']);
    expect(said).toMatchObject({
      status: 'approved',
      durationSeconds: expect.any(Number),
      tasks: spec.functions.length + 3,
      budgetTotal: spec.budgetTotal,
      model: report.environment.models[0],
      checks: { passed: spec.acceptance.length, failed: 0 },
    });
  });

  it('writes its report in three forms, and the project', async () => {
    const results = join(demo.output, report.projectId);
    expect((await readdir(demo.output)).length).toBe(1);
    expect((await readdir(results)).sort()).toEqual(['project', 'report.html', 'report.json', 'report.md']);
    expect(await readFile(join(results, 'report.md'), 'utf8')).toMatch(new RegExp(`^> ${MOTTO.replaceAll('.', '\\.')}\n`));
    expect(await readFile(join(results, 'report.html'), 'utf8')).toContain(MOTTO);
    expect(report).toMatchObject({ seed, status: 'approved', checks: expect.arrayContaining([expect.objectContaining({ passed: true })]) });
    expect(report.checks.filter(({ passed }) => !passed)).toEqual([]);
    expect(report.environment).toMatchObject({ sandbox: sandbox.id, models: [expect.stringMatching(/^local\//)] });
  });

  it('says of every file who made it', () => {
    const byModel = report.files.filter(({ madeBy }) => madeBy.kind === 'model').map(({ path }) => path);
    expect(byModel.sort()).toEqual(spec.functions.map(({ name }) => `${spec.packageName}/${name}.py`).sort());
  });

  it('accounts for every token with the call that spent it', () => {
    const called = report.modelCalls.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
    expect(called).toBeGreaterThan(0);
    expect(report.budget).toMatchObject({ total: spec.budgetTotal, spent: called });
    expect(said.tokensSpent).toBe(called);
    expect(report.tasks.reduce((sum, { tokensSpent }) => sum + tokensSpent, 0) + report.budget.planning + report.budget.review).toBe(called);
    for (const call of report.modelCalls) {
      expect(call).toMatchObject({ seed: expect.any(Number), promptSha256: expect.stringMatching(/^[0-9a-f]{64}$/), reported: true });
    }
  });

  it('does what the spec never showed', async () => {
    const outcomes = await run(files, HIDDEN_CHECKS);
    expect(outcomes.filter(({ passed }) => !passed)).toEqual([]);
  });

  it('has a suite that passes, and fails on every fault planted by hand', async () => {
    const atLeast = spec.functions.flatMap(({ examples }) => examples).length;
    const [passes] = await run(files, [{ id: 'suite', description: 'passes', invocation: suite, expected: { kind: 'suite-passes', atLeast } }]);
    expect(passes).toMatchObject({ passed: true });
    const survivors: string[] = [];
    for (const { name } of spec.functions) {
      for (const [pattern, fault] of FAULTS) {
        const path = `${spec.packageName}/${name}.py`;
        const broken = files.map((file) => (file.path === path ? { path, text: file.text.replace(pattern, fault) } : file));
        if (broken.every(({ text }, index) => text === files[index]!.text)) continue;
        const check: Check = { id: 'fault', description: `${name}: ${fault}`, invocation: suite, expected: { kind: 'suite-fails' } };
        const [outcome] = await run(broken, [check]);
        // Tests of the other functions still pass: the fault didn't just break the import.
        if (!outcome!.passed || !/^[1-9]\d* tests passed/.test(outcome!.seen)) survivors.push(`${name}, ${fault}: ${outcome!.seen}`);
      }
    }
    expect(survivors).toEqual([]);
  }, 120_000);

  it('leaves no process and no temporary file', async () => {
    await expectNothingLeft(demo);
    expect(demo.processes.commands).toContainEqual(expect.stringContaining('pyodide'));
  });
});

/** Statements of a body, made wrong: every function has a return, and some an error. */
const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/^( +(?:[^"\n]*: )?)return\b.*$/gm, '$1return 987654'],
  [/^( +(?:[^"\n]*: )?)raise ValueError\b.*$/gm, '$1return 0'],
];

const call = (name: string, given: readonly JsonValue[]) =>
  ({ kind: 'call', module: `calculator.${name}`, function: name, arguments: given }) as const;
const returns = (name: string, given: readonly JsonValue[], value: number): Check => ({
  id: `${name}(${JSON.stringify(given)})`,
  description: `${name}(${JSON.stringify(given)}) returns ${value}`,
  invocation: call(name, given),
  expected: { kind: 'returns', value },
});
const exits = (words: readonly string[], expected: Omit<Extract<Check['expected'], { readonly kind: 'exits' }>, 'kind'>): Check => ({
  id: words.join(' '),
  description: `calculator ${words.join(' ')}`,
  invocation: { kind: 'command', module: 'calculator', arguments: words },
  expected: { kind: 'exits', ...expected },
});

const HIDDEN_CHECKS: readonly Check[] = [
  returns('add', [-0.5, -0.25], -0.75),
  returns('add', [1e15, 1], 1_000_000_000_000_001),
  returns('subtract', [-2.5, -0.5], -2),
  returns('subtract', [0, 1_000_000], -1_000_000),
  returns('multiply', [-7, 0], 0),
  returns('multiply', [-1.5, -2], 3),
  returns('multiply', [123_456, 654_321], 80_779_853_376),
  returns('divide', [-9, -3], 3),
  returns('divide', [7, -2], -3.5),
  returns('divide', [0.5, 0.25], 2),
  { id: 'divide', description: 'divide(-1, 0)', invocation: call('divide', [-1, 0]), expected: { kind: 'raises', exception: 'ValueError' } },
  returns('power', [0, 0], 1),
  returns('power', [-2, 3], -8),
  returns('power', [10, 6], 1_000_000),
  returns('power', [2, 0.5], Math.SQRT2),
  returns('average', [Array.from({ length: 100 }, (_, index) => index + 1)], 50.5),
  returns('average', [[-2, -4]], -3),
  returns('average', [[0.1, 0.2, 0.3]], 0.2),
  exits(['add', '1e3', '-1e3'], { exitCode: 0, stdout: '0' }),
  exits(['multiply', '-7', '0'], { exitCode: 0, stdout: '0' }),
  exits(['divide', '-9', '-3'], { exitCode: 0, stdout: '3' }),
  exits(['divide', '-1', '0'], { exitCode: 1, stdout: '', stderrContains: 'error: ' }),
  exits(['power', '0', '0'], { exitCode: 0, stdout: '1' }),
  exits(['average', '7'], { exitCode: 0, stdout: '7' }),
  exits(['average'], { exitCode: 2, stdout: '', stderrContains: 'usage' }),
  exits(['divide', '1'], { exitCode: 2, stderrContains: 'required' }),
  exits(['add', '1', '2', '3'], { exitCode: 2, stderrContains: 'unrecognized' }),
  exits(['unknown', '4'], { exitCode: 2, stderrContains: 'invalid choice' }),
  exits(['divide', 'x', '1'], { exitCode: 2, stderrContains: 'invalid' }),
  exits(['--help'], { exitCode: 0 }),
];

describe('a demo that is told to end', () => {
  it.each([
    ['by Ctrl-C while it starts', /starting/, 'interrupt'],
    ['by Ctrl-C while agents work', /: attempt 1/, 'interrupt'],
    ['by a signal to it alone while agents work', /: attempt 1/, 'terminate'],
  ] as const)(
    '%s stops everything it started and leaves nothing',
    async (name, moment, how) => {
      const demo = await startDemo(name.replaceAll(' ', '-'));
      await demo.command.says(moment);
      await until(async () => demo.processes.commands.some((command) => command.includes('server start-dev')));
      expect(await demo.command[how]()).toBe(130);
      expect(demo.command.stderr).toBe('');
      await expectNothingLeft(demo);
      await expect(readdir(demo.output)).rejects.toThrow('ENOENT');
    },
    120_000,
  );
});

describe('a demo with --keep', () => {
  it('leaves server and Web UI up until Ctrl-C', async () => {
    const file = join(folder, 'small.yaml');
    await writeFile(file, smallSpec('42'));
    const demo = await startDemo('keep', '--keep', '--project-spec', file);
    try {
      const [, web] = await demo.command.says(/stay up: (\S+?)\. Ctrl-C/);
      const [, projectId] = await demo.command.says(/\/workflows\/(\S+)/);
      expect((await fetch(web!)).status).toBe(200);
      const answer = await fetch(`${web}/api/v1/namespaces/default/workflows/${projectId}`);
      expect(await answer.json()).toMatchObject({ workflowExecutionInfo: { status: 'WORKFLOW_EXECUTION_STATUS_COMPLETED' } });
      expect(await demo.command.interrupt()).toBe(0);
      await expectNothingLeft(demo);
      expect(demo.command.stdout).toContain('✓ python -m steps increase 41');
    } finally {
      await demo.command.stop();
    }
  }, 120_000);
});
