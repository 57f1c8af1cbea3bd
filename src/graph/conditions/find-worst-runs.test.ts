import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition } from '../condition.js';
import { acyclicNodes, taskNode } from '../fixtures/arbitrary-graph.js';
import { conditionalGraph } from '../fixtures/conditional-graph.js';
import { exploreRuns, handedOn } from '../fixtures/explore-runs.js';
import { findLongestRun, isHandledIn } from '../fixtures/longest-run.js';
import type { TaskOutputs } from '../output-type.js';
import { expectedMinutes } from '../run/expected-minutes.js';
import { GraphRun } from '../run/graph-run.js';
import { indexGraph } from '../structure/graph-index.js';
import { sortGraph } from '../structure/sort-graph.js';
import { TaskGraph } from '../task-graph.js';
import type { TaskNode } from '../task-node.js';
import { TriggerRule } from '../trigger-rule.js';
import { findWorstRuns } from './find-worst-runs.js';

const findWorst = (nodes: readonly TaskNode[]) => {
  const index = indexGraph(nodes);
  return findWorstRuns(nodes, index, sortGraph(index).order);
};

/** Runs a graph for real: every task starts as soon as it may and ends after its minutes, fails where nothing is known of what it hands on; ties end in topological order. */
function carryOut(nodes: readonly TaskNode[], outputsOf: (id: string) => TaskOutputs | null) {
  const graph = new TaskGraph(nodes);
  const ranks = new Map(graph.topologicalSort().map((id, rank) => [id, rank]));
  const run = new GraphRun(graph);
  const running = new Map<string, number>();
  let now = 0;
  let tokens = 0;
  const start = (ids: readonly string[]) => {
    for (const id of ids) {
      run.started(id);
      running.set(id, now + (graph.node(id).estimatedMinutes ?? 0));
      tokens += graph.node(id).estimatedTokens;
    }
  };
  start(run.ready());
  while (running.size > 0) {
    const [next] = [...running].sort(([a, end], [b, otherEnd]) => end - otherEnd || ranks.get(a)! - ranks.get(b)!);
    const [id, end] = next!;
    running.delete(id);
    now = end;
    const outputs = outputsOf(id);
    start(outputs === null ? run.failed(id) : run.succeeded(id, outputs));
  }
  expect(run.settled).toBe(true);
  return { tokens, minutes: now };
}

/** The most tokens that a real run needs in which only what has a handler fails, whatever ends first. */
function dearest(nodes: readonly TaskNode[]): number | null {
  const runs = exploreRuns(nodes, { limit: 3_000, maySettle: [], mayFail: isHandledIn(nodes) });
  const tokensOf = (started: number) => nodes.reduce((sum, { estimatedTokens }, at) => (started & (1 << at) ? sum + estimatedTokens : sum), 0);
  return runs === null ? null : Math.max(...runs.map(({ started }) => tokensOf(started)));
}

const longest = (nodes: readonly TaskNode[], limit: number) =>
  findLongestRun(nodes, { minutesOf: ({ estimatedMinutes = 0 }) => estimatedMinutes, mayFail: isHandledIn(nodes), limit });

/** Everything that the tasks of a graph may hand on together; null for one that fails, of those whose failure another one handles. */
function combinations(nodes: readonly TaskNode[]): readonly ReadonlyMap<string, TaskOutputs | null>[] {
  const isHandled = isHandledIn(nodes);
  let all: readonly ReadonlyMap<string, TaskOutputs | null>[] = [new Map()];
  for (const node of nodes) {
    const each = [...handedOn(node), ...(isHandled(node) ? [null] : [])];
    if (all.length * each.length > 2_000) return [];
    all = all.flatMap((some) => each.map((outputs) => new Map([...some, [node.id, outputs]])));
  }
  return all;
}

/** What conditions say of tasks that are not upstream depends on the order of events. */
const graphs = conditionalGraph(7).filter((nodes) => {
  const graph = new TaskGraph(nodes);
  return nodes.every(({ id, when }) => {
    const upstream = graph.ancestors(id);
    return [...JSON.stringify(when ?? {}).matchAll(/"task":"(t\d+)"/g)].every(([, task]) => upstream.includes(task!));
  });
});

