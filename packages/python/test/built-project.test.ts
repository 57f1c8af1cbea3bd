import { pyodideSandbox } from '@kamachiq/sandbox';
import { type Check, DEFAULT_SANDBOX_LIMITS, type Observation, runChecks, type Sandbox, type SourceFile } from 'kamachiq';
import { afterAll, describe, expect, it } from 'vitest';
import { docstringInstrument, pythonCommandLineTemplate, pythonTaskTemplates, ruffInstrument } from '../src/index.js';
import { buildProject, functions, spec } from './projects.js';

const sandbox: Sandbox = pyodideSandbox();
afterAll(() => sandbox.doClose?.());

const signal = new AbortController().signal;
const files = buildProject();
const run = (checks: readonly Check[], tree: readonly SourceFile[] = files) =>
  runChecks({ sandbox, language: 'python', files: tree, checks, signal });

const commands = async (...lines: readonly (readonly string[])[]): Promise<readonly Observation[]> => {
  const invocations = lines.map((words) => ({ kind: 'command', module: 'odds', arguments: words, stdin: 'typed in\n' }) as const);
  return (await sandbox.doRun({ language: 'python', files, invocations, limits: DEFAULT_SANDBOX_LIMITS }, signal)).observations;
};
const printed = (stdout: string) => ({ status: 'exited', exitCode: 0, stdout: `${stdout}\n`, stderr: '' });

