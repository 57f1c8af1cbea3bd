import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparisonsOf } from '../conditions/comparisons-of.js';
import { decideAsAirflow } from '../fixtures/airflow-trigger.js';
import { anyNodes } from '../fixtures/any-graph.js';
import type { TaskOutputs } from '../output-type.js';
import type { ConditionalNode } from '../task-node.js';
import type { TaskState } from '../task-state.js';
import { TriggerRule } from '../trigger-rule.js';
import { evaluateCondition } from './evaluate-condition.js';
import { GraphRun } from './graph-run.js';
import type { TaskTransition } from './task-transitions.js';

const SETTLED = ['succeeded', 'failed', 'skipped', 'upstream-failed', 'cancelled'] as const;
const isSettled = (state: TaskState) => (SETTLED as readonly TaskState[]).includes(state);

/** Rules of all kinds, and conditions on what any task before hands on, dependency or not. */
const conditionalNodes = fc
  .tuple(
    anyNodes('acyclic', 10),
    fc.array(
      fc.record({ rule: fc.option(fc.constantFrom(...Object.values(TriggerRule)), { nil: undefined }), about: fc.nat(), level: fc.nat({ max: 3 }) }),
      {
        minLength: 10,
        maxLength: 10,
      },
    ),
  )
  .map(([nodes, wishes]) =>
    nodes.map((node, position): ConditionalNode => {
      const { rule, about, level } = wishes[position]!;
      const comparison = { task: nodes[about % nodes.length]!.id, output: 'level', operator: 'at-least', value: level } as const;
      return {
        ...node,
        ...(rule === undefined ? {} : { triggerRule: rule }),
        ...(about % 4 === 0 ? { when: comparison } : about % 4 === 1 ? { when: { not: comparison } } : {}),
      };
    }),
  );

interface Happening {
  readonly id: string;
  readonly transition: TaskTransition;
  readonly outputs?: TaskOutputs;
}

/** What may happen next in a run, one of all that may, or null where nothing may. */
function choose(run: GraphRun<ConditionalNode>, choice: number): Happening | null {
  const possible = run.nodes.flatMap(({ id }): readonly Happening[] => {
    switch (run.state(id)) {
      case 'ready':
        // Often enough that runs get somewhere.
        return [...Array(8).fill({ id, transition: 'started' }), { id, transition: 'skipped' }, { id, transition: 'cancelled' }];
      case 'pending':
        return [
          { id, transition: 'cancelled' },
          { id, transition: 'skipped' },
        ];
      case 'running':
      case 'waiting-for-person':
        return [
          ...Array.from({ length: 4 }, (_, level) => ({ id, transition: 'succeeded' as const, outputs: { level } })),
          { id, transition: 'succeeded' },
          { id, transition: 'failed' },
          { id, transition: 'failed' },
          { id, transition: 'cancelled' },
          ...(run.state(id) === 'running' ? [{ id, transition: 'waitsForPerson' } as const] : []),
        ];
      default:
        return [];
    }
  });
  return possible[choice % possible.length] ?? null;
}

const apply = (run: GraphRun<ConditionalNode>, { id, transition, outputs }: Happening): readonly string[] =>
  (transition === 'succeeded' ? run.succeeded(id, outputs) : run[transition](id)) ?? [];

/** The same rules, carried out the plain way: one map of states, and after each happening a look at every dependent of what was settled. */
class PlainRun {
  readonly states = new Map<string, TaskState>();
  readonly #nodes: readonly ConditionalNode[];
  readonly #outputs = new Map<string, TaskOutputs>();

