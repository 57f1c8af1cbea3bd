import { describe, expect, it } from 'vitest';
import type { Comparison, Condition } from '../condition.js';
import { taskNode } from '../fixtures/arbitrary-graph.js';
import type { TaskNode } from '../task-node.js';
import { compileTaskGraph } from './compile-task-graph.js';

/** The tasks of each path conflict, with its path or paths. */
function found(nodes: readonly TaskNode[]): readonly string[] {
  const document = { nodes, budgetTotal: 1e9, timeoutMinutes: 1e9, qualityThreshold: 0.8 };
  const { findings } = compileTaskGraph(document, { maximumTasks: 1e5, maximumWidth: 1e5, maximumDepth: 1e5 });
  return findings
    .filter(({ code }) => code === 'graph.path-conflict')
    .map(
      ({ severity, taskIds, witness }) =>
        `${severity}: ${taskIds.join(' and ')} write ${witness.filter((each) => !taskIds.includes(each)).join(', ')}`,
    );
}

const is = (value: string): Comparison => ({ task: 'root', output: 'kind', operator: 'equals', value });
const equals = (output: string, value: number | boolean): Comparison => ({ task: 'root', output, operator: 'equals', value });
const branch = (id: string, when: Condition, path: string, rest: Partial<TaskNode> = {}) => taskNode(id, ['root'], { when, writes: [path], ...rest });
const root = taskNode('root', [], {
  writes: ['root.md'],
  outputs: [
    { name: 'kind', type: 'string' },
    { name: 'x', type: 'integer' },
    { name: 'y', type: 'integer' },
  ],
});

describe('pathFindings of branches', () => {
  it.each<[string, readonly TaskNode[], readonly string[]]>([
    [
      'a file and a folder beside another branch',
      [taskNode('w1', ['root'], { writes: ['a/x'] }), branch('w2', is('A'), 'a/y'), branch('w3', is('B'), 'a')],
      ['error: w1 and w3 write a/x, a'],
    ],
    [
      'one path of two tasks of a branch, beside one in other letters of the other branch',
      [branch('w2', is('A'), 'A.txt'), branch('w3', is('B'), 'a.txt'), branch('w4', is('B'), 'a.txt')],
      ['error: w3 and w4 write a.txt'],
    ],
    [
      'a file and a folder of one branch, beside a folder of the other',
      [branch('w2', is('A'), 'a/y'), branch('w3', is('B'), 'a'), branch('w4', is('B'), 'a/z')],
      ['error: w3 and w4 write a, a/z'],
    ],
    [
      'a folder in other letters, where the last who wrote in it is of another branch',
      [taskNode('w1', ['root'], { writes: ['Lib/x'] }), branch('w2', is('A'), 'Lib/y'), branch('w3', is('B'), 'lib/z')],
      ['error: w1 and w3 write Lib/x, lib/z'],
    ],
    [
      'nothing where branches spell and mean a path differently',
      [branch('a', is('A'), 'a/y'), branch('b', is('B'), 'a'), branch('c', is('C'), 'A/y')],
      [],
    ],
  ])('finds %s', (_, nodes, conflicts) => {
    expect(found([root, ...nodes])).toEqual(conflicts);
  });

  it('finds the one pair among more writers of a path than can be told apart at a glance', () => {
    const branches = Array.from({ length: 400 }, (_, at) => branch(`t${at}`, is(`${at}`), 'f'));
    expect(found([root, ...branches])).toEqual([]);
    expect(found([root, ...branches, branch('twin', is('0'), 'f')])).toEqual(['error: t0 and twin write f']);
  });

  it('tells 150 branches apart by 100 values each', () => {
    const branches = Array.from({ length: 150 }, (_, at) =>
      branch(`t${at}`, { task: 'root', output: 'kind', operator: 'one-of', value: Array.from({ length: 100 }, (__, k) => `${at}-${k}`) }, 'f'),
    );
    expect(found([root, ...branches])).toEqual([]);
  });

  it('knows that a condition and what is not that condition exclude each other, however large they are and wherever they stand', () => {
    for (const size of [2, 5, 6, 10, 40, 100]) {
      const pairs = (swap: boolean) =>
        Array.from({ length: size }, (_, at) => ({ all: swap ? [equals('y', at), equals('x', at)] : [equals('x', at), equals('y', at)] }));
      const holds: Condition = { any: pairs(false) };
      // Said in other words: without `any`, and in another order.
      const not: Condition = {
        all: [
          {
            all: pairs(true)
              .toReversed()
              .map((part): Condition => ({ not: part })),
          },
        ],
      };
      expect(found([root, branch('if', holds, 'f'), branch('else', { not: holds }, 'f')])).toEqual([]);
      expect(found([root, branch('if', holds, 'f'), branch('else', not, 'f')])).toEqual([]);
      expect(found([root, branch('if', { all: [holds, is('A')] }, 'f'), branch('else', { all: [not, is('A')] }, 'f')])).toEqual([]);
      const behind = [taskNode('a', ['if'], { writes: ['f'] }), taskNode('b', ['else'], { writes: ['f'] })];
      expect(found([root, branch('if', holds, 'g'), branch('else', not, 'h'), ...behind])).toEqual([]);
    }
    const many = Array.from({ length: 70 }, (_, at) => `b${at}`);
    const wide = { ...root, outputs: many.map((name) => ({ name, type: 'boolean' as const })) };
    const all = { all: many.map((name) => equals(name, true)) };
    expect(found([wide, branch('if', all, 'f'), branch('else', { not: all }, 'f')])).toEqual([]);
  });

  it('warns where it can’t be decided whether conditions exclude each other, and never calls that an error', () => {
    const one = { any: Array.from({ length: 40 }, (_, at) => ({ all: [equals('x', at), equals('y', at)] })) };
    const other = { all: Array.from({ length: 41 }, (_, at): Condition => ({ not: { all: [equals('x', at), equals('y', at)] } })) };
    const nodes = [root, branch('if', one, 'f'), branch('else', other, 'f')];
    expect(found(nodes)).toEqual(['warning: if and else write f']);
    const { findings, ok } = compileTaskGraph({ nodes, budgetTotal: 1e9, timeoutMinutes: 1e9, qualityThreshold: 0.8 });
    expect(ok).toBe(true);
    expect(findings[0]!.message).toBe(
      'Tasks "if" and "else" may run at once and both write "f", unless their conditions exclude each other: they are too large to tell.',
    );
    const always = taskNode('always', ['root'], { writes: ['f'] });
    expect(found([root, branch('if', one, 'f'), always])).toEqual(['error: if and always write f']);
    expect(found([root, branch('if', one, 'f'), branch('else', other, 'f'), always]).at(-1)).toBe('error: else and always write f');
  });
});

