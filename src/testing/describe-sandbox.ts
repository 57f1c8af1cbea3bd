import assert from 'node:assert/strict';
import { KamachiqError } from '../errors/kamachiq-error.js';
import type { SandboxErrorCode } from '../errors/sandbox-error.js';
import type { JsonValue } from '../ports/json-value.js';
import type { Invocation, Observation, Sandbox, SandboxLimits } from '../ports/sandbox.js';
import type { SourceFile } from '../ports/source-file.js';
import type { ContractRunner } from './contract-runner.js';
import { openOnce } from './open-once.js';
import { sandboxContractFiles as files } from './sandbox-contract-files.js';

const limits: SandboxLimits = { wallMilliseconds: 20_000, memoryBytes: 384 * 1024 * 1024, outputCharacters: 2000 };
const never = new AbortController().signal;

const values: Readonly<Record<string, JsonValue>> = {
  None: null,
  True: true,
  '7': 7,
  '-0.5': -0.5,
  '-0.0': 0,
  '1e20': 1e20,
  '"héllo \\n 🎈"': 'héllo \n 🎈',
  '[1, [2.5, "a"], None]': [1, [2.5, 'a'], null],
  '(1, 2)': [1, 2],
  '{"a": {"b": []}, "__proto__": 1}': JSON.parse('{"a": {"b": []}, "__proto__": 1}'),
  'collections.Counter("aab")': { a: 2, b: 1 },
  'float("nan")': { $type: 'float', $repr: 'nan' },
  'float("-inf")': { $type: 'float', $repr: '-inf' },
  '2 ** 53': { $type: 'int', $repr: '9007199254740992' },
  '2 ** 53 - 1': Number.MAX_SAFE_INTEGER,
  '{3, 1, 2}': { $type: 'set', $repr: '{1, 2, 3}' },
  '{"b", "a"}': { $type: 'set', $repr: "{'a', 'b'}" },
  'frozenset("ba")': { $type: 'frozenset', $repr: "frozenset({'a', 'b'})" },
  'set()': { $type: 'set', $repr: 'set()' },
  '10 ** 5000': { $type: 'int', $repr: `0x${(10n ** 5000n).toString(16)}`.slice(0, 2000).concat('\n[cut off after 2000 characters]') },
  '{"\\u200b é": 1}': { '\u200b é': 1 },
  '{1: 2}': { $type: 'dict', $repr: '{1: 2}' },
  '{"$type": "float", "$repr": "nan"}': { $type: 'dict', $repr: "{'$type': 'float', '$repr': 'nan'}" },
  'b"ab"': { $type: 'bytes', $repr: "b'ab'" },
  '"\\ud800"': { $type: 'str', $repr: "'\\ud800'" },
  'Point()': { $type: 'Point', $repr: '<subject.Point object at 0x…>' },
};

const call = (name: string, ...values: JsonValue[]): Invocation => ({ kind: 'call', module: 'subject', function: name, arguments: values });
const tick = call('tick');

/**
 * The contract of {@link Sandbox}: what every adapter must do, as tests for the caller's own test runner.
 *
 * The adapter must run `python`. Nothing is left behind: the sandboxes made are closed.
 *
 * @public
 */
