import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Comparison, Condition } from '../condition.js';
import { analyse, compare, found, OUTPUTS, root } from '../fixtures/analysed-conditions.js';
import { acyclicNodes, taskNode } from '../fixtures/arbitrary-graph.js';
import { conditionalGraph } from '../fixtures/conditional-graph.js';
import { exploreRuns } from '../fixtures/explore-runs.js';
import { indexGraph } from '../structure/graph-index.js';
import { sortGraph } from '../structure/sort-graph.js';
import type { TaskNode } from '../task-node.js';
import { TriggerRule } from '../trigger-rule.js';
import { analyseConditions } from './analyse-conditions.js';

/** Pairs of comparisons with one output that exclude each other. */
const exclusive = fc
  .tuple(fc.integer({ min: -50, max: 50 }), fc.nat({ max: 5 }), fc.string(), fc.string(), fc.boolean())
  .chain(([low, gap, one, other, ready]) => {
    const pairs: readonly (readonly [Condition, Condition])[] = [
      [compare('kind', 'equals', one), compare('kind', 'equals', `${one}${other}.`)],
      [compare('kind', 'one-of', [one, other]), compare('kind', 'equals', `${one}${other}.`)],
      [compare('kind', 'equals', one), compare('kind', 'not-equals', one)],
      [compare('kind', 'not-equals', one), { not: compare('kind', 'not-equals', one) }],
      [compare('score', 'greater-than', low), compare('score', 'less-than', low + 1)],
      [compare('score', 'at-least', low + gap + 1), compare('score', 'at-most', low)],
      [compare('score', 'equals', low), { any: [compare('score', 'less-than', low), compare('score', 'greater-than', low)] }],
      [compare('share', 'greater-than', low), compare('share', 'less-than', low - gap / 2)],
      [compare('share', 'at-least', low), compare('share', 'less-than', low)],
      [compare('ready', 'equals', ready), compare('ready', 'equals', !ready)],
      [compare('ready', 'not-equals', ready), compare('ready', 'not-equals', !ready)],
      [compare('ready', 'equals', ready), { not: compare('ready', 'one-of', [ready]) }],
      [
        { any: [{ all: [compare('kind', 'equals', one), compare('score', 'equals', low)] }, compare('ready', 'equals', ready)] },
        { all: [compare('score', 'equals', low + 1), compare('ready', 'not-equals', ready)] },
      ],
    ];
    return fc.tuple(fc.constantFrom(...pairs), fc.boolean()).map(([[a, b], swap]) => (swap ? ([b, a] as const) : ([a, b] as const)));
  });

/** All that a defect is planted into, without a defect: a graph without conditions, and branches that a join comes behind. */
const surroundings = fc
  .tuple(acyclicNodes, exclusive)
  .map(([nodes, [one, other]]) => [
    root,
    ...nodes,
    taskNode('if', ['root'], { when: one }),
    taskNode('else', ['root'], { when: other }),
    taskNode('either', ['if', 'else'], { triggerRule: TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS }),
    taskNode('rescue', ['either'], { triggerRule: TriggerRule.ONE_FAILED }),
    taskNode('after', ['either', 'rescue'], { triggerRule: TriggerRule.ONE_SUCCESS }),
  ]);

/** A chain of tasks, each of which needs the success of the one before. */
const chain = (name: string, after: string, length: number, rest: Partial<TaskNode> = {}) =>
  Array.from({ length: length + 1 }, (_, at) => taskNode(`${name}${at}`, [at === 0 ? after : `${name}${at - 1}`], at === 0 ? rest : {}));

const behind = (id: string) => [taskNode('behind', [id]), taskNode('far behind', ['behind', 'root'])];
const lengths = fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 4 }));
const SEEDS = { numRuns: 1_000 };