/** Tasks that are decided by the first end of those before them, under conditions over what any of these hand on. */
const racingGraph = fc
  .array(
    fc.record({
      needs: fc.array(fc.nat(), { minLength: 2, maxLength: 3 }),
      rule: fc.constantFrom(undefined, TriggerRule.ONE_SUCCESS, TriggerRule.ONE_SUCCESS, TriggerRule.ONE_FAILED, TriggerRule.ALL_DONE),
      looks: fc.array(fc.record({ at: fc.nat(), value: fc.boolean(), negated: fc.boolean() }), { maxLength: 2 }),
      tokens: fc.nat({ max: 9 }),
      minutes: fc.nat({ max: 2 }),
    }),
    { minLength: 3, maxLength: 6 },
  )
  .map((seeds) => {
    const nodes: TaskNode[] = [];
    for (const [at, { needs, rule, looks, tokens, minutes }] of seeds.entries()) {
      const dependencies = at < 2 ? [] : [...new Set(needs.map((need) => `t${need % at}`))];
      const conditions =
        dependencies.length === 0
          ? []
          : looks.map(({ at: look, value, negated }): Condition => {
              const comparison = { task: dependencies[look % dependencies.length]!, output: 'ready', operator: 'equals', value } as const;
              return negated ? { not: comparison } : comparison;
            });
      nodes.push(
        taskNode(`t${at}`, dependencies, {
          estimatedTokens: tokens,
          estimatedMinutes: minutes,
          outputs: [{ name: 'ready', type: 'boolean' }],
          ...(rule === undefined ? {} : { triggerRule: rule }),
          ...(conditions.length === 0 ? {} : { when: { all: conditions } }),
        }),
      );
    }
    return nodes as readonly TaskNode[];
  });

const diamonds = (weights: readonly (readonly [number, number])[]) =>
  weights.flatMap(([one, other], at) => {
    const fork = taskNode(`fork${at}`, at === 0 ? [] : [`join${at - 1}`], { outputs: [{ name: 'ready', type: 'boolean' }] });
    const when = { task: fork.id, output: 'ready', operator: 'equals', value: true } as const;
    return [
      fork,
      taskNode(`if${at}`, [fork.id], { when, estimatedTokens: one, estimatedMinutes: one }),
      taskNode(`else${at}`, [fork.id], { when: { not: when }, estimatedTokens: other, estimatedMinutes: other }),
      taskNode(`join${at}`, [`if${at}`, `else${at}`], { triggerRule: TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS }),
    ];
  });