export function describeSandbox({ describe, it, afterAll }: ContractRunner, createSandbox: () => Promise<Sandbox>): void {
  const sandbox = openOnce({ afterAll }, createSandbox);

  const run = async (invocations: readonly Invocation[], overrides: Partial<SandboxLimits> = {}, more: readonly SourceFile[] = []) => {
    const request = { language: 'python', files: [...files, ...more], invocations, limits: { ...limits, ...overrides } };
    const { observations, durationMilliseconds } = await (await sandbox()).doRun(request, never);
    assert.equal(observations.length, invocations.length);
    assert.ok(durationMilliseconds > 0);
    return observations;
  };
  const runOne = async (invocation: Invocation, overrides: Partial<SandboxLimits> = {}) => (await run([invocation], overrides))[0]!;
  const refuses = async (code: SandboxErrorCode, attempt: () => Promise<unknown>) => {
    await assert.rejects(attempt, (error) => KamachiqError.isInstance(error) && error.code === code && error.remedy !== '');
  };

  describe('what a sandbox observes', () => {
    it('returns values of every kind as the port writes them', async () => {
      const observations = await run(Object.keys(values).map((text) => call('evaluate', text)));
      const expected = Object.values(values).map((value): Observation => ({ status: 'returned', value, stdout: '' }));
      assert.deepEqual(observations, expected);
    });

    it('passes plain values in and tells what was printed', async () => {
      const value = { list: [1, 'é', null], deep: { true: false } };
      assert.deepEqual(await run([call('divide', 1, 4), call('evaluate', JSON.stringify('x')), call('tick'), tick]), [
        { status: 'returned', value: 0.25, stdout: 'dividing 1\n' },
        { status: 'returned', value: 'x', stdout: '' },
        { status: 'returned', value: 1, stdout: '' },
        { status: 'returned', value: 2, stdout: '' },
      ]);
      const [echoed] = await run([{ kind: 'call', module: 'echo', function: 'echo', arguments: [value] }], {}, [
        { path: 'echo.py', text: 'def echo(value):\n    return value\n' },
      ]);
      assert.deepEqual(echoed, { status: 'returned', value, stdout: '' });
    });

    it('names what was raised and its bases, nearest first', async () => {
      assert.deepEqual(await run([call('divide', 1, 0), call('take'), call('take_falsely'), call('leave')]), [
        {
          status: 'raised',
          exceptions: ['ZeroDivisionError', 'ArithmeticError', 'Exception', 'BaseException'],
          message: 'division by zero',
          stdout: 'dividing 1\n',
        },
        { status: 'raised', exceptions: ['ShelfEmpty', 'LookupError', 'Exception', 'BaseException'], message: 'nothing left', stdout: '' },
        {
          status: 'raised',
          exceptions: ['subject.KeyError', 'LookupError', 'Exception', 'BaseException'],
          message: 'nothing of the kind',
          stdout: '',
        },
        { status: 'raised', exceptions: ['SystemExit', 'BaseException'], message: '3', stdout: '' },
      ]);
    });

    it('tells a missing module, a missing function and a broken file as raised', async () => {
      const other = (module: string, name: string): Invocation => ({ kind: 'call', module, function: name, arguments: [] });
      const observations = await run([other('nowhere', 'f'), other('subject', 'f'), other('broken', 'half')]);
      assert.deepEqual(
        observations.map((seen) => seen.status === 'raised' && seen.exceptions[0]),
        ['ModuleNotFoundError', 'AttributeError', 'SyntaxError'],
      );
    });

    it('runs a module as a program, each time anew, with arguments, input and exit code', async () => {
      const command = (stdin: string, ...values: string[]): Invocation => ({ kind: 'command', module: 'tools.tool', arguments: values, stdin });
      const [echo, fail, exit, usage, again] = await run([
        command('a\nb\n', 'echo', '--times', '2'),
        command('', 'fail'),
        command('', 'exit'),
        command('', 'fly', '--times', 'x'),
        command('c', 'echo'),
      ]);
      assert.deepEqual(echo, { status: 'exited', exitCode: 0, stdout: 'aa\nbb\n', stderr: 'done\n' });
      assert.equal(fail?.status === 'exited' && fail.exitCode, 1);
      assert.match(fail?.status === 'exited' ? fail.stderr : '', /^Traceback.*tool\.py", line 8.*ValueError: no\n$/s);
      assert.deepEqual(exit, { status: 'exited', exitCode: 1, stdout: '', stderr: 'bad luck\n' });
      assert.equal(usage?.status === 'exited' && usage.exitCode, 2);
      assert.match(usage?.status === 'exited' ? usage.stderr : '', /^usage: tool .*error: argument operation: invalid choice: 'fly'/s);
      assert.deepEqual(again, { status: 'exited', exitCode: 0, stdout: 'c\n', stderr: 'done\n' });
    });

    it('counts the tests of a suite and reports those that fail', async () => {
      const [mixed, good] = await run([
        { kind: 'test-suite', directory: 'tests' },
        { kind: 'test-suite', directory: 'good' },
      ]);
      assert.equal(mixed?.status, 'tested');
      assert.deepEqual([mixed.passed, mixed.failed], [1, 2]);
      assert.match(mixed.failures.join('\n'), /test_wrong\n.*AssertionError: 0\.5 != 2/s);
      assert.deepEqual(good, { status: 'tested', passed: 1, failed: 0, failures: [] });
    });

    it('tells a suite that is not there, or does not load, as failed', async () => {
      const suites = await run(
        [
          { kind: 'test-suite', directory: 'absent' },
          { kind: 'test-suite', directory: 'bad' },
        ],
        {},
        [{ path: 'bad/test_bad.py', text: 'import nowhere\n' }],
      );
      assert.deepEqual(
        suites.map((seen) => seen.status === 'tested' && [seen.passed, seen.failed, seen.failures.length]),
        [
          [0, 1, 1],
          [0, 1, 1],
        ],
      );
    });

    it('finds definitions by parsing and executes nothing', async () => {
      const [found, broken, absent] = await run(['inspected.py', 'broken.py', 'absent.py'].map((path): Invocation => ({ kind: 'inspect', path })));
      assert.deepEqual(found, {
        status: 'inspected',
        syntaxError: null,
        definitions: [
          { kind: 'module', name: '', documented: false, line: 1 },
          { kind: 'class', name: 'Shelf', documented: true, line: 3 },
          { kind: 'function', name: 'Shelf.put', documented: false, line: 5 },
          { kind: 'class', name: 'Shelf.Label', documented: false, line: 7 },
          { kind: 'function', name: 'later', documented: true, line: 10 },
        ],
        statements: [
          { kind: 'other', text: "print('executed')", line: 1 },
          { kind: 'other', text: 'raise SystemExit', line: 2 },
          { kind: 'class', text: 'class Shelf:', line: 3 },
          { kind: 'other', text: 'if True:', line: 9 },
        ],
      });
      assert.equal(broken?.status, 'inspected');
      assert.match(broken.syntaxError ?? '', /broken\.py, line 1/);
      assert.deepEqual([broken.definitions, broken.statements], [[], []]);
      assert.equal(absent?.status === 'inspected' && absent.syntaxError !== null, true);
    });

    it('tells what the top level of a file executes, in order and in one way of writing', async () => {
      const text = `'''Says "it".'''
'no docstring'
import   os, sys as system
from . import(
  near)
@trace( 1 )
async  def late( first:int , *rest , second = [ 1,2 ] )->  "int" :   return print('in the body')
class Odd( object ) : x = 1
value:int=1; print(value)
`;
      const own = { path: 'top.py', text };
      // What the inspector itself may need must be its own, not the project's.
      const decoys = ['ast.py', '_ast_unparse.py', 'enum.py'].map((path) => ({ path, text: 'raise SystemExit\n' }));
      const [seen] = await run([{ kind: 'inspect', path: 'top.py' }], {}, [own, ...decoys]);
      assert.deepEqual(seen?.status === 'inspected' && seen.statements, [
        { kind: 'docstring', text: 'Says "it".', line: 1 },
        { kind: 'other', text: "'no docstring'", line: 2 },
        { kind: 'import', text: 'import os, sys as system', line: 3 },
        { kind: 'import', text: 'from . import near', line: 4 },
        { kind: 'function', text: "@trace(1)\nasync def late(first: int, *rest, second=[1, 2]) -> 'int':", line: 7 },
        { kind: 'class', text: 'class Odd(object):', line: 8 },
        { kind: 'other', text: 'value:int=1; print(value)', line: 9 },
        { kind: 'other', text: 'value:int=1; print(value)', line: 9 },
      ]);
    });

    it('inspects files of any size and depth, and leaves nothing out unseen', async () => {
      const long = { path: 'long.py', text: `${'x = 1\n'.repeat(1500)}import os\n` };
      const deep = { path: 'deep.py', text: `def f(x=${'-'.repeat(3000)}1): pass\nimport os\n` };
      const wide = { path: 'wide.py', text: `def f(${Array.from({ length: 900 }, (_, index) => `parameter_${index}`).join(', ')}): pass\n` };
      const seen = await run(
        ['long.py', 'deep.py', 'wide.py'].map((path): Invocation => ({ kind: 'inspect', path })),
        {},
        [long, deep, wide],
      );
      const [first, second, third] = seen.map((one) => (one.status === 'inspected' ? one : assert.fail(JSON.stringify(one))));
      assert.equal(first!.statements.length, 1000);
      assert.ok(second!.syntaxError !== null || second!.statements.length === 2, JSON.stringify(second));
      assert.match(third!.statements[0]!.text, /^def f\(parameter_0, parameter_1, .*\n\[cut off after 4000 characters\]$/s);
    });

    it('asks whether to go on after each observation, and executes nothing more when told not to', async () => {
      const asked: (readonly [number, string])[] = [];
      const request = { language: 'python', files, invocations: [tick, { kind: 'inspect', path: 'inspected.py' } as const, tick, tick], limits };
      const goesOnAfter = ({ status }: Observation, index: number) => {
        asked.push([index, status]);
        return status !== 'inspected';
      };
      const { observations } = await (await sandbox()).doRun({ ...request, goesOnAfter }, never);
      assert.deepEqual(asked, [
        [0, 'returned'],
        [1, 'inspected'],
      ]);
      const notStarted = { status: 'stopped', reason: 'not-started', detail: 'an earlier invocation ended the run' };
      assert.deepEqual(observations.slice(2), [notStarted, notStarted]);
      assert.deepEqual(await runOne(tick), { status: 'returned', value: 1, stdout: '' });
    });

    it('prefers a file of the project to a module of the same name that Python has', async () => {
      const own = { path: 'ast.py', text: 'def parse():\n    return "own"\n' };
      const [parsed, seen] = await run(
        [
          { kind: 'call', module: 'ast', function: 'parse', arguments: [] },
          { kind: 'inspect', path: 'inspected.py' },
        ],
        {},
        [own],
      );
      assert.deepEqual(parsed, { status: 'returned', value: 'own', stdout: '' });
      assert.equal(seen?.status === 'inspected' && seen.syntaxError, null);
    });

    it('observes the same twice', async () => {
      const invocations = [
        call('evaluate', 'list({"a", "b", "c"}), hash("a")'),
        call('divide', 1, 0),
        { kind: 'test-suite', directory: 'tests' } as const,
      ];
      assert.deepEqual(await run(invocations), await run(invocations));
    });
  });

  describe('what a sandbox withstands', () => {
    it('stops a loop at the time limit and keeps what came before', async () => {
      const [before, during, after] = await run([tick, call('wait'), tick], { wallMilliseconds: 3000 });
      assert.deepEqual(before, { status: 'returned', value: 1, stdout: '' });
      assert.equal(during?.status === 'stopped' && during.reason, 'time-limit');
      assert.equal(after?.status === 'stopped' && after.reason, 'not-started');
    });

    for (const name of ['hoard', 'hoard_small']) {
      it(`bounds memory: ${name}`, async () => {
        const seen = await runOne(call(name), { memoryBytes: 192 * 1024 * 1024 });
        if (seen.status === 'raised') assert.equal(seen.exceptions[0], 'MemoryError');
        else assert.ok(seen.status === 'stopped' && (seen.reason === 'memory-limit' || seen.reason === 'crash'), JSON.stringify(seen));
      });
    }

    it('cuts off what is printed and what is returned, and says so', async () => {
      const seen = await runOne(call('flood'));
      assert.equal(seen.status, 'returned');
      assert.equal(seen.stdout, `${`${'x'.repeat(1000)}\n`.repeat(2).slice(0, 2000)}\n[cut off after 2000 characters]`);
      assert.deepEqual(seen.value, { $type: 'str', $repr: `'${'y'.repeat(1999)}\n[cut off after 2000 characters]` });
    });

    it('outlives code that ends its own process, and starts the next run anew', async () => {
      const [before, during, after] = await run([tick, call('end'), tick]);
      assert.deepEqual(before, { status: 'returned', value: 1, stdout: '' });
      assert.equal(during?.status === 'stopped' && during.reason, 'crash');
      assert.equal(after?.status === 'stopped' && after.reason, 'not-started');
      assert.deepEqual(await runOne(tick), { status: 'returned', value: 1, stdout: '' });
    });

    it('answers after endless recursion and values nested too deep', async () => {
      const [recursion, nested, next] = await run([call('recur'), call('nest'), tick]);
      assert.equal(recursion?.status === 'raised' && recursion.exceptions[0], 'RecursionError');
      assert.equal(nested?.status, 'returned');
      assert.deepEqual(next, { status: 'returned', value: 1, stdout: '' });
    });

    it('takes values that lie about themselves', async () => {
      assert.deepEqual(await runOne(call('lie')), {
        status: 'returned',
        value: [{ a: 1 }, { $type: 'Odd', $repr: '<no representation: ZeroDivisionError>' }],
        stdout: '',
      });
    });

    for (const name of ['breed', 'spin']) {
      it(`bounds processes and threads: ${name}`, async () => {
        const seen = await runOne(call(name), { wallMilliseconds: 10_000 });
        assert.ok(seen.status === 'raised' || seen.status === 'stopped', JSON.stringify(seen));
        assert.deepEqual(await runOne(tick), { status: 'returned', value: 1, stdout: '' });
      });
    }

    it('shows no run what another one wrote', async () => {
      const write = call('evaluate', '[open(path, "w").write("x") for path in ("left.txt", "/tmp/left.txt")]');
      const look = call('evaluate', '[os.path.exists(path) for path in ("left.txt", "/tmp/left.txt")]');
      assert.deepEqual(await run([write, look]), [
        { status: 'returned', value: [1, 1], stdout: '' },
        { status: 'returned', value: [true, true], stdout: '' },
      ]);
      assert.deepEqual(await runOne(look), { status: 'returned', value: [false, false], stdout: '' });
    });

    it('keeps concurrent runs apart and each in order', async () => {
      const runs = await Promise.all([1, 2, 3].map((size) => run([...Array(size).fill(tick), call('evaluate', String(size))])));
      runs.forEach((observations, index) => {
        const expected = [...Array.from({ length: index + 1 }, (_, tickIndex) => tickIndex + 1), index + 1];
        assert.deepEqual(
          observations.map((seen) => seen.status === 'returned' && seen.value),
          expected,
        );
      });
    });
  });

  describe('what a sandbox refuses', () => {
    const request = { language: 'python', files, invocations: [call('wait')], limits };

    it('ends a run that is cancelled, also one cancelled before it began', async () => {
      const controller = new AbortController();
      const running = (await sandbox()).doRun(request, controller.signal);
      controller.abort();
      await refuses('sandbox.cancelled', () => running);
      await refuses('sandbox.cancelled', async () => (await sandbox()).doRun(request, controller.signal));
    });

    it('refuses paths that lead out of the project, or that can not lie side by side', async () => {
      const hostile = ['../up.py', '/etc/passwd', 'a/../../b.py', 'a\0b.py', '.git/config', 'a//b.py', '', 'C:\\x.py', 'x'.repeat(201)];
      for (const path of hostile) {
        await refuses('sandbox.invalid-request', async () => (await sandbox()).doRun({ ...request, files: [{ path, text: '' }] }, never));
        await refuses('sandbox.invalid-request', () => run([{ kind: 'inspect', path }]));
        await refuses('sandbox.invalid-request', () => run([{ kind: 'test-suite', directory: path }]));
      }
      await refuses('sandbox.invalid-request', () => run([tick], {}, [{ path: 'subject.py', text: '' }]));
      await refuses('sandbox.invalid-request', () => run([tick], {}, [{ path: 'subject.py/x.py', text: '' }]));
    });

    it('refuses names and limits without a meaning', async () => {
      await refuses('sandbox.invalid-request', () => run([call('tick()')]));
      await refuses('sandbox.invalid-request', () => run([{ kind: 'command', module: '../x', arguments: [] }]));
      for (const value of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        await refuses('sandbox.invalid-request', () => run([tick], { wallMilliseconds: value }));
        await refuses('sandbox.invalid-request', () => run([tick], { memoryBytes: value }));
        await refuses('sandbox.invalid-request', () => run([tick], { outputCharacters: value }));
      }
    });

    it('refuses a language it does not run', async () => {
      await refuses('sandbox.unsupported-language', async () => (await sandbox()).doRun({ ...request, language: 'cobol' }, never));
    });

    it('can be closed twice, and runs nothing afterwards', async () => {
      const other = await createSandbox();
      assert.deepEqual((await other.doRun({ ...request, invocations: [tick] }, never)).observations, [{ status: 'returned', value: 1, stdout: '' }]);
      await other.doClose?.();
      await other.doClose?.();
      await refuses('sandbox.unavailable', () => other.doRun({ ...request, invocations: [tick] }, never));
    });
  });
}