describe('analyseConditions', () => {
  it('calls nothing impossible that happens in any run', () => {
    const check = (maximum: number, maySettle: Parameters<typeof exploreRuns>[1]['maySettle']) =>
      fc.property(conditionalGraph(maximum), (nodes) => {
        const runs = exploreRuns(nodes, { limit: 4_000, maySettle });
        fc.pre(runs !== null);
        const index = indexGraph(nodes);
        const analysis = analyseConditions(nodes, index, sortGraph(index).order, () => false);
        for (const { position } of analysis.problems) expect(runs.filter(({ started }) => ((started >> position) & 1) === 1)).toEqual([]);
        for (let first = 0; first < nodes.length; first += 1) {
          for (let second = 0; second < first; second += 1) {
            const both = (1 << first) | (1 << second);
            if (analysis.canBothRun(first, second) === 'no') expect(runs.filter(({ started }) => (started & both) === both)).toEqual([]);
          }
        }
      });
    fc.assert(check(7, ['failed']), { numRuns: 1_500 });
    fc.assert(check(5, ['failed', 'cancelled', 'skipped']), { numRuns: 500 });
  });

  it('tells two ways to run apart that leave nothing of either in common', () => {
    const compare = (operator: 'equals' | 'not-equals', value: string) => ({ task: 'a', output: 'out', operator, value }) as const;
    const nodes = [
      taskNode('a', [], { outputs: [{ name: 'out', type: 'string' }] }),
      taskNode('b', ['a']),
      taskNode('handler', ['b'], { triggerRule: 'one-failed', when: compare('not-equals', 'x') }),
      taskNode('other', ['b'], { when: compare('equals', 'x') }),
      taskNode('join', ['handler', 'other'], { triggerRule: 'none-failed-min-one-success' }),
    ];
    const index = indexGraph(nodes);
    const analysis = analyseConditions(nodes, index, sortGraph(index).order, () => false);
    expect([analysis.canBothRun(4, 3), analysis.canBothRun(4, 2)]).toEqual(['yes', 'yes']);
  });

  it('finds nothing in a graph without defects', () => {
    fc.assert(
      fc.property(surroundings, (nodes) => {
        expect(found(nodes)).toEqual([]);
      }),
      SEEDS,
    );
    fc.assert(
      fc.property(acyclicNodes, (nodes) => {
        expect(found(nodes)).toEqual([]);
      }),
    );
  });

  it('finds a condition that nothing satisfies, once', () => {
    const bury = (condition: Condition, ways: readonly number[]): Condition =>
      ways.reduce<Condition>((inner, way) => {
        switch (way) {
          case 0:
            return { any: [inner, { any: [] }] };
          case 1:
            return { all: [compare('score', 'not-equals', 99), inner] };
          case 2:
            return { not: { not: inner } };
          default:
            return { not: { any: [{ not: inner }, compare('kind', 'equals', 'nothing else')] } };
        }
      }, condition);
    const property = fc.property(
      surroundings,
      exclusive,
      fc.array(fc.nat({ max: 3 }), { maxLength: 4 }),
      lengths,
      (nodes, [one, other], ways, [length]) => {
        const defect = taskNode('defect', [`c${length}`], { when: bury({ all: [one, other] }, ways) });
        const graph = [...nodes, ...chain('c', 'root', length), defect, ...behind('defect')];
        expect(found(graph)).toEqual([['contradictory-condition', 'defect']]);
      },
    );
    fc.assert(property, SEEDS);
  });

  it('finds a join of branches that exclude each other, once', () => {
    const property = fc.property(surroundings, exclusive, lengths, (nodes, [one, other], [length, otherLength]) => {
      const graph = [
        ...nodes,
        ...chain('a', 'root', length, { when: one }),
        ...chain('b', 'root', otherLength, { when: other }),
        taskNode('defect', [`a${length}`, 'root', `b${otherLength}`]),
        ...behind('defect'),
      ];
      expect(found(graph)).toEqual([['dead-join', 'defect']]);
    });
    fc.assert(property, SEEDS);
  });

  it('finds a join of what runs only after a failure with what needs the success, once', () => {
    const property = fc.property(surroundings, lengths, fc.nat({ max: 3 }), (nodes, [length, otherLength], before) => {
      const graph = [
        ...nodes,
        ...chain('x', 'root', before),
        ...chain('handler', `x${before}`, length, { triggerRule: TriggerRule.ONE_FAILED }),
        ...chain('own', `x${before}`, otherLength),
        taskNode('defect', [`own${otherLength}`, `handler${length}`]),
        ...behind('defect'),
      ];
      expect(found(graph)).toEqual([['dead-join', 'defect']]);
    });
    fc.assert(property, SEEDS);
  });

  it('finds a condition that excludes what the tasks before need to run, once', () => {
    const property = fc.property(surroundings, exclusive, lengths, (nodes, [one, other], [length, otherLength]) => {
      const graph = [
        ...nodes,
        ...chain('a', 'root', length, { when: one }),
        ...chain('b', `a${length}`, otherLength),
        taskNode('defect', [`b${otherLength}`], { when: other }),
        ...behind('defect'),
      ];
      expect(found(graph)).toEqual([['unreachable', 'defect']]);
    });
    fc.assert(property, SEEDS);
  });

  it('tells that branches exclude each other, also behind a join of the one', () => {
    fc.assert(
      fc.property(surroundings, (nodes) => {
        const at = (id: string) => nodes.findIndex((node) => node.id === id);
        const analysis = analyse(nodes);
        expect(analysis.canBothRun(at('if'), at('else'))).toBe('no');
        expect(analysis.canBothRun(at('if'), at('either'))).toBe('yes');
        expect(analysis.canBothRun(at('rescue'), at('after'))).toBe('yes');
      }),
    );
  });

  it('shows what excludes each other and nothing else, and says what to do', () => {
    const nodes = [
      taskNode('triage', [], {
        outputs: [
          { name: 'severity', type: 'string' },
          { name: 'score', type: 'integer' },
        ],
      }),
      taskNode('fix', ['triage'], { when: { all: [compare('severity', 'equals', 'high', 'triage'), compare('score', 'at-least', 3, 'triage')] } }),
      taskNode('file', ['triage'], { when: compare('severity', 'equals', 'low', 'triage') }),
      taskNode('report', ['fix', 'file']),
      taskNode('odd', ['triage'], { when: { all: [compare('score', 'greater-than', 1, 'triage'), compare('score', 'less-than', 2, 'triage')] } }),
      taskNode('wrong', ['fix'], { when: { not: compare('severity', 'equals', 'high', 'triage') } }),
      taskNode('rescue', ['fix'], { triggerRule: TriggerRule.ONE_FAILED }),
      taskNode('both', ['fix', 'rescue']),
      taskNode('never', ['triage'], { when: { any: [] } }),
    ];
    const { problems } = analyse(nodes);
    const byTask = Object.fromEntries(problems.map((problem) => [nodes[problem.position]!.id, problem]));
    expect(problems.map(({ position }) => nodes[position]!.id).sort()).toEqual(['both', 'never', 'odd', 'report', 'wrong']);
    expect(byTask.report).toEqual({
      kind: 'dead-join',
      position: 3,
      witness: ['"fix" runs only when "triage"."severity" equals "high"', '"file" runs only when "triage"."severity" equals "low"'],
      message: 'Task "report" can never run: its dependencies "fix", "file" exclude each other, and it needs the success of all of them.',
      suggestion: 'Give it the trigger rule none-failed-min-one-success, or let it depend on fewer tasks.',
    });
    expect(byTask.odd!.witness).toEqual(['"odd" runs only when "triage"."score" is above 1', '"odd" runs only when "triage"."score" is below 2']);
    expect(byTask.wrong!.witness).toEqual([
      '"fix" runs only when "triage"."severity" equals "high"',
      '"wrong" runs only when "triage"."severity" does not equal "high"',
    ]);
    expect(byTask.both!.witness).toEqual(['"both" runs only when "fix" succeeds', '"rescue" runs only when "fix" fails']);
    expect(byTask.both!.suggestion).toContain('one-success');
    expect(byTask.never!.witness).toEqual(['"never" runs only when one of no conditions holds']);

    const [problem] = analyse([
      root,
      taskNode('a', ['root'], { when: { all: [compare('score', 'at-least', 5), compare('score', 'not-equals', 9)] } }),
      taskNode('b', ['a'], { when: compare('score', 'greater-than', 6) }),
      taskNode('c', ['b'], { when: compare('score', 'less-than', 3) }),
    ]).problems;
    expect(problem!.witness).toEqual(['"b" runs only when "root"."score" is above 6', '"c" runs only when "root"."score" is below 3']);
  });

  it('knows that an output is there only behind the success of its task', () => {
    const neither = { all: [{ not: compare('ready', 'equals', true) }, { not: compare('ready', 'equals', false) }] };
    const graph = (triggerRule: TriggerRule) => [
      root,
      taskNode('between', ['root'], { triggerRule }),
      taskNode('task', ['between'], { when: neither }),
    ];
    expect(found(graph(TriggerRule.ALL_SUCCESS))).toEqual([['contradictory-condition', 'task']]);
    expect(found(graph(TriggerRule.ALL_DONE))).toEqual([]);
  });

  /** What can't run and what takes what is never there, in a run that has not begun. */
  const judge = (nodes: readonly TaskNode[], hasBegun: (id: string) => boolean = () => false) => {
    const index = indexGraph(nodes);
    return analyseConditions(nodes, index, sortGraph(index).order, hasBegun);
  };
  const flagged = (id: string, dependencies: readonly string[] = [], rest: Partial<TaskNode> = {}) =>
    taskNode(id, dependencies, { outputs: [{ name: 'f', type: 'boolean' }], ...rest });
  const holds = (task: string, value = true): Comparison => ({ task, output: 'f', operator: 'equals', value });
  const unlike = (task: string): Comparison => ({ task, output: 'f', operator: 'not-equals', value: true });

  it.each<[string, readonly TaskNode[]]>([
    [
      'needs what runs on the other branch',
      [
        flagged('a'),
        flagged('b', ['a'], { when: holds('a') }),
        flagged('c', ['b'], { triggerRule: 'none-failed', when: { all: [holds('a', false), holds('b')] } }),
      ],
    ],
    [
      'needs what runs on the other branch, which is told by not',
      [
        flagged('a'),
        flagged('b', ['a'], { when: holds('a') }),
        flagged('c', ['b'], { triggerRule: 'none-failed', when: { all: [{ not: holds('a') }, holds('b')] } }),
      ],
    ],
    [
      'handles the failure of the other branch',
      [flagged('a'), flagged('b', ['a'], { when: holds('a') }), flagged('c', ['b'], { triggerRule: 'one-failed', when: holds('a', false) })],
    ],
    [
      'handles the failure of what its condition needs, whatever that hands on',
      [flagged('a'), flagged('c', ['a'], { triggerRule: 'one-failed', when: { any: [holds('a'), unlike('a')] } })],
    ],
    [
      'handles a failure that was before what its condition needs',
      [flagged('a'), flagged('b', ['a'], { triggerRule: 'all-done' }), flagged('c', ['a', 'b'], { triggerRule: 'one-failed', when: holds('b') })],
    ],
    [
      'is decided before what its condition needs',
      [flagged('a'), flagged('b', ['a']), flagged('c', ['a', 'b'], { triggerRule: 'one-success', when: holds('b') })],
    ],
    [
      'is decided before what the condition needs of what its condition needs',
      [
        flagged('a'),
        flagged('b', ['a'], { triggerRule: 'all-done', when: holds('a') }),
        flagged('c', ['a', 'b'], { triggerRule: 'one-success', when: holds('b') }),
      ],
    ],
    [
      'needs two of which the first decides it',
      [flagged('a'), flagged('b'), flagged('c', ['a', 'b'], { triggerRule: 'one-success', when: { all: [holds('a'), holds('b')] } })],
    ],
    [
      'needs the handler of what must not fail',
      [
        flagged('a'),
        flagged('b', ['a'], { triggerRule: 'one-failed' }),
        flagged('c', ['a', 'b'], { triggerRule: 'none-failed-min-one-success', when: holds('b') }),
      ],
    ],
  ])('finds a task that %s', (_, nodes) => {
    const { problems } = judge([...nodes, taskNode('behind', ['c'])]);
    expect(problems.map(({ kind, position }) => [kind, nodes[position]!.id])).toEqual([['unreachable', 'c']]);
    expect(problems[0]!.witness.length).toBeGreaterThan(1);
    const started = 1 << nodes.findIndex(({ id }) => id === 'c');
    const runs = exploreRuns(nodes, { limit: 10_000, maySettle: ['failed', 'cancelled', 'skipped'] })!;
    expect(runs.filter((run) => (run.started & started) !== 0)).toEqual([]);
  });

  it('says which success decides a task too early, unless that may have come before it was planned', () => {
    const nodes = [flagged('a'), flagged('b', ['a']), flagged('c', ['a', 'b'], { triggerRule: 'one-success', when: holds('b') })];
    expect(judge(nodes).problems).toMatchObject([
      {
        message:
          'Task "c" can never run: by its trigger rule, one-success, it is decided at the first success, but its condition needs that of both "a" and "b".',
        suggestion: 'Give it the trigger rule none-failed-min-one-success, or let it not depend on "a".',
      },
    ]);
    expect(judge(nodes, (id) => id === 'a').problems).toHaveLength(1);
    expect(judge(nodes, (id) => id !== 'c').problems).toEqual([]);
    expect(found(nodes)).toEqual([]);
  });

  it('shows what a condition needs besides what that needs', () => {
    const nodes = [
      flagged('a'),
      flagged('b', ['a'], { when: holds('a') }),
      flagged('c', ['b'], { triggerRule: 'none-failed', when: { all: [holds('a', false), holds('b')] } }),
    ];
    expect(judge(nodes).problems[0]!.witness).toEqual([
      '"c" runs only when "a"."f" equals false',
      '"c" runs only when "b"."f" equals true',
      '"b" runs only when "a"."f" equals true',
    ]);
  });

  it('knows that nothing of one branch is there on the other, also where that is told by not', () => {
    for (const rule of ['none-failed', 'all-done'] as const) {
      for (const [when, other] of [
        [holds('a'), { not: holds('a') }],
        [unlike('a'), { not: unlike('a') }],
        [holds('a'), holds('a', false)],
      ] as const) {
        const nodes = [flagged('a'), flagged('b', ['a'], { when }), flagged('c', ['b'], { triggerRule: rule, when: other })];
        expect(judge(nodes).canFollow(2, 1)).toBe(false);
        expect(judge(nodes).canFollow(2, 0)).toBe(true);
        expect(judge(nodes).problems).toEqual([]);
      }
    }
    // Here the other branch may come to its end after the condition was looked at, and before the start.
    const early = [
      flagged('a'),
      flagged('x'),
      flagged('b', ['a'], { when: holds('a') }),
      flagged('c', ['b', 'x'], { triggerRule: 'one-success', when: { not: holds('a') } }),
    ];
    expect(judge(early).canFollow(3, 2)).toBe(true);
  });

  it('tells what is behind a task that never runs from what does', () => {
    const nodes = [
      flagged('a'),
      flagged('never', ['a'], { when: { any: [] } }),
      flagged('behind', ['never']),
      flagged('beside', ['a'], { when: holds('a') }),
      flagged('either', ['never', 'beside'], { triggerRule: 'one-success' }),
    ];
    const analysis = judge(nodes);
    expect(analysis.canBothRun(2, 3)).toBe('no');
    expect(analysis.canBothRun(4, 3)).toBe('yes');
  });

  it('claims nothing of outputs that were not there yet when a condition was looked at', () => {
    const late = taskNode('late', ['root'], { when: compare('kind', 'equals', 'a') });
    const odd = taskNode('odd', ['root'], { when: compare('kind', 'equals', 'b') });
    const unlike = { not: compare('kind', 'equals', 'a') };
    const graphs = [
      [root, odd, taskNode('early', ['root'], { triggerRule: TriggerRule.ALWAYS, when: unlike }), late],
      [root, odd, taskNode('other'), taskNode('early', ['root', 'other'], { triggerRule: TriggerRule.ONE_SUCCESS, when: unlike }), late],
      // What fails first settles the join while the root is still at work.
      [
        root,
        odd,
        taskNode('other'),
        taskNode('join', ['root', 'other']),
        taskNode('early', ['join'], { triggerRule: TriggerRule.ALL_DONE, when: unlike }),
        late,
      ],
    ];
    for (const nodes of graphs) {
      const both = [...nodes, taskNode('both', ['early', 'late'])];
      expect(analyse(nodes).canBothRun(nodes.length - 2, nodes.length - 1)).toBe('yes');
      expect(found(both)).toEqual([]);
      const all = 1 << (both.length - 1);
      expect(exploreRuns(both.map(onlyKind), { limit: 4_000, maySettle: ['failed'] })!.some(({ started }) => (started & all) === all)).toBe(true);
    }
  });

  it('finds a condition that needs outputs where the task starts at once, in a run that has not begun', () => {
    const nodes = [root, taskNode('task', ['root'], { triggerRule: TriggerRule.ALWAYS, when: compare('kind', 'equals', 'a') })];
    const index = indexGraph(nodes);
    const { order } = sortGraph(index);
    const { problems } = analyseConditions(nodes, index, order, () => false);
    expect(problems).toMatchObject([
      { kind: 'unreachable', position: 1, witness: ['"task" starts at once', '"task" runs only when "root"."kind" equals "a"'] },
    ]);
    expect(analyseConditions(nodes, index, order, (id) => id === 'root').problems).toEqual([]);
    expect(found(nodes)).toEqual([]);
  });

  it('knows that an output is missing where its task failed', () => {
    const rescue = taskNode('rescue', ['root'], { triggerRule: TriggerRule.ONE_FAILED });
    const end = (when: Condition) => taskNode('end', ['root'], { triggerRule: TriggerRule.ALL_DONE, when });
    const joined = taskNode('both', ['rescue', 'end']);
    expect(found([root, rescue, end({ not: compare('kind', 'equals', 'a') }), joined])).toEqual([]);
    expect(found([root, rescue, end(compare('kind', 'not-equals', 'a')), joined])).toEqual([['dead-join', 'both']]);
    expect(found([root, { ...rescue, when: compare('kind', 'equals', 'a') }])).toEqual([['unreachable', 'rescue']]);
  });

  it('claims nothing about comparisons that are wrong in themselves', () => {
    const wrong = [
      compare('kind', 'equals', 1),
      compare('kind', 'less-than', 1),
      compare('score', 'equals', 'one'),
      compare('score', 'equals', Number.NaN),
      compare('nothing', 'equals', 1),
      compare('out', 'equals', 1, 'nobody'),
      compare('twice', 'equals', 1),
      compare('list', 'equals', 1),
    ];
    const outputs = [...OUTPUTS, { name: 'twice', type: 'number' }, { name: 'twice', type: 'string' }, { name: 'list', type: 'array' }] as const;
    for (const comparison of wrong) {
      const when = { all: [comparison, { not: comparison }] };
      expect(found([{ ...root, outputs }, taskNode('task', ['root'], { when })])).toEqual([]);
    }
  });
});

/** Fewer outputs, so that all their values can be tried. */
const onlyKind = (node: TaskNode): TaskNode => (node.outputs === undefined ? node : { ...node, outputs: OUTPUTS.slice(0, 1) });