describe('findWorstRuns', () => {
  it('claims only what a real run needs, and no less than any run by the estimates in which only what has a handler fails', () => {
    let told = 0;
    fc.assert(
      fc.property(graphs, (nodes) => {
        const runs = combinations(nodes).map((outputs) => carryOut(nodes, (id) => outputs.get(id)!));
        fc.pre(runs.length > 0);
        const { tokens, minutes, complete } = findWorst(nodes);
        const worst = { tokens: Math.max(...runs.map((run) => run.tokens)), minutes: Math.max(...runs.map((run) => run.minutes)) };
        // Where one end makes one dependency fail and another one skipped, the run is not counted.
        if (complete) expect(Math.min(tokens.total - worst.tokens, minutes.total - worst.minutes)).toBeGreaterThanOrEqual(0);
        told += complete ? 1 : 0;
        const most = { tokens: tokens.total > worst.tokens ? dearest(nodes) : worst.tokens, minutes: worst.minutes as number | null };
        if (minutes.total > worst.minutes) most.minutes = longest(nodes, 3_000);
        if (most.tokens !== null) expect(tokens.total).toBeLessThanOrEqual(most.tokens);
        if (most.minutes !== null) expect(minutes.total).toBeLessThanOrEqual(most.minutes);
        const length = minutes.path.reduce((sum, id) => sum + nodes.find((node) => node.id === id)!.estimatedMinutes!, 0);
        expect(length).toBe(minutes.total);
      }),
      { numRuns: 1_000 },
    );
    expect(told).toBeGreaterThan(900);
  });

  it('claims no more than the dearest run of all orders of ends needs, and nearly always as much', () => {
    let [explored, exact] = [0, 0];
    fc.assert(
      fc.property(racingGraph, (nodes) => {
        const most = dearest(nodes);
        fc.pre(most !== null);
        const { tokens } = findWorst(nodes);
        expect(tokens.total).toBeLessThanOrEqual(most);
        explored += 1;
        exact += tokens.total === most ? 1 : 0;
      }),
      { numRuns: 500 },
    );
    console.log(`the dearest of all orders found in ${exact} of ${explored} graphs`);
    expect(exact).toBeGreaterThan(explored * 0.97);
  });

  it('counts what a handler costs where a task fails, and what needs its success where that is dearer', () => {
    const nodes = (rest: number) => [
      taskNode('try', [], { estimatedTokens: 100, estimatedMinutes: 1 }),
      taskNode('rescue', ['try'], { triggerRule: TriggerRule.ONE_FAILED, estimatedTokens: 50, estimatedMinutes: 5 }),
      taskNode('go on', ['try'], { estimatedTokens: rest, estimatedMinutes: 2 }),
    ];
    const minutes = { total: 6, path: ['try', 'rescue'], choices: ['"try" fails'] };
    expect(findWorst(nodes(49))).toEqual({ tokens: { total: 150, choices: ['"try" fails'] }, minutes, complete: true });
    expect(findWorst(nodes(51))).toEqual({ tokens: { total: 151, choices: [] }, minutes, complete: true });
    const index = indexGraph(nodes(49));
    expect(findWorstRuns(nodes(49), index, sortGraph(index).order, (id) => (id === 'try' ? 'succeeded' : 'pending')).tokens.total).toBe(49);
  });

  it('takes everything where nothing is conditional, along the critical path', () => {
    fc.assert(
      fc.property(acyclicNodes, (nodes) => {
        const timed = nodes.map((node) => ({ ...node, estimatedMinutes: node.estimatedTokens }));
        const { tokens, minutes, complete } = findWorst(timed);
        const graph = new TaskGraph(timed);
        const length = (path: readonly string[]) => path.reduce((sum, id) => sum + expectedMinutes(graph.node(id)), 0);
        expect(tokens).toEqual({ total: timed.reduce((sum, { estimatedTokens }) => sum + estimatedTokens, 0), choices: [] });
        expect(minutes.total).toBe(length(graph.criticalPath(expectedMinutes)));
        expect(minutes).toEqual({ total: length(minutes.path), path: minutes.path, choices: [] });
        for (const [at, id] of minutes.path.entries()) if (at > 0) expect(graph.predecessors(id)).toContain(minutes.path[at - 1]);
        expect(complete).toBe(true);
      }),
    );
  });

  it('looks at outputs when a task may start, not later', () => {
    const ready = { task: 'slow', output: 'ready', operator: 'equals', value: true } as const;
    const outputs = [{ name: 'ready', type: 'boolean' }] as const;
    const first = { triggerRule: TriggerRule.ONE_SUCCESS, estimatedTokens: 1 };
    const racing = [
      taskNode('fast', [], { estimatedMinutes: 1 }),
      taskNode('slow', [], { estimatedMinutes: 5, outputs }),
      taskNode('if', ['fast', 'slow'], { ...first, when: ready }),
      taskNode('unless', ['fast', 'slow'], { ...first, when: { not: ready } }),
    ];
    // The join is skipped with the root's success, so the end starts with the next one, before the slow task ends.
    const skipping = [
      taskNode('root', [], { outputs }),
      taskNode('skipped', ['root'], { when: { any: [] } }),
      taskNode('next', ['root']),
      taskNode('slow', ['next'], { outputs }),
      taskNode('join', ['skipped', 'slow']),
      taskNode('end', ['join', 'next'], { triggerRule: TriggerRule.ALL_DONE, estimatedTokens: 1, when: ready }),
    ];
    for (const [nodes, total] of [
      [racing, 1],
      [skipping, 0],
    ] as const) {
      expect(findWorst(nodes).tokens.total).toBe(total);
      expect(carryOut(nodes, () => ({ ready: true })).tokens).toBe(total);
    }
  });

  it('finds a run that only one order of ends makes possible, whichever dependency is named first', () => {
    const ready = (task: string) => ({ task, output: 'ready', operator: 'equals', value: false }) as const;
    const outputs = [{ name: 'ready', type: 'boolean' }] as const;
    const probe = (id: string, estimatedMinutes?: number) =>
      taskNode(id, [], { outputs, estimatedTokens: 100, ...(estimatedMinutes === undefined ? {} : { estimatedMinutes }) });
    for (const dependencies of [
      ['a', 'b'],
      ['b', 'a'],
    ]) {
      for (const looked of ['a', 'b']) {
        for (const minutes of [undefined, 0, 5]) {
          const rest = { triggerRule: TriggerRule.ONE_SUCCESS, when: ready(looked), estimatedTokens: 100, estimatedMinutes: 7 };
          const nodes = [probe('a', minutes), probe('b', minutes), taskNode('c', dependencies, rest)];
          const { tokens, minutes: longest } = findWorst(nodes);
          expect(tokens.total).toBe(300);
          expect(longest.total).toBe(7 + (minutes ?? 0));
          expect(tokens.choices).toContain(`"${looked}"."ready" equals false`);
          expect(tokens.choices.includes('"b" ends first')).toBe(looked === 'b');
        }
      }
    }
    // It may be faster than it is estimated to be; by the estimates it is too late, though.
    const slow = [
      probe('a', 1),
      probe('b', 60),
      taskNode('c', ['a', 'b'], { triggerRule: TriggerRule.ONE_SUCCESS, when: ready('b'), estimatedTokens: 100, estimatedMinutes: 30 }),
    ];
    expect(findWorst(slow)).toMatchObject({ tokens: { total: 300 }, minutes: { total: 60, path: ['b'] } });
    // Two that exclude each other as far as they see the same, of which one may have started before.
    const seen = [
      probe('a'),
      probe('b'),
      taskNode('before', ['a', 'b'], { triggerRule: TriggerRule.ONE_SUCCESS, when: { not: ready('a') }, estimatedTokens: 100 }),
      taskNode('after', ['a'], { when: ready('a'), estimatedTokens: 100 }),
    ];
    expect(findWorst(seen).tokens.total).toBe(400);
  });

  it('names the values that the worst runs depend on', () => {
    const nodes = [
      taskNode('triage', [], {
        estimatedMinutes: 1,
        outputs: [
          { name: 'severity', type: 'string' },
          { name: 'score', type: 'integer' },
        ],
      }),
      taskNode('fix', ['triage'], {
        when: { task: 'triage', output: 'severity', operator: 'one-of', value: ['high', 'urgent'] },
        estimatedTokens: 500,
        estimatedMinutes: 5,
      }),
      taskNode('wait', ['triage'], {
        when: {
          all: [
            { task: 'triage', output: 'score', operator: 'less-than', value: 3 },
            { not: { task: 'triage', output: 'severity', operator: 'equals', value: 'high' } },
          ],
        },
        estimatedTokens: 1,
        estimatedMinutes: 60,
      }),
      taskNode('end', ['fix', 'wait'], { triggerRule: TriggerRule.ONE_SUCCESS, estimatedMinutes: 2 }),
    ];
    expect(findWorst(nodes)).toEqual({
      tokens: { total: 501, choices: ['"triage"."severity" equals "urgent"', '"triage"."score" equals 2'] },
      minutes: { total: 63, path: ['triage', 'wait', 'end'], choices: ['"triage"."severity" equals "other"', '"triage"."score" equals 2'] },
      complete: true,
    });
  });

  it('finds runs that are possible where it can not try all of them, and the worst where values count one by one', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 })), { minLength: 11, maxLength: 60 }), (weights) => {
        const { tokens, minutes, complete } = findWorst(diamonds(weights));
        const worst = weights.reduce((sum, [one, other]) => sum + Math.max(one, other), 0);
        expect({ tokens: tokens.total, minutes: minutes.total, complete }).toEqual({ tokens: worst, minutes: worst, complete: false });
        expect(tokens.choices.length).toBe(weights.length);
      }),
      { numRuns: 50 },
    );
    const many = Array.from({ length: 600 }, (_, at) => [at % 7, at % 5] as const);
    expect(findWorst(diamonds(many)).tokens.total).toBe(many.reduce((sum, [one, other]) => sum + Math.max(one, other), 0));
  });

  it('never says more than a run can need', () => {
    const several = fc.array(graphs, { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(several, (parts) => {
        const runs = parts.map((nodes) => combinations(nodes).map((outputs) => carryOut(nodes, (id) => outputs.get(id)!)));
        fc.pre(runs.every((ofPart) => ofPart.length > 0));
        const { tokens, minutes } = findWorst(parts.flatMap((nodes, part) => nodes.map((node) => rename(node, `${part} `))));
        const worst = parts.map((nodes) => dearest(nodes));
        fc.pre(worst.every((most) => most !== null));
        expect(tokens.total).toBeLessThanOrEqual(worst.reduce((sum, most) => sum + most));
        const late = Math.max(...runs.flat().map((run) => run.minutes));
        if (minutes.total > late) expect(minutes.total).toBeLessThanOrEqual(Math.max(...parts.map((nodes) => longest(nodes, 20_000) ?? Infinity)));
      }),
      { numRuns: 50 },
    );
  });

  it('takes any name, undeclared outputs and an empty graph', () => {
    expect(findWorst([])).toEqual({ tokens: { total: 0, choices: [] }, minutes: { total: 0, path: [], choices: [] }, complete: true });
    const names = ['__proto__', 'constructor', '10', '', '\u202e\u0000'];
    const nodes = names.flatMap((name) => [
      taskNode(name, [], { outputs: [{ name, type: 'boolean' }] }),
      taskNode(`yes ${name}`, [name], { estimatedTokens: 1, when: { task: name, output: name, operator: 'equals', value: true } }),
      taskNode(`no ${name}`, [name], { estimatedTokens: 2, when: { task: name, output: name, operator: 'equals', value: false } }),
      taskNode(`never ${name}`, [name], { estimatedTokens: 8, when: { task: name, output: 'toString', operator: 'equals', value: 1 } }),
    ]);
    const { tokens } = findWorst(nodes);
    expect(tokens).toEqual({ total: 10, choices: names.map((name) => `${JSON.stringify(name)}.${JSON.stringify(name)} equals false`) });
  });
});

/** The same task with another id, in a graph of which all tasks are called otherwise in the same way. */
function rename(node: TaskNode, prefix: string): TaskNode {
  const named = JSON.parse(JSON.stringify(node), (key, value) => (key === 'id' || key === 'task' ? prefix + value : value)) as TaskNode;
  return { ...named, dependencies: named.dependencies.map((dependency) => prefix + dependency) };
}
