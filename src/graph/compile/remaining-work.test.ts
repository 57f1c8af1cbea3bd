import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { taskNode } from '../fixtures/arbitrary-graph.js';
import { exploreRuns } from '../fixtures/explore-runs.js';
import { findLongestRun, isHandledIn } from '../fixtures/longest-run.js';
import { runningPlan } from '../fixtures/running-plan.js';
import { applyGraphPatch } from '../run/apply-graph-patch.js';
import type { GraphRun } from '../run/graph-run.js';
import { isOpen } from '../run/task-transitions.js';
import type { TaskNode } from '../task-node.js';
import type { TaskState } from '../task-state.js';
import type { CompileContext } from './compile-context.js';
import { compileTaskGraph } from './compile-task-graph.js';
import { measureNeed } from './judge-task-graph.js';

const outputs = [{ name: 'verdict', type: 'string' }] as const;
const is = (value: string) => ({ when: { task: 'decide', output: 'verdict', operator: 'equals', value } }) as const;
const nodes: readonly TaskNode[] = [
  taskNode('decide', [], { outputs, estimatedTokens: 50, estimatedMinutes: 5, writes: ['a'] }),
  taskNode('dear', ['decide'], { ...is('yes'), estimatedTokens: 100, estimatedMinutes: 10, writes: ['b'] }),
  taskNode('cheap', ['decide'], { ...is('no'), estimatedTokens: 10, estimatedMinutes: 1, writes: ['c'] }),
];
const document = { nodes, budgetTotal: 20, timeoutMinutes: 2, qualityThreshold: 0.8 };
const codes = (context: Parameters<typeof compileTaskGraph>[1]) => compileTaskGraph(document, context).findings.map(({ code }) => code);
const states =
  (of: Readonly<Record<string, TaskState>>): NonNullable<CompileContext['stateOf']> =>
  (id) =>
    of[id] ?? 'pending';

