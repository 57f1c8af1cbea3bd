import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../ports/json-value.js';
import type { Observation } from '../ports/sandbox.js';
import type { Check, Expectation, ValueType } from './check.js';
import { judgeObservation } from './judge-observation.js';

const passes = (expected: Expectation, observation: Observation) =>
  judgeObservation({ id: 'x', description: 'x', invocation: { kind: 'inspect', path: 'x' }, expected }, observation).passed;
const returned = (value: JsonValue): Observation => ({ status: 'returned', value, stdout: '' });
const returns = (value: JsonValue): Expectation => ({ kind: 'returns', value });

describe('judgeObservation', () => {
  it.each<[JsonValue, JsonValue, boolean]>([
    [5, 5, true],
    [0.3, 0.30000000000000004, true],
    [0, 1e-12, false],
    [6_227_020_800, 6_227_020_806, false],
    [0.5e300, 0.5e300 * (1 + 1e-10), false],
    [1.5, 1.5 + 1e-10, true],
    [5, '5', false],
    [1, true, false],
    [0, false, false],
    [null, 0, false],
    ['a', 'a', true],
    [[1, [2, 3]], [1, [2, 3]], true],
    [[1, 2], [2, 1], false],
    [[1], [1, 2], false],
    [{ a: 1 }, { a: 1 }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: 1 }, { b: 1 }, false],
    [{}, [], false],
  ])('expected %j, got %j: %s', (expected, got, outcome) => {
    expect(passes(returns(expected), returned(got))).toBe(outcome);
  });

  it('wants a value of the type where one is declared', () => {
    const whole = { ...returns(1_000_000_000), type: 'integer' } as Expectation;
    expect(passes(returns(1_000_000_000), returned(1_000_000_000.5))).toBe(true);
    expect(passes(whole, returned(1_000_000_000.5))).toBe(false);
    expect(passes(whole, returned(1_000_000_000))).toBe(true);
    const list = { ...returns([1_000_000_000, 2]), type: { listOf: 'integer' } } as Expectation;
    expect(passes(list, returned([1_000_000_000.5, 2]))).toBe(false);
    expect(passes(list, returned([1_000_000_000, 2]))).toBe(true);
  });

  it('is not taken in by keys of the prototype', () => {
    expect(passes(returns({ toString: 1 }), returned({ a: 1 }))).toBe(false);
    expect(passes(returns(JSON.parse('{"__proto__":1}')), returned({}))).toBe(false);
    expect(passes(returns(JSON.parse('{"__proto__":1}')), returned(JSON.parse('{"__proto__":1}')))).toBe(true);
  });

  it('accepts a subclass of the error that was asked for, and nothing returned', () => {
    const raised: Observation = { status: 'raised', exceptions: ['UnicodeError', 'ValueError', 'Exception'], message: '', stdout: '' };
    expect(passes({ kind: 'raises', exception: 'ValueError' }, raised)).toBe(true);
    expect(passes({ kind: 'raises', exception: 'KeyError' }, raised)).toBe(false);
    expect(passes({ kind: 'raises', exception: 'ValueError' }, returned(1))).toBe(false);
  });

  it('compares exit code, output without trailing space, and a part of the complaint', () => {
    const exited: Observation = { status: 'exited', exitCode: 1, stdout: '5\n', stderr: 'error: no\n' };
    expect(passes({ kind: 'exits', exitCode: 1, stdout: '5', stderrContains: 'no' }, exited)).toBe(true);
    expect(passes({ kind: 'exits', exitCode: 0, stdout: '5' }, exited)).toBe(false);
    expect(passes({ kind: 'exits', exitCode: 1, stdout: '6' }, exited)).toBe(false);
    expect(passes({ kind: 'exits', exitCode: 1, stderrContains: 'yes' }, exited)).toBe(false);
  });

  it('wants a suite to run before it passes or fails', () => {
    const stopped: Observation = { status: 'stopped', reason: 'crash', detail: '' };
    const empty: Observation = { status: 'tested', passed: 0, failed: 0, failures: [] };
    expect(passes({ kind: 'suite-passes', atLeast: 1 }, empty)).toBe(false);
    expect(passes({ kind: 'suite-fails' }, empty)).toBe(false);
    expect(passes({ kind: 'suite-fails' }, stopped)).toBe(false);
    expect(passes({ kind: 'suite-passes', atLeast: 1 }, { ...empty, passed: 1 })).toBe(true);
  });

  it('asks of an answer only that it is one: a value of the type, or an error that arguments may cause', () => {
    const answers = (value: ValueType, classes: readonly string[] = []): Expectation => ({
      kind: 'answers',
      value,
      classes,
      raises: ['Exception'],
      neverRaises: ['NameError'],
    });
    const fitting: readonly (readonly [Expectation, JsonValue])[] = [
      [answers('integer'), 0],
      [answers('integer', ['int']), { $type: 'int', $repr: '9007199254740993' }],
      [answers('number'), 0.5],
      [answers('boolean'), false],
      [answers('text'), ''],
      [answers({ listOf: 'integer' }), []],
      [answers({ listOf: { listOf: 'text' } }), [['a'], []]],
      [answers({ listOf: 'integer' }, ['int']), [1, { $type: 'int', $repr: '9007199254740993' }]],
    ];
    for (const [expected, value] of fitting) expect(passes(expected, returned(value)), JSON.stringify(value)).toBe(true);
    const others: readonly (readonly [Expectation, JsonValue])[] = [
      [answers('integer'), null],
      [answers('integer'), 0.5],
      [answers('integer'), true],
      [answers('integer', ['int']), { $type: 'float', $repr: 'nan' }],
      [answers('number'), '1'],
      [answers('boolean'), 0],
      [answers('text'), ['a']],
      [answers({ listOf: 'integer' }), [1, 'a']],
      [answers({ listOf: 'integer' }), { length: 0 }],
      [answers({ listOf: 'integer' }), 'text'],
    ];
    for (const [expected, value] of others) expect(passes(expected, returned(value)), JSON.stringify(value)).toBe(false);
    const raised = (...exceptions: readonly string[]): Observation => ({ status: 'raised', exceptions, message: '', stdout: '' });
    expect(passes(answers('integer'), raised('ShelfEmpty', 'LookupError', 'Exception', 'BaseException'))).toBe(true);
    expect(passes(answers('integer'), raised('UnboundLocalError', 'NameError', 'Exception', 'BaseException'))).toBe(false);
    expect(passes(answers('integer'), raised('SystemExit', 'BaseException'))).toBe(false);
    expect(passes(answers('integer'), { status: 'stopped', reason: 'crash', detail: '' })).toBe(false);
  });

  it('marks the outcome of a structural check, and says what a file was found to hold', () => {
    const form: Check = {
      id: 'x',
      description: 'x',
      invocation: { kind: 'inspect', path: 'x' },
      expected: { kind: 'holds', statements: [{ kind: 'import', text: 'import math' }] },
      structural: true,
    };
    const inspected = (syntaxError: string | null, text: string): Observation => ({
      status: 'inspected',
      syntaxError,
      definitions: [],
      statements: [{ kind: 'import', text, line: 1 }],
    });
    const outcome = { id: 'x', description: 'x', structural: true };
    expect(judgeObservation(form, inspected(null, 'import math'))).toEqual({ ...outcome, passed: true, seen: 'holds nothing else' });
    expect(judgeObservation(form, inspected(null, 'import os'))).toMatchObject({
      passed: false,
      seen: expect.stringContaining('import os, expected import math'),
    });
    expect(judgeObservation(form, inspected('line 1', 'import math'))).toMatchObject({ passed: false, seen: 'does not parse: line 1' });
    expect(judgeObservation(form, returned(1))).toMatchObject({ passed: false });
    expect(judgeObservation({ ...form, structural: false }, returned(1))).not.toHaveProperty('structural');
  });

  it('compares values nested 100,000 deep without recursion', () => {
    let deep: JsonValue = [];
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    expect(passes(returns(deep), returned([]))).toBe(false);
  });
});
