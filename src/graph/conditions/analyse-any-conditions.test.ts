import { describe, expect, it } from 'vitest';
import type { Condition } from '../condition.js';
import { analyse, compare, found, OUTPUTS, root } from '../fixtures/analysed-conditions.js';
import { taskNode } from '../fixtures/arbitrary-graph.js';
import type { TaskNode } from '../task-node.js';
import { TriggerRule } from '../trigger-rule.js';

describe('analyseConditions, whatever it is given', () => {
  it('leaves out what is on a cycle, unknown or given twice', () => {
    const when = compare('kind', 'equals', 'a');
    const nodes = [
      root,
      taskNode('x', ['y'], { when }),
      taskNode('y', ['x'], { when: { any: [] } }),
      taskNode('handler', ['nobody'], { triggerRule: TriggerRule.ONE_FAILED }),
      taskNode('a', ['root'], { when }),
      taskNode('either', ['a', 'nobody'], { triggerRule: TriggerRule.ONE_SUCCESS, when: compare('kind', 'equals', 'b') }),
      taskNode('root', [], { when }),
      taskNode('itself', ['root'], {
        outputs: OUTPUTS,
        when: { all: [compare('score', 'equals', 1, 'itself'), compare('score', 'equals', 2, 'itself')] },
      }),
    ];
    expect(found(nodes)).toEqual([]);
  });

  it('takes any name and any text, and shows them escaped and short', () => {
    const long = 'x'.repeat(100_000);
    const names = ['__proto__', 'constructor', '10', '', '\u202e\u0000\n', long];
    const nodes = names.flatMap((name, at) => {
      const outputs = [{ name, type: 'string' }] as const;
      const when = { all: [compare(name, 'equals', name, name), compare(name, 'equals', `${name}!`, name)] };
      return [taskNode(name, [], { outputs }), taskNode(`reads ${at}`, [name], { when })];
    });
    const { problems } = analyse(nodes);
    expect(problems.map(({ kind }) => kind)).toEqual(names.map(() => 'contradictory-condition'));
    for (const { witness } of problems) expect(witness.join().length).toBeLessThan(1_000);
    for (const { witness } of problems) expect(witness.join()).not.toContain('\n');
  });

  it('takes conditions as deep as the schema allows and wider than it can look at', () => {
    let deep: Condition = { all: [compare('kind', 'equals', 'a'), compare('kind', 'equals', 'b')] };
    for (let level = 0; level < 100; level += 1) deep = level % 2 === 0 ? { not: { not: deep } } : { all: [{ any: [deep] }] };
    expect(found([root, taskNode('task', ['root'], { when: deep })])).toEqual([['contradictory-condition', 'task']]);

    const sources = Array.from({ length: 300 }, (_, at) => taskNode(`s${at}`, [], { outputs: OUTPUTS }));
    const pair = (at: number): Condition => ({
      any: [compare('score', 'equals', at, `s${at}`), compare('score', 'equals', at, `s${(at + 1) % 300}`)],
    });
    const wide = { all: sources.map((_, at) => pair(at)) };
    const dependencies = sources.map(({ id }) => id);
    expect(found([...sources, taskNode('task', dependencies, { when: wide })])).toEqual([]);
    const many = {
      all: [
        compare(
          'kind',
          'one-of',
          sources.map(({ id }) => id),
        ),
        ...sources.map(({ id }) => compare('kind', 'not-equals', id)),
      ],
    };
    expect(found([root, taskNode('task', ['root'], { when: many })])).toEqual([['contradictory-condition', 'task']]);
  });

  it('follows a chain of 20,000 branches and joins', () => {
    const nodes: TaskNode[] = [root];
    for (let at = 0; at < 5_000; at += 1) {
      const before = nodes.at(-1)!.id;
      const fork = taskNode(`fork${at}`, [before], { outputs: OUTPUTS });
      nodes.push(
        fork,
        taskNode(`if${at}`, [fork.id], { when: compare('ready', 'equals', true, fork.id) }),
        taskNode(`else${at}`, [fork.id], { when: { not: compare('ready', 'equals', true, fork.id) } }),
        taskNode(`either${at}`, [`if${at}`, `else${at}`], { triggerRule: TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS }),
      );
    }
    expect(found(nodes)).toEqual([]);
    const last = 4_999;
    expect(found([...nodes, taskNode('defect', [`if${last}`, `else${last}`])])).toEqual([['dead-join', 'defect']]);
  });
});