describe('a built project', () => {
  it('meets every check of every task, and its acceptance checks', async () => {
    const tasks = pythonCommandLineTemplate.decompose(spec, functions);
    const checks = tasks.flatMap(({ template, inputs }) => pythonTaskTemplates.find(({ name }) => name === template)!.checks(inputs));
    const outcomes = await run([...checks, ...pythonCommandLineTemplate.acceptanceChecks(spec)]);
    expect(outcomes.filter(({ passed }) => !passed)).toEqual([]);
    expect(new Set(outcomes.map(({ id }) => id)).size).toBe(outcomes.length);
  });

  it('can check a function before the package around it exists', async () => {
    const task = pythonCommandLineTemplate.decompose(spec, functions).find(({ id }) => id === 'implement-double_total')!;
    const tree = files.filter(({ path }) => path === 'odds/double_total.py' || path === 'odds/total.py');
    expect(await run(pythonTaskTemplates[0]!.checks(task.inputs), tree)).toMatchObject([
      { id: 'double_total-form', passed: true, seen: 'holds nothing else' },
      { id: 'double_total-1', passed: true, seen: 'returned 6' },
    ]);
  });

  it('has its files only from what tasks declare, each once', () => {
    const declared = pythonCommandLineTemplate.decompose(spec, functions).flatMap(({ writes }) => writes);
    expect(files.map(({ path }) => path)).toEqual(declared);
    expect(new Set(declared).size).toBe(declared.length);
  });

  it('tells which files are no part of the program: those that hold expected values', () => {
    const roles = files.filter(({ role }) => role !== undefined).map(({ path, role }) => [path, role]);
    expect(roles).toEqual([
      ['tests/__init__.py', 'tests'],
      ['tests/test_odds.py', 'tests'],
      ['README.md', 'documentation'],
    ]);
  });

  it('runs commands with numbers, texts, lists and truths', async () => {
    const seen = await commands(
      ['share', '1', '4'],
      ['share', '-1', '-2e0'],
      ['share', '6', '3'],
      ['share', '0.3', '3'],
      ['share', '1', '3'],
      ['share', '-0.0', '5'],
      ['repeat', '-x', '2'],
      ['repeat', '-', '2'],
      ['total', '1', '2', '-4'],
      ['tenths', '1', '-25'],
      ['is-even', '4'],
      ['is_even', '3'],
      ['split-text', 'a b  c'],
      ['answer'],
    );
    expect(seen).toEqual(
      ['0.25', '0.5', '2', '0.1', '0.3333333333333333', '0', '-x-x', 'typed in\ntyped in\n', '-1', '0.1 -2.5', 'True', 'False', 'a b c', '42'].map(
        printed,
      ),
    );
  });

  it('tells what went wrong: 1 for what a function raises, 2 for wrong usage', async () => {
    const seen = await commands(['share', '1', '0'], ['share', '1'], ['share', 'x', '1'], ['unknown'], [], ['answer', '1'], ['total']);
    expect(seen[0]).toEqual({ status: 'exited', exitCode: 1, stdout: '', stderr: 'error: the whole is zero\n' });
    for (const observation of seen.slice(1)) expect(observation).toMatchObject({ status: 'exited', exitCode: 2, stdout: '' });
    expect(seen[2]).toMatchObject({ stderr: expect.stringContaining("invalid number value: 'x'") });
  });

  it('tells in one line of results that are too large', async () => {
    const seen = await commands(['share', `1${'0'.repeat(400)}`, '3'], ['double-total', '9'.repeat(4_300)]);
    const said = ['integer division result too large for a float', 'the result is too large'];
    expect(seen).toEqual(said.map((words) => ({ status: 'exited', exitCode: 1, stdout: '', stderr: `error: ${words}\n` })));
  });

  it('shows nothing as a result that is not of the type that was asked for', async () => {
    const wrong = files.map((file) => ({ ...file, text: file.text.replace('return 42', 'return (-8) ** 0.5') }));
    const check = { id: 'wrong', description: 'answer', invocation: { kind: 'command', module: 'odds', arguments: ['answer'] } } as const;
    const expected = { kind: 'exits', exitCode: 1, stdout: '', stderrContains: 'error: the result is of type complex' } as const;
    expect(await run([{ ...check, expected }], wrong)).toMatchObject([{ passed: true }]);
    // What the checks take for a whole number, the program shows as one.
    const whole = files.map((file) => ({ ...file, text: file.text.replace('return 42', 'return 84 / 2') }));
    expect(await run([{ ...check, expected: { kind: 'exits', exitCode: 0, stdout: '42' } }], whole)).toMatchObject([{ passed: true }]);
  });

  it('explains each command in the words of the spec', async () => {
    const [all, one] = await commands(['--help'], ['repeat', '-h']);
    for (const { name } of functions) expect(all).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(name.replaceAll('_', '-')) });
    expect(all).toMatchObject({ stdout: expect.stringContaining('Everything %(prog)s works.') });
    expect(one).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('100% of it.') });
  });

  it('comes with a suite that has a test for each example and fails on every planted fault', { timeout: 120_000 }, async () => {
    const [suite] = pythonTaskTemplates
      .find(({ name }) => name === 'python-test-suite')!
      .checks({ package: 'odds', title: '', goals: [], functions } as never);
    expect(suite!.expected).toEqual({ kind: 'suite-passes', atLeast: functions.flatMap(({ examples }) => examples).length });
    const faults = pythonCommandLineTemplate.plantFaults(files, functions);
    expect(faults.map(({ description }) => description)).toEqual([
      ...functions.slice(0, 2).map(({ name }) => `${name} returns something else`),
      'share raises nothing',
      ...functions.slice(2).map(({ name }) => `${name} returns something else`),
    ]);
    for (const fault of faults) {
      expect(fault.files.filter((file, index) => file.text !== files[index]!.text).length, fault.description).toBe(1);
      const [outcome] = await run([{ ...suite!, expected: { kind: 'suite-fails' } }], fault.files);
      expect(outcome, fault.description).toMatchObject({ passed: true });
      // The fault fails a test; it doesn't just break the file.
      expect(outcome!.seen).toMatch(/^[1-9]\d* tests passed/);
    }
  });

  it('is clean by its own instruments', async () => {
    const request = { task: null, writes: [], files, checks: [], sandbox, signal };
    expect(await ruffInstrument().doMeasure(request)).toMatchObject({ score: 1, evidence: [expect.stringMatching(/^0 findings in \d+ lines/)] });
    expect(await docstringInstrument().doMeasure(request)).toMatchObject({ score: 1 });
  });
});

describe('docstringInstrument', () => {
  const measure = (tree: readonly SourceFile[]) =>
    docstringInstrument().doMeasure({ task: null, writes: [], files: tree, checks: [], sandbox, signal });

  it('counts public definitions and says where documentation is missing', async () => {
    const text =
      '"""A module."""\n\n\ndef said():\n    """Says."""\n\n\ndef unsaid():\n    pass\n\n\ndef _own():\n    pass\n\n\nclass Kept:\n    def run(self):\n        pass\n';
    expect(
      await measure([
        { path: 'a.py', text },
        { path: 'README.md', text: '# A\n' },
      ]),
    ).toEqual({
      score: 3 / 6,
      evidence: [
        '3 of 6 public definitions and documents say what they are',
        'a.py:8 function unsaid has no docstring',
        'a.py:16 class Kept has no docstring',
        'a.py:17 function Kept.run has no docstring',
      ],
    });
  });

  it('gives nothing for what does not parse, and has nothing to say of other files', async () => {
    expect(await measure([{ path: 'a.py', text: 'def (' }])).toMatchObject({ score: 0 });
    expect(await measure([{ path: 'data.json', text: '{}' }])).toBeNull();
    expect(await measure([{ path: 'README.md', text: '' }])).toMatchObject({ score: 0, evidence: [expect.anything(), 'README.md: is empty'] });
  });
});
