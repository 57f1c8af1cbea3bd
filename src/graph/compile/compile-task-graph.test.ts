import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonBytes } from '../../ports/json-bytes.js';
import { abridgeTasks } from '../abridged-task.js';
import type { Condition } from '../condition.js';
import { acyclicNodes, taskNode as bareNode } from '../fixtures/arbitrary-graph.js';
import type { TaskNode } from '../task-node.js';
import type { TaskState } from '../task-state.js';
import type { CompileContext } from './compile-context.js';
import { compileTaskGraph } from './compile-task-graph.js';

/** A task that writes a file of its own, so that it delivers something. */
const taskNode = (id: string, dependencies: readonly string[] = [], rest: Partial<TaskNode> = {}): TaskNode =>
  bareNode(id, dependencies, { writes: [`made/${id}`], ...rest });

const context: CompileContext = {
  findTemplateProblems: ({ template }) => (template === 'unknown' ? null : template === 'picky' ? ['size is missing'] : []),
  hasPersona: (name) => name === 'known',
};
const compile = (nodes: readonly TaskNode[], budgetTotal = 1_000_000) =>
  compileTaskGraph({ nodes, budgetTotal, timeoutMinutes: 1, qualityThreshold: 0.8 }, context);
const codes = (nodes: readonly TaskNode[], budgetTotal?: number) => compile(nodes, budgetTotal).findings.map(({ code }) => code);