  constructor(nodes: readonly ConditionalNode[]) {
    this.#nodes = nodes;
    for (const { id } of nodes) this.states.set(id, 'pending');
    // Until nothing changes: whatever order the nodes stand in.
    for (let changed = true; changed; ) {
      changed = false;
      for (const node of nodes) {
        const isDecided = node.dependencies.every((id) => this.states.get(id) !== 'pending' || this.#decide(this.#node(id)) === 'pending');
        if (this.states.get(node.id) !== 'pending' || !isDecided) continue;
        this.states.set(node.id, this.#decide(node));
        changed ||= this.states.get(node.id) !== 'pending';
      }
    }
  }

  /** @returns Ids that became ready, in any order. */
  apply({ id, transition, outputs }: Happening): readonly string[] {
    if (outputs !== undefined) this.#outputs.set(id, outputs);
    this.states.set(
      id,
      ({ started: 'running', waitsForPerson: 'waiting-for-person' } as Record<string, TaskState>)[transition] ?? (transition as TaskState),
    );
    const ready: string[] = [];
    const settled = isSettled(this.states.get(id)!) ? [id] : [];
    const heard = new Set<string>();
    for (let first = settled.shift(); first !== undefined; first = settled.shift()) {
      heard.add(first);
      for (const node of this.#nodes) {
        if (!node.dependencies.includes(first) || this.states.get(node.id) !== 'pending') continue;
        // What is settled by the same happening is heard of one after the other.
        const state = this.#decide(node, new Set(settled));
        this.states.set(node.id, state);
        if (state === 'ready') ready.push(node.id);
        else if (state !== 'pending') settled.push(node.id);
      }
    }
    return ready;
  }

  #decide({ id, dependencies, triggerRule = 'all-success', when }: ConditionalNode, unheard: ReadonlySet<string> = new Set()): TaskState {
    const counts = { succeeded: 0, failed: 0, skipped: 0, 'upstream-failed': 0, cancelled: 0, unsettled: 0 };
    for (const dependency of new Set(dependencies)) {
      const state = this.states.get(dependency)!;
      counts[isSettled(state) && !unheard.has(dependency) ? (state as (typeof SETTLED)[number]) : 'unsettled'] += 1;
    }
    if (this.states.get(id) !== 'pending') return this.states.get(id)!;
    const decision = decideAsAirflow(triggerRule, counts);
    if (decision === 'wait') return 'pending';
    const holds = when === undefined || evaluateCondition(when, (task) => this.#outputs.get(task));
    return decision === 'ready' && !holds ? 'skipped' : decision;
  }

  #node(id: string): ConditionalNode {
    return this.#nodes.find((node) => node.id === id)!;
  }
}

/** Without a condition that could be seen otherwise when it is looked at again: on a task that was not settled when the rule let this one start. */
function withSteadyCondition({ when, ...node }: ConditionalNode): ConditionalNode {
  const early: readonly TriggerRule[] = [TriggerRule.ONE_SUCCESS, TriggerRule.ONE_FAILED, TriggerRule.ALWAYS];
  if (when === undefined || early.includes(node.triggerRule ?? TriggerRule.ALL_SUCCESS)) return node;
  return comparisonsOf(when).every(({ task }) => node.dependencies.includes(task)) ? { ...node, when } : node;
}

const RESCUES = [TriggerRule.ONE_SUCCESS, TriggerRule.ONE_FAILED, TriggerRule.ALL_SUCCESS, TriggerRule.ALL_DONE] as const;
const choices = () => fc.infiniteStream(fc.nat());
const durationOf = ({ dependencies }: ConditionalNode) => dependencies.length;
const statesOf = (run: GraphRun<ConditionalNode>) => new Map(run.nodes.map(({ id }) => [id, run.state(id)]));

describe('GraphRun, whatever the rules, conditions and outcomes', () => {
  it('is in the states that the rules say, and answers what became ready, most urgent first', () => {
    fc.assert(
      fc.property(conditionalNodes, choices(), (nodes, stream) => {
        const run = new GraphRun({ nodes }, { durationOf });
        const plain = new PlainRun(nodes);
        expect(statesOf(run)).toEqual(plain.states);
        for (let next = choose(run, stream.next().value!); next !== null; next = choose(run, stream.next().value!)) {
          const ready = apply(run, next);
          const positions = new Map(nodes.map(({ id }, position) => [id, position]));
          const inOrder = plain.apply(next).toSorted((a, b) => run.priority(b) - run.priority(a) || positions.get(a)! - positions.get(b)!);
          expect(ready).toEqual(inOrder);
          expect(statesOf(run)).toEqual(plain.states);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('settles, and never changes what is settled', () => {
    fc.assert(
      fc.property(conditionalNodes, choices(), (nodes, stream) => {
        const run = new GraphRun({ nodes }, { durationOf });
        let before = statesOf(run);
        for (let next = choose(run, stream.next().value!); next !== null; next = choose(run, stream.next().value!)) {
          expect(run.settled).toBe(false);
          apply(run, next);
          const after = statesOf(run);
          for (const [id, state] of before) if (isSettled(state)) expect(after.get(id)).toBe(state);
          expect(run.ready().toSorted()).toEqual([...after.keys()].filter((id) => after.get(id) === 'ready').toSorted());
          const left = [...after.keys()].filter((id) => !isSettled(after.get(id)!));
          expect(run.longestRemaining).toBe(Math.max(0, ...left.map((id) => run.priority(id))));
          before = after;
        }
        expect(run.settled).toBe(true);
        expect([...before.values()].every(isSettled)).toBe(true);
      }),
    );
  });

  it('goes on the same to the end when it is taken up from plain JSON after any step', () => {
    fc.assert(
      fc.property(conditionalNodes, fc.array(fc.nat(), { maxLength: 60 }), fc.nat({ max: 40 }), (nodes, steps, cut) => {
        const run = new GraphRun({ nodes }, { durationOf });
        let copy = run;
        for (const [index, step] of steps.entries()) {
          if (index % 7 === cut % 7) copy = new GraphRun({ nodes }, { durationOf, snapshot: JSON.parse(JSON.stringify(run.toSnapshot())) });
          expect(copy.toSnapshot()).toEqual(run.toSnapshot());
          expect(copy.ready()).toEqual(run.ready());
          expect(copy.settled).toBe(run.settled);
          const next = choose(run, step);
          if (next === null) return;
          const answer = apply(run, next);
          if (copy !== run) expect(apply(copy, next)).toEqual(answer);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('goes on with other nodes: what has begun stays as it is, and so does what the change did not touch', () => {
    fc.assert(
      fc.property(conditionalNodes, fc.array(fc.nat(), { maxLength: 20 }), fc.nat(), fc.boolean(), (given, steps, wish, steady) => {
        const nodes = steady ? given.map(withSteadyCondition) : given;
        const run = new GraphRun({ nodes }, { durationOf });
        for (const step of steps) {
          const next = choose(run, step);
          if (next !== null) apply(run, next);
        }
        const isOpen = (id: string) => run.state(id) === 'pending' || run.state(id) === 'ready';
        // Drops an open task that no other needs, and adds one that needs all that is left.
        const dropped = nodes.find(
          ({ id }, position) => position >= wish % nodes.length && isOpen(id) && !nodes.some(({ dependencies }) => dependencies.includes(id)),
        );
        const kept = nodes.filter((node) => node !== dropped);
        const revised = [...kept, { id: 'added by the patch', dependencies: kept.map(({ id }) => id), triggerRule: 'all-done' as const }];
        const going = run.continueWith({ nodes: revised });
        for (const { id } of kept) {
          if (steady || !isOpen(id)) expect(going.state(id)).toBe(run.state(id));
          expect(going.outputs(id)).toEqual(run.outputs(id));
        }
        expect(going.state('added by the patch')).toBe(kept.every(({ id }) => isSettled(going.state(id))) ? 'ready' : 'pending');
        expect(going.toSnapshot()).toEqual(going.continueWith({ nodes: revised }).toSnapshot());
        for (let next = choose(going, wish); next !== null; next = choose(going, wish)) apply(going, next);
        expect(going.settled).toBe(true);
      }),
    );
  });

  it('gives another start to what failed: what succeeded stays, what could not start because of it is decided anew, and the run can end as if nothing had been', () => {
    let retried = 0;
    let refused = 0;
    fc.assert(
      fc.property(conditionalNodes, fc.array(fc.nat(), { maxLength: 25 }), fc.nat(), (nodes, steps, wish) => {
        const run = new GraphRun({ nodes }, { durationOf });
        for (const step of steps) {
          const next = choose(run, step);
          if (next !== null) apply(run, next);
        }
        const lost = nodes.filter(({ id }) => run.state(id) === 'failed' || run.state(id) === 'cancelled');
        if (lost.length === 0) return;
        const { id } = lost[wish % lost.length]!;
        const before = run.toSnapshot();
        let next: GraphRun<ConditionalNode>;
        try {
          next = run.retry(id);
        } catch (error) {
          expect(error).toMatchObject({ code: 'graph.not-retryable' });
          refused += 1;
          return;
        }
        retried += 1;
        expect(run.toSnapshot()).toEqual(before);
        expect(next.state(id)).toBe('ready');
        for (const { id: other } of nodes) {
          const was = run.state(other);
          if (['running', 'waiting-for-person', 'succeeded', 'failed'].includes(was) && other !== id) expect(next.state(other)).toBe(was);
          if (was === 'succeeded') expect(next.outputs(other)).toEqual(run.outputs(other));
        }
        // Whatever it may come to: the run goes on from there, and ends.
        for (let happening = choose(next, wish); happening !== null; happening = choose(next, wish)) apply(next, happening);
        expect(next.settled).toBe(true);
      }),
      { numRuns: 2_000 },
    );
    expect(retried).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(10);
  });

  it('gives another start to a task of a chain, and with it to those that waited for it', () => {
    const nodes = ['a', 'b', 'c'].map((id, position, ids) => ({ id, dependencies: ids.slice(Math.max(0, position - 1), position) }));
    const run = new GraphRun({ nodes });
    run.started('a');
    run.failed('a');
    expect(['a', 'b', 'c'].map((id) => run.state(id))).toEqual(['failed', 'upstream-failed', 'upstream-failed']);
    expect(() => run.retry('b')).toThrow(expect.objectContaining({ code: 'graph.not-retryable', message: expect.stringMatching(/\.$/) }));
    const again = run.retry('a');
    expect(['a', 'b', 'c'].map((id) => again.state(id))).toEqual(['ready', 'pending', 'pending']);
    expect(['a', 'b', 'c'].map((id) => run.retry('a', new Set(['b'])).state(id))).toEqual(['ready', 'upstream-failed', 'upstream-failed']);
  });

  it('refuses another start where something went on from the failure', () => {
    const run = new GraphRun({
      nodes: [
        { id: 'a', dependencies: [] },
        { id: 'clean', dependencies: ['a'], triggerRule: 'all-done' },
      ],
    });
    run.started('a');
    run.failed('a');
    expect(run.retry('a').state('clean')).toBe('pending');
    run.started('clean');
    expect(() => run.retry('a')).toThrow(/clean/);
  });

  it('decides anew what has not begun', () => {
    const run = new GraphRun({
      nodes: [
        { id: 'a', dependencies: [] },
        { id: 'b', dependencies: [] },
        { id: 'c', dependencies: ['a'] },
      ],
    });
    run.started('a');
    const going = run.continueWith({
      nodes: [
        { id: 'a', dependencies: [] },
        { id: 'b', dependencies: ['a'] },
        { id: 'c', dependencies: [] },
      ],
    });
    expect(['a', 'b', 'c'].map((id) => going.state(id))).toEqual(['running', 'pending', 'ready']);
    expect(run.state('b')).toBe('ready');
  });

  it('does not go on without a task that has begun, nor from another plan', () => {
    const nodes = [
      { id: 'a', dependencies: [] },
      { id: 'b', dependencies: ['a'] },
    ];
    const run = new GraphRun({ nodes });
    run.started('a');
    const refused = expect.objectContaining({ code: 'graph.foreign-snapshot' });
    expect(() => run.continueWith({ nodes: [{ id: 'b', dependencies: [] }] })).toThrow(refused);
    expect(() => new GraphRun({ nodes: nodes.slice(1).map(({ id }) => ({ id, dependencies: [] })) }, { snapshot: run.toSnapshot() })).toThrow(
      refused,
    );
    expect(() => new GraphRun({ nodes: [{ id: 'a', dependencies: ['a'] }] })).toThrow(expect.objectContaining({ code: 'graph.cycle' }));
  });

  it('names what made up for a failure, and no failure that nothing made up for', () => {
    let madeUpFor = 0;
    fc.assert(
      fc.property(anyNodes('acyclic', 12), fc.infiniteStream(fc.constantFrom(...RESCUES)), choices(), (given, rules, stream) => {
        const nodes = given.map((node): ConditionalNode => ({ ...node, triggerRule: rules.next().value! }));
        const run = new GraphRun({ nodes }, { durationOf });
        for (let [id] = run.ready(); id !== undefined; [id] = run.ready()) {
          run.started(id);
          run[stream.next().value! % 2 === 0 ? 'succeeded' : 'failed'](id);
        }
        const isFailure = (id: string) => ['failed', 'upstream-failed', 'cancelled'].includes(run.state(id));
        const isSkipped = (id: string) => run.state(id) === 'skipped';
        const dependentsOf = (id: string) => nodes.filter(({ dependencies }) => dependencies.includes(id)).map((node) => node.id);
        const isRescue = (id: string) => ['one-success', 'one-failed'].includes(run.node(id).triggerRule ?? '');
        const rescuersOf = (id: string): readonly string[] => {
          if (run.state(id) === 'succeeded') return [id];
          // In these runs nobody is cancelled: who could not start is upstream-failed.
          const blocked = dependentsOf(id).filter((dependent) => run.state(dependent) === 'upstream-failed');
          if (blocked.length === 0)
            return dependentsOf(id)
              .filter(isRescue)
              .flatMap((dependent) => (isSkipped(dependent) ? [] : rescuersOf(dependent)));
          const ways = blocked.map(rescuersOf);
          return ways.every(({ length }) => length > 0) ? ways.flat() : [];
        };
        const rescues = run.rescues();
        for (const { id } of nodes) {
          const rescuers = isFailure(id) ? rescuersOf(id) : [];
          if (rescuers.length === 0) expect(rescues.get(id)).toBeUndefined();
          else expect(rescuers).toContain(rescues.get(id));
        }
        expect(run.failures()).toEqual(nodes.map(({ id }) => id).filter((id) => isFailure(id) && !rescues.has(id)));
        madeUpFor += rescues.size;
      }),
      { numRuns: 500 },
    );
    expect(madeUpFor).toBeGreaterThan(60);
  });
});
