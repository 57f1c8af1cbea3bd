import fc from 'fast-check';
import type { Invocation } from 'kamachiq';
import { describe, expect, it } from 'vitest';
import { cutText, parseObservation } from './parse-observation.js';

const invocations: readonly Invocation[] = [
  { kind: 'call', module: 'm', function: 'f', arguments: [] },
  { kind: 'command', module: 'm', arguments: [] },
  { kind: 'test-suite', directory: 'tests' },
  { kind: 'inspect', path: 'm.py' },
];
const [call, command, suite, inspect] = invocations as [Invocation, Invocation, Invocation, Invocation];
const observations = [
  [call, { status: 'returned', value: { a: [1, null] }, stdout: 'x' }],
  [call, { status: 'raised', exceptions: ['KeyError', 'Exception'], message: 'a', stdout: '' }],
  [command, { status: 'exited', exitCode: 2, stdout: '', stderr: 'usage' }],
  [suite, { status: 'tested', passed: 1, failed: 1, failures: ['test_a'] }],
  [
    inspect,
    {
      status: 'inspected',
      syntaxError: null,
      definitions: [{ kind: 'class', name: 'A', documented: true, line: 1 }],
      statements: [{ kind: 'class', text: 'class A:', line: 1 }],
    },
  ],
  [inspect, { status: 'inspected', syntaxError: 'bad', definitions: [], statements: [] }],
  [call, { status: 'stopped', reason: 'crash', detail: 'gone' }],
] as const;

const inspectedWith = (statements: unknown) => ({ status: 'inspected', syntaxError: null, definitions: [], statements });

describe('parseObservation', () => {
  it('takes every observation of the port for its own kind of invocation, and for no other', () => {
    for (const [invocation, observation] of observations) {
      for (const other of invocations) {
        const fits = other === invocation || observation.status === 'stopped';
        expect(parseObservation(observation, other, 100)).toEqual(fits ? observation : null);
      }
    }
  });

  it('takes only the fields of the port', () => {
    const claim = JSON.parse('{"status":"exited","exitCode":0,"stdout":"","stderr":"","passed":9,"__proto__":{"failed":0}}');
    const parsed = parseObservation(claim, command, 100);
    expect(Object.keys(parsed!)).toEqual(['status', 'exitCode', 'stdout', 'stderr']);
  });

  it('never throws, and gives nothing that is larger than its bounds, whatever comes', () => {
    const field = fc.oneof(fc.jsonValue(), fc.constantFrom('returned', 'exited', 'tested', 'inspected', 'stopped', 'crash', 0, 1, null, []));
    const keys = [
      'value',
      'stdout',
      'stderr',
      'exceptions',
      'message',
      'exitCode',
      'passed',
      'failed',
      'failures',
      'syntaxError',
      'definitions',
      'statements',
      'reason',
      'detail',
    ];
    const claim = fc.record({ status: field, ...Object.fromEntries(keys.map((key) => [key, field])) }, { requiredKeys: ['status'] });
    fc.assert(
      fc.property(fc.oneof(claim, fc.jsonValue()), fc.constantFrom(...invocations), (hostile, invocation) => {
        const parsed = parseObservation(hostile, invocation, 10);
        expect(JSON.stringify(parsed).length).toBeLessThan(20_000);
      }),
    );
  });

  it.each([
    ['a value too deep to walk by recursion', call, { status: 'returned', value: JSON.parse('['.repeat(5000) + ']'.repeat(5000)), stdout: '' }],
    ['a value larger than the limit', call, { status: 'returned', value: 'x'.repeat(10_000), stdout: '' }],
    ['a missing value', call, { status: 'returned', stdout: '' }],
    ['no exception at all', call, { status: 'raised', exceptions: [], message: '', stdout: '' }],
    ['an exit code no system has', command, { status: 'exited', exitCode: 256, stdout: '', stderr: '' }],
    ['counts that are not', suite, { status: 'tested', passed: -1, failed: 0.5, failures: [] }],
    ['more failures than are reported', suite, { status: 'tested', passed: 0, failed: 0, failures: Array(65).fill('') }],
    ['a time limit, which only the host can tell', call, { status: 'stopped', reason: 'time-limit', detail: '' }],
    [
      'a definition of another kind',
      inspect,
      { status: 'inspected', syntaxError: null, definitions: [{ kind: 'x', name: '', documented: true, line: 1 }], statements: [] },
    ],
    ['statements that are none', inspect, inspectedWith({})],
    ['no statements at all', inspect, inspectedWith(undefined)],
    ['more statements than are told', inspect, inspectedWith(Array(1001).fill({ kind: 'other', text: '', line: 1 }))],
    ...['toString', '__proto__', '', 1, null, ['import']].map(
      (kind) => [`a statement of the kind ${JSON.stringify(kind)}`, inspect, inspectedWith([{ kind, text: '', line: 1 }])] as const,
    ),
    ['a statement without text', inspect, inspectedWith([{ kind: 'other', text: null, line: 1 }])],
    ['a statement on no line', inspect, inspectedWith([{ kind: 'other', text: '', line: -1 }])],
    ['a statement that is none', inspect, inspectedWith([null])],
  ] as const)('refuses %s', (_name, invocation, claim) => {
    expect(parseObservation(claim, invocation, 100)).toBeNull();
  });

  it('cuts what the runner should have cut, and marks it', () => {
    const parsed = parseObservation({ status: 'exited', exitCode: 0, stdout: 'x'.repeat(20), stderr: 'abc' }, command, 10);
    expect(parsed).toEqual({ status: 'exited', exitCode: 0, stdout: `${'x'.repeat(10)}\n[cut off after 10 characters]`, stderr: 'abc' });
  });
});

describe('parseObservation of statements', () => {
  it('cuts their text, and takes no field that the port has not', () => {
    const claim = inspectedWith([
      JSON.parse(`{"kind":"other","text":"${'x'.repeat(9_000)}","line":1,"expected":true,"__proto__":{"optional":true}}`),
    ]);
    const parsed = parseObservation(claim, inspect, 100);
    const text = `${'x'.repeat(4_000)}\n[cut off after 4000 characters]`;
    expect(parsed).toEqual({ status: 'inspected', syntaxError: null, definitions: [], statements: [{ kind: 'other', text, line: 1 }] });
  });
});

describe('cutText', () => {
  it('leaves a short text and a text already cut as they are, and splits no pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 20 }), (text, characters) => {
        const once = cutText(text, characters);
        expect(cutText(once, characters)).toBe(once);
        if (text.length <= characters) expect(once).toBe(text);
        else if (!/\p{Surrogate}/u.test(text)) expect(once).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });
});
