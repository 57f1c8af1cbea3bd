import { describe, expect, it } from 'vitest';
import { parsePlanAnswer } from './parse-plan-answer.js';

const task = (changes: object = {}) => ({ id: 'a', type: 'code', description: 'Write it.', estimated_tokens: 100, ...changes });
const findings = (value: unknown) => {
  const result = parsePlanAnswer(JSON.stringify(value));
  return result.ok ? [] : result.findings.map(({ code, path }) => `${code} ${path}`);
};

describe('parsePlanAnswer', () => {
  it('reads a plan under either name, as a bare list, in either case', () => {
    const nodes = [
      { id: 'a', type: 'code', description: 'Write it.', dependencies: [], estimatedTokens: 100, inputs: {}, writes: [], successCriteria: [] },
    ];
    const { estimated_tokens: estimatedTokens, ...rest } = task();
    for (const value of [{ tasks: [task()] }, { nodes: [task()] }, [task()], [{ ...rest, estimatedTokens }]]) {
      expect(parsePlanAnswer(`The plan:\n${JSON.stringify(value)}`)).toEqual({ ok: true, nodes });
    }
  });

  it('reads branches and joins', () => {
    const when = { task: 'a', output: 'ok', operator: 'equals', value: true } as const;
    const second = {
      id: 'b',
      dependencies: ['a'],
      when: { not: when },
      trigger_rule: 'all-done',
      inputs_from: [{ input: 'x', task: 'a', output: 'ok' }],
    };
    const answer = [task({ outputs: [{ name: 'ok', type: 'boolean' }], estimated_minutes: 0.5 }), task({ ...second, reads: ['src'] })];
    const result = parsePlanAnswer(JSON.stringify(answer));
    expect(result.ok ? result.nodes : result.findings).toMatchObject([
      { outputs: [{ name: 'ok', type: 'boolean' }], estimatedMinutes: 0.5 },
      { when: { not: when }, triggerRule: 'all-done', inputsFrom: [{ input: 'x', task: 'a', output: 'ok' }], reads: ['src'] },
    ]);
  });

  it.each([
    [
      'a condition deeper than any plan needs',
      `${'{"not":'.repeat(40)}1${'}'.repeat(40)}`,
      ['answer.too-deep [0].when.not.not.not.not.not.not.not.not'],
    ],
    ['a condition deeper than an answer may be', `${'{"not":'.repeat(100_000)}1${'}'.repeat(100_000)}`, ['answer.too-deep ']],
    ['a condition that never ends', '{"all":['.repeat(20), ['answer.not-json ']],
    ['a wide condition', `{"all":[${Array(20_000).fill('{"not":1}').join(',')}]}`, ['answer.too-large [0].when']],
    ['a hundred thousand parts', `{"all":[${Array(100_000).fill('1').join(',')}]}`, ['answer.too-large ']],
    ['text for a condition', '"process.exit()"', ['answer.wrong-type [0].when']],
    [
      'keys that reach prototypes',
      '{"__proto__":{"all":[]},"not":{"constructor":1,"task":"a","output":"__proto__","operator":"equals","value":1}}',
      ['answer.unsafe-key [0].when.__proto__', 'answer.unsafe-key [0].when.not.constructor', 'answer.invalid-name [0].when.not.output'],
    ],
    ['the same key twice', '{"task":"a","output":"x","operator":"equals","value":1,"value":2}', ['answer.duplicate [0].when.value']],
  ])('answers %s with findings, and pollutes nothing', (_, when, expected) => {
    const text = JSON.stringify([task()]).replace('}]', `,"when":${when}}]`);
    const result = parsePlanAnswer(text);
    expect(result.ok ? [] : result.findings.map(({ code, path }) => `${code} ${path}`)).toEqual(expected);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { all?: unknown }).all).toBeUndefined();
  });

  it.each([
    ['no tasks', [], ['answer.out-of-range ']],
    ['something else', { plan: [task()] }, ['answer.missing tasks', 'answer.unknown-key plan']],
    ['an id that reaches prototypes', [task({ id: '__proto__' })], ['answer.unsafe-id [0].id']],
    ['an id that leaves the folder', [task({ id: '../../etc/passwd' })], ['answer.unsafe-id [0].id']],
    [
      'a file outside the project',
      { tasks: [task({ writes: ['../../etc/passwd', '/etc/passwd'] })] },
      ['answer.unsafe-path tasks[0].writes[0]', 'answer.unsafe-path tasks[0].writes[1]'],
    ],
    ['an unknown key', { tasks: [task({ priority: 1 })] }, ['answer.unknown-key tasks[0].priority']],
    ['a dependency on nothing', { tasks: [task({ dependencies: ['b'] })] }, ['answer.unknown-dependency tasks[0].dependencies[0]']],
    ['a cycle', { tasks: [task({ dependencies: ['b'] }), task({ id: 'b', dependencies: ['a'] })] }, ['answer.cycle tasks[0].dependencies[0]']],
    ['two writers', { tasks: [task({ writes: ['x'] }), task({ id: 'b', writes: ['x'] })] }, ['answer.write-conflict tasks[1].writes[0]']],
    ['numbers for tasks', [1, null], ['answer.wrong-type [0]', 'answer.wrong-type [1]']],
  ])('answers %s with findings', (_, value, expected) => {
    expect(findings(value)).toEqual(expected);
  });
});