describe('pathFindings of handlers', () => {
  const flagged = (id: string, dependencies: readonly string[], rest: Partial<TaskNode> = {}) =>
    taskNode(id, dependencies, { outputs: [{ name: 'f', type: 'boolean' }], writes: [`${id}.md`], ...rest });
  const shared = { writes: ['f'] };
  const holds: Comparison = { task: 't1', output: 'f', operator: 'equals', value: true };
  it.each<[string, readonly TaskNode[], readonly string[]]>([
    [
      'a handler that writes what the task writes that fails',
      [flagged('x', [], shared), flagged('h', ['x'], { triggerRule: 'one-failed', ...shared })],
      [],
    ],
    [
      'a handler of a task and of what needs its success',
      [
        flagged('t0', []),
        flagged('t2', ['t0'], { triggerRule: 'one-success', ...shared }),
        flagged('t3', ['t0', 't2'], { triggerRule: 'one-failed', ...shared }),
      ],
      [],
    ],
    [
      'the same with a rule that needs a success of one',
      [
        flagged('t0', []),
        flagged('t2', ['t0'], { triggerRule: 'none-failed-min-one-success', ...shared }),
        flagged('t3', ['t0', 't2'], { triggerRule: 'one-failed', ...shared }),
      ],
      [],
    ],
    [
      'a handler of two, of which the condition needs one to succeed',
      [flagged('t0', [], shared), flagged('t1', []), flagged('t2', ['t0', 't1'], { triggerRule: 'one-failed', when: holds, ...shared })],
      [],
    ],
    [
      'a handler of two, that starts while the other one is at work',
      [flagged('t0', [], shared), flagged('t1', []), flagged('t2', ['t0', 't1'], { triggerRule: 'one-failed', ...shared })],
      ['error: t0 and t2 write f'],
    ],
  ])('judges %s', (_, nodes, conflicts) => {
    expect(found(nodes)).toEqual(conflicts);
  });
});