describe('compileTaskGraph on a plan that is being carried out', () => {
  it('counts what is left to do, by the branch that was taken', () => {
    const stateOf = states({ decide: 'succeeded' });
    const outputsOf = (verdict: string) => (id: string) => (id === 'decide' ? { verdict } : undefined);
    const both = ['graph.budget-infeasible', 'graph.deadline-infeasible'];
    expect(codes({})).toEqual(both);
    expect(codes({ stateOf })).toEqual(both);
    expect(codes({ stateOf: states({ decide: 'running' }) })).toEqual(both);
    expect(codes({ stateOf, outputsOf: outputsOf('yes') })).toEqual(both);
    expect(codes({ stateOf, outputsOf: outputsOf('no') })).toEqual([]);
    expect(codes({ stateOf, outputsOf: () => undefined })).toEqual([]);
    expect(codes({ stateOf: states({ decide: 'failed', dear: 'upstream-failed', cheap: 'upstream-failed' }) })).toEqual([]);
  });

  it('blames nobody for what can not be changed any more', () => {
    const orphan = { ...document, nodes: [taskNode('orphan', [], { persona: 'gone' })], budgetTotal: 100 };
    const context = { hasPersona: () => false };
    expect(compileTaskGraph(orphan, context).findings).toMatchObject([{ code: 'graph.unknown-persona' }, { code: 'graph.orphan' }]);
    expect(compileTaskGraph(orphan, { ...context, stateOf: () => 'succeeded' }).findings).toEqual([]);
  });

  const need = (of: readonly TaskNode[], stateOf: CompileContext['stateOf'], more: CompileContext = {}) =>
    measureNeed(of, { remediationReserve: 0, ...(stateOf === undefined ? {} : { stateOf }), ...more }).tokens;
  const handled = [
    taskNode('x', [], { estimatedTokens: 10 }),
    taskNode('handler', ['x'], { triggerRule: 'one-failed', estimatedTokens: 500 }),
    taskNode('behind', ['handler'], { estimatedTokens: 7_000 }),
  ];

  it('counts the handler of what failed or may still fail, and not of what succeeded', () => {
    expect(need(handled, states({ x: 'failed', handler: 'ready' }))).toBe(7_500);
    expect(need(handled, states({ x: 'failed', handler: 'running' }))).toBe(7_000);
    expect(need(handled, states({ x: 'cancelled', handler: 'ready' }))).toBe(7_500);
    expect(need(handled, states({ x: 'running' }))).toBe(7_500);
    expect(need(handled, states({ x: 'waiting-for-person' }))).toBe(7_500);
    expect(need(handled, states({ x: 'succeeded', handler: 'skipped', behind: 'skipped' }))).toBe(0);
    expect(need([...handled, taskNode('added', ['handler'])], states({ x: 'succeeded', handler: 'skipped', behind: 'skipped' }))).toBe(0);
  });

  it('counts nothing behind a branch that was not taken', () => {
    const added = [...nodes, taskNode('after', ['dear'], { estimatedTokens: 90_000 })];
    const stateOf = states({ decide: 'succeeded', dear: 'skipped' });
    expect(need(added, stateOf, { outputsOf: () => undefined })).toBe(0);
    expect(need(added, stateOf)).toBe(10);
  });

  it('knows that what is ready starts, whatever was handed on since', () => {
    const racing = [
      taskNode('fast'),
      taskNode('slow', [], { outputs }),
      taskNode('t', ['fast', 'slow'], {
        triggerRule: 'one-success',
        when: { not: { task: 'slow', output: 'verdict', operator: 'equals', value: 'yes' } },
        estimatedTokens: 9,
      }),
    ];
    const outputsOf = (id: string) => (id === 'slow' ? { verdict: 'yes' } : undefined);
    const of = { fast: 'succeeded', slow: 'succeeded' } as const;
    expect(need(racing, states({ ...of, t: 'ready' }), { outputsOf })).toBe(9);
    expect(need(racing, states(of), { outputsOf })).toBe(0);
  });

  it('claims no more than the dearest and the longest continuation need in which only what has a handler fails, and nearly always as much', () => {
    const exact = { explored: 0, tokens: 0, minutes: 0 };
    fc.assert(
      fc.property(runningPlan(6), ({ run, patch }) => {
        const { nodes: revised, findings } = applyGraphPatch(run.nodes, patch, (id) => run.state(id));
        fc.pre(findings.length === 0);
        const known = new Set(revised.map(({ id }) => id));
        fc.pre(revised.every(({ dependencies }) => dependencies.every((id) => known.has(id))));
        const next = run.continueWith({ nodes: revised });
        const from = next.toSnapshot();
        const state = (id: string) => next.state(id);
        const mayFail = isHandledIn(revised, (id) => state(id) !== 'pending');
        const runs = exploreRuns(revised, { limit: 2_000, maySettle: [], mayFail, from });
        fc.pre(runs !== null);
        const tokensOf = (started: number) =>
          revised.reduce((sum, { id, estimatedTokens }, at) => (isOpen(state(id)) && started & (1 << at) ? sum + estimatedTokens : sum), 0);
        const dearest = Math.max(...runs.map(({ started }) => tokensOf(started)));
        const minutesOf = ({ estimatedMinutes = 0 }: TaskNode) => estimatedMinutes;
        const longest = findLongestRun(revised, { minutesOf, mayFail, limit: 5_000, from });
        fc.pre(longest !== null);
        const needed = measureNeed(revised, {
          remediationReserve: 0,
          stateOf: stateBefore(run, patch.replace ?? []),
          outputsOf: (id) => (known.has(id) ? next.outputs(id) : undefined),
        });
        expect(needed.tokens).toBeLessThanOrEqual(dearest);
        expect(needed.minutes).toBeLessThanOrEqual(longest);
        exact.explored += 1;
        exact.tokens += needed.tokens === dearest ? 1 : 0;
        exact.minutes += needed.minutes === longest ? 1 : 0;
      }),
      { numRuns: 1_000 },
    );
    console.log(`of ${exact.explored} changes the dearest continuation found in ${exact.tokens}, the longest in ${exact.minutes}`);
    expect(Math.min(exact.tokens, exact.minutes)).toBeGreaterThan(exact.explored * 0.98);
  });
});

/** As `compileGraphPatch` sees it: what is changed or added is decided anew. */
function stateBefore(run: GraphRun, replaced: readonly TaskNode[]): (id: string) => TaskState {
  const before = new Map(run.nodes.map(({ id }) => [id, run.state(id)]));
  for (const { id } of replaced) if (before.get(id) === 'ready') before.set(id, 'pending');
  return (id) => before.get(id) ?? 'pending';
}
