import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../ports/json-value.js';
import type { Observation } from '../ports/sandbox.js';
import type { Expectation } from './check.js';
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

  it('compares values nested 100,000 deep without recursion', () => {
    let deep: JsonValue = [];
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    expect(passes(returns(deep), returned([]))).toBe(false);
  });
});