describe('compileTaskGraph', () => {
  it('finds nothing wrong with a sound graph', () => {
    fc.assert(
      fc.property(acyclicNodes, (nodes) => {
        fc.pre(nodes.length > 0);
        expect(compile(nodes.map((node) => ({ ...node, writes: [node.id] }))).findings).toEqual([]);
      }),
    );
  });

  it('finds everything at once', () => {
    const nodes = [
      taskNode('a', ['b']),
      taskNode('b', ['a']),
      taskNode('c', ['c']),
      taskNode('d', ['nobody']),
      taskNode('d'),
      taskNode('e', [], { template: 'unknown', persona: 'stranger', writes: ['../../etc/passwd'] }),
      taskNode('f', [], { template: 'picky', estimatedTokens: -1 }),
    ];
    expect(codes(nodes)).toEqual([
      'graph.duplicate-id',
      'graph.self-dependency',
      'graph.unknown-dependency',
      'graph.cycle',
      'graph.unsafe-path',
      'graph.unknown-persona',
      'graph.unknown-template',
      'graph.invalid-estimate',
      'graph.invalid-inputs',
    ]);
  });

  it('shows a shortest cycle as its witness', () => {
    const [finding] = compile([taskNode('x', ['z']), taskNode('y', ['x']), taskNode('z', ['y'])]).findings;
    expect(finding).toMatchObject({ code: 'graph.cycle', witness: ['x', 'y', 'z', 'x'] });
  });

  it('allows one path to two tasks only when one waits for the other', () => {
    const first = taskNode('first', [], { writes: ['same'] });
    expect(codes([first, taskNode('second', [], { writes: ['same'] })])).toEqual(['graph.path-conflict']);
    expect(codes([first, taskNode('between', ['first']), taskNode('second', ['between'], { writes: ['same'] })])).toEqual([]);
  });

  it('finds paths that can not both be there, whatever the order of their tasks', () => {
    const findings = (first: string, second: string) =>
      compile([taskNode('one', [], { writes: [first] }), taskNode('two', ['one'], { writes: [second] })]).findings;
    expect(findings('a', 'a/b')).toMatchObject([{ code: 'graph.path-conflict', taskIds: ['one', 'two'], witness: ['a', 'a/b'] }]);
    expect(findings('README.md', 'readme.md')).toMatchObject([{ code: 'graph.path-conflict', witness: ['README.md', 'readme.md'] }]);
    expect(findings('\u{ac00}', '\u{1100}\u{1161}')).toMatchObject([{ code: 'graph.path-conflict' }]);
  });

  it('lets only what starts after it write a path again, whatever may be settled before its turn', () => {
    const same = { writes: ['same'] };
    // Each is over when the next one starts, but the second may be settled without a start, while the first is at work.
    const nodes = [
      taskNode('a', [], same),
      taskNode('b'),
      taskNode('c', ['a', 'b'], same),
      taskNode('d', ['c'], { ...same, triggerRule: 'all-done' }),
    ];
    expect(compile(nodes).findings).toMatchObject([{ code: 'graph.path-conflict', taskIds: ['a', 'd'] }]);
    expect(codes([taskNode('a', [], same), taskNode('b', ['a'], same), taskNode('c', ['a', 'b'], { ...same, triggerRule: 'one-failed' })])).toEqual(
      [],
    );
  });

  it('lets a join take what a branch may not have made, and a task what began before it', () => {
    const outputs = [{ name: 'v', type: 'boolean' }] as const;
    const taken = { reads: ['made/b'], inputsFrom: [{ input: 'x', task: 'b', output: 'v' }] };
    const when = { task: 'a', output: 'v', operator: 'equals', value: true } as const;
    const branch = taskNode('b', ['a'], { when, outputs });
    const start = taskNode('a', [], { outputs });
    for (const triggerRule of ['all-done', 'none-failed', 'one-success'] as const) {
      expect(codes([start, branch, taskNode('c', ['a', 'b'], { triggerRule, ...taken })])).toEqual([]);
    }
    const other = taskNode('other', ['a'], { when: { not: when } });
    expect(
      codes([start, branch, other, taskNode('c', ['b', 'other'], { triggerRule: 'one-success', when: { ...when, value: false }, ...taken })]),
    ).toEqual(['graph.missing-input', 'graph.missing-input']);
    const nodes = [start, branch, taskNode('c', ['b'], { triggerRule: 'always', ...taken })];
    expect(codes(nodes)).toEqual(['graph.missing-input', 'graph.missing-input']);
    const found = (state: TaskState) =>
      compileTaskGraph({ nodes, budgetTotal: 1, timeoutMinutes: 1, qualityThreshold: 0.8 }, { stateOf: (id) => (id === 'c' ? 'pending' : state) });
    expect(found('succeeded').findings).toEqual([]);
    expect(found('running').findings.map(({ code }) => code)).toEqual(['graph.missing-input', 'graph.missing-input']);
  });

  it('says why nothing is there, and advises nothing that does not help', () => {
    const outputs = [{ name: 'v', type: 'boolean' }] as const;
    const one = (rest: Partial<TaskNode>, before: Partial<TaskNode> = {}) =>
      compile([taskNode('w', [], { outputs, ...before }), taskNode('h', ['w'], rest)]).findings.map(({ message, suggestion }) => [
        message,
        suggestion,
      ]);
    const own = { task: 'h', output: 'v' };
    expect(one({ triggerRule: 'one-failed', reads: ['made/w'] })).toEqual([
      [
        'Task "h" reads "made/w", which "w" writes, and "w" has never succeeded when "h" starts.',
        'Let a task write it that can have succeeded by then, or do without.',
      ],
    ]);
    expect(one({ triggerRule: 'one-failed', inputsFrom: [{ input: 'x', task: 'w', output: 'v' }] })).toEqual([
      [
        'Task "h" takes "x" from "v" of "w", which has never succeeded when it starts.',
        'Take a value of a task that can have succeeded by then, or do without.',
      ],
    ]);
    expect(one({ outputs, when: { ...own, operator: 'equals', value: true } })).toEqual([
      ['Task "h" has a condition on "v" of "h", itself: nothing of it is there before it ends.', 'Take a value of a task upstream.'],
    ]);
    expect(one({ outputs, inputsFrom: [{ input: 'x', ...own }] })).toMatchObject([
      [expect.stringContaining('itself'), 'Take a value of a task upstream.'],
    ]);
    const wait = 'Give it another trigger rule than always, by which it waits for nothing.';
    expect(one({ triggerRule: 'always', reads: ['made/w'] })).toEqual([
      ['Task "h" reads "made/w" without waiting for a task that writes it, as "w" does.', wait],
    ]);
    const other = compile([taskNode('w'), taskNode('v'), taskNode('h', ['v'], { reads: ['made/w'] })]).findings;
    expect(other).toMatchObject([{ suggestion: 'Let "h" depend on the task that writes it.' }]);
  });

  it('claims of a broken plan only tokens that it needs however it is mended', () => {
    const is = (value: boolean) => ({ when: { task: 'a', output: 'v', operator: 'equals', value } }) as const;
    const dear = { estimatedTokens: 100 };
    const nodes = [
      taskNode('a', [], { ...dear, outputs: [{ name: 'v', type: 'boolean' }] }),
      taskNode('yes', ['a'], { ...dear, ...is(true) }),
      taskNode('no', ['a'], { ...dear, ...is(false) }),
      taskNode('behind yes', ['yes'], dear),
      taskNode('behind no', ['no'], dear),
      taskNode('x', ['y'], dear),
      taskNode('y', ['x'], dear),
      taskNode('y', ['x'], dear),
    ];
    const budget = compile(nodes, 1).findings.find(({ code }) => code === 'graph.budget-infeasible');
    expect(budget?.witness).toEqual(['330', '1']);
    const stateOf = (id: string): TaskState => (id === 'a' ? 'failed' : id === 'x' || id === 'y' ? 'pending' : 'upstream-failed');
    const { findings } = compileTaskGraph(
      { nodes: [...nodes, taskNode('late', ['a'], dear)], budgetTotal: 1, timeoutMinutes: 1, qualityThreshold: 0 },
      { stateOf },
    );
    expect(findings.find(({ code }) => code === 'graph.budget-infeasible')?.witness).toEqual(['220', '1']);
  });

  it('says that money is what is short where money bounds the tokens', () => {
    const document = { nodes: [taskNode('a', [], { estimatedTokens: 4_800 })], budgetTotal: 593, timeoutMinutes: 10, qualityThreshold: 0 };
    expect(compileTaskGraph(document, { boundBy: 'money' }).findings).toMatchObject([
      {
        code: 'graph.budget-infeasible',
        message: 'The tasks are estimated at 4800 tokens and 480 are kept for remediation; the money that is left pays for 593.',
        witness: ['5280', '593'],
        suggestion: 'Raise the budget of money, or plan less work.',
      },
    ]);
    expect(compileTaskGraph(document).findings).toMatchObject([
      { message: expect.stringMatching(/; 593 are left\.$/), suggestion: 'Raise the budget by 4688 tokens, or plan less work.' },
    ]);
  });

  it('names a raise that is enough, also of a budget of which a share is kept', () => {
    for (const reviewShare of [0, 0.05, 0.07, 0.5, 0.999]) {
      const compiled = (total: number) =>
        compileTaskGraph(
          {
            nodes: [taskNode('a', [], { estimatedTokens: 4_000, writes: ['a.md'] })],
            budgetTotal: Math.floor(total * (1 - reviewShare)),
            timeoutMinutes: 10,
            qualityThreshold: 0,
          },
          { reviewShare },
        );
      const [shortage] = compiled(2_000).findings;
      const raise = Number(/by (\d+) tokens/.exec(shortage!.suggestion)?.[1]);
      expect(compiled(2_000 + raise).findings).toEqual([]);
      expect(compiled(2_000 + raise - Math.ceil(3 / (1 - reviewShare))).findings).toMatchObject([{ code: 'graph.budget-infeasible' }]);
    }
  });

  it('compiles what a host built, however wide or deep', () => {
    const outputs = Array.from({ length: 10_000 }, (_, at) => ({ name: `o${at}`, type: 'integer' as const }));
    const look = (at: number) => ({ task: 'giver', output: `o${at % 10_000}`, operator: 'equals', value: 1 }) as const;
    const plan = (when: Condition) => [taskNode('giver', [], { outputs }), taskNode('taker', ['giver'], { when })];
    const wide = Array.from({ length: 200_000 }, (_, at) => look(at));
    for (const when of [{ any: wide }, { all: wide }]) {
      expect(
        compileTaskGraph({ nodes: plan(when), budgetTotal: 1, timeoutMinutes: 1, qualityThreshold: 0 }, { maximumBytes: Infinity }).findings,
      ).toEqual([]);
    }
    let deep: Condition = look(0);
    for (let depth = 0; depth < 8; depth += 1) deep = { not: deep };
    expect(codes(plan(deep))).toEqual([]);
    for (let depth = 0; depth < 20_000; depth += 1) deep = { all: [deep] };
    expect(codes(plan(deep))).toEqual(['graph.malformed']);
  });

  it('blames no task where the project asks for what is no path', () => {
    for (const path of ['docs/', './x.md', '.', '']) {
      const document = { nodes: [taskNode('a')], deliverables: [path], budgetTotal: 1, timeoutMinutes: 1, qualityThreshold: 0.8 };
      expect(compileTaskGraph(document).findings).toMatchObject([{ code: 'graph.unsafe-path', taskIds: [], witness: [path] }]);
    }
  });

  it('takes a task without files for an orphan unless it goes on whatever becomes of others', () => {
    const last = (rest: Partial<TaskNode>) => codes([taskNode('a'), taskNode('last', ['a'], { writes: [], ...rest })]);
    for (const triggerRule of ['all-done', 'one-failed', 'always'] as const) expect(last({ triggerRule })).toEqual([]);
    for (const rest of [{}, { triggerRule: 'none-failed' }, { outputs: [{ name: 'v', type: 'string' }] }] as const) {
      expect(last(rest)).toEqual(['graph.orphan']);
    }
    expect(codes([taskNode('a', [], { writes: [], triggerRule: 'always' })])).toEqual(['graph.orphan']);
  });

  it('passes over paths that are refused, however long', () => {
    const long = `${'a/'.repeat(300_000)}x`;
    expect(codes([taskNode('a', [], { writes: [long] }), taskNode('b', ['a'], { reads: ['made/a'] })])).toEqual([
      'graph.unsafe-path',
      'graph.missing-input',
    ]);
  });

  it('compares the estimates with the budget', () => {
    const nodes = [taskNode('a', [], { estimatedTokens: 60 }), taskNode('b', [], { estimatedTokens: 41 })];
    expect(codes(nodes, 112)).toEqual([]);
    expect(compile(nodes, 111).findings).toMatchObject([{ code: 'graph.budget-infeasible', witness: ['112', '111'] }]);
  });

  it('says how much a plan weighs that is too heavy to be carried', () => {
    const heavy = (bytes: number) => [
      taskNode('é'.repeat(bytes / 2), [], { description: 'A long name.', writes: ['made/a'] }),
      taskNode('b', [], { description: 'd'.repeat(2_000_000) }),
    ];
    const rest = jsonBytes(abridgeTasks(heavy(0), 2)) + 2 * 200;
    expect(codes(heavy(1_800_000 - rest))).toEqual([]);
    expect(compile(heavy(1_800_002 - rest)).findings).toMatchObject([{ code: 'graph.too-heavy', witness: ['1800002', '1800000'] }]);
    expect(codes(Array.from({ length: 5_000 }, (_, index) => taskNode(`t${index}`)))).toEqual([]);
  });

  it('keeps its findings small, however much is wrong', () => {
    const nodes = Array.from({ length: 2_000 }, (_, index) =>
      taskNode(`t${index}`, [], { writes: ['same'], template: 'unknown', persona: 'stranger' }),
    );
    const { findings } = compile(nodes);
    expect(JSON.stringify(findings).length).toBeLessThan(101_000);
    expect(findings.at(-1)).toMatchObject({ code: 'graph.too-many-problems' });
  });

  it('wants at least one task', () => {
    expect(codes([])).toEqual(['graph.empty']);
  });
});
