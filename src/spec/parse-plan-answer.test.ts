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
