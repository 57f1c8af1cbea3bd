import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { taskNode as bareNode } from '../fixtures/arbitrary-graph.js';
import { exploreRuns } from '../fixtures/explore-runs.js';
import { runningPlan } from '../fixtures/running-plan.js';
import { applyGraphPatch } from '../run/apply-graph-patch.js';
import type { GraphPatch } from '../run/graph-patch.js';
import { GraphRun } from '../run/graph-run.js';
import type { TaskNode } from '../task-node.js';
import { compileGraphPatch } from './compile-graph-patch.js';

/** A task that writes a file of its own, so that it delivers something. */
const taskNode = (id: string, dependencies: readonly string[] = [], rest: Partial<TaskNode> = {}): TaskNode =>
  bareNode(id, dependencies, { writes: [`made/${id}`], ...rest });

type Ends = Readonly<Record<string, 'running' | 'succeeded' | 'failed' | 'cancelled'>>;

/** A run in which these tasks began, in this order, and ended so. */
function runOf(nodes: readonly TaskNode[], ends: Ends): GraphRun {
  const run = new GraphRun({ nodes });
  for (const [id, end] of Object.entries(ends)) {
    run.started(id);
    if (end !== 'running') run[end](id);
  }
  return run;
}

const plenty = { budgetTotal: 1_000_000, timeoutMinutes: 1_000, qualityThreshold: 0.8 };
const compile = (run: GraphRun, patch: GraphPatch, limits: Partial<typeof plenty> = {}) =>
  compileGraphPatch({ ...plenty, ...limits }, patch, run, { remediationReserve: 0 });
const told = (...args: Parameters<typeof compile>) => compile(...args).findings.map(({ severity, code, message }) => [severity, code, message]);

describe('compileGraphPatch', () => {
  const design = taskNode('design');
  const broken = taskNode('x', ['design'], { writes: ['a.txt'] });
  const run = runOf([design, broken, taskNode('slow', ['design'])], { design: 'succeeded', x: 'failed', slow: 'running' });

  it('lets a task write what a failed one was to write', () => {
    for (const dependencies of [['design'], []]) {
      const compiled = compile(run, { add: [taskNode('x2', dependencies, { writes: ['a.txt'] })] });
      expect(compiled).toMatchObject({ ok: true, findings: [] });
      expect(compiled.ok && run.continueWith(compiled.graph).ready()).toEqual(['x2']);
    }
  });

  it('finds files and values of which it is certain that nobody makes them any more', () => {
    const handler = { triggerRule: 'one-failed' } as const;
    expect(told(run, { add: [taskNode('n', ['x'], { ...handler, reads: ['a.txt'] })] })).toEqual([
      ['error', 'graph.missing-input', 'Task "n" reads "a.txt", which "x" was to write, and "x" is failed.'],
    ]);
    const giver = taskNode('giver', [], { outputs: [{ name: 'count', type: 'integer' }] });
    const taker = taskNode('taker', ['giver'], { ...handler, inputsFrom: [{ input: 'n', task: 'giver', output: 'count' }] });
    expect(told(runOf([giver], { giver: 'cancelled' }), { add: [taker] })).toEqual([
      ['error', 'graph.missing-input', 'Task "taker" takes "n" from "count" of "giver", which is cancelled.'],
    ]);
  });

  it('says what is wrong with a second version of what was written, and lets it be where it is given the first', () => {
    const again = (id: string, dependencies: readonly string[], rest: Partial<TaskNode> = {}) =>
      taskNode(id, dependencies, { writes: ['made/design'], ...rest });
    const message = 'Task "design" wrote "made/design", and "n" is to write it without being given it: nobody knows which of them counts.';
    expect(told(run, { add: [again('n', [])] })).toEqual([['error', 'graph.path-conflict', message]]);
    for (const triggerRule of ['all-success', 'one-success', 'always'] as const) {
      expect(told(run, { add: [again('n', ['design'], { triggerRule })] })).toEqual([]);
      expect(told(run, { add: [taskNode('between', ['design'], { triggerRule }), again('n', ['between'], { triggerRule })] })).toEqual([]);
    }
    // What it is given of a task that is running is not known.
    expect(told(run, { add: [again('n', ['slow'], { triggerRule: 'always' })] })).toMatchObject([['error', 'graph.path-conflict', message]]);
    // Another conflict of the same path of the same task is found all the same.
    const both = [again('m', []), again('n', ['design'], { triggerRule: 'always' })];
    expect(told(run, { add: both })).toEqual([
      ['error', 'graph.path-conflict', message.replace('"n"', '"m"')],
      ['error', 'graph.path-conflict', 'Tasks "m" and "n" may run at once and both write "made/design".'],
    ]);
  });

  it('lets go of what has become useless', () => {
    const nodes = [taskNode('x'), taskNode('slow'), taskNode('y', ['slow']), taskNode('d', ['x', 'y'], { inputsFrom: [] })];
    const wired = nodes.map((node) =>
      node.id === 'd'
        ? { ...node, inputsFrom: [{ input: 'n', task: 'y', output: 'n' }], reads: ['made/y'] }
        : { ...node, outputs: [{ name: 'n', type: 'integer' }] as const },
    );
    for (const of of [nodes, wired]) {
      const useless = runOf(of, { x: 'failed', slow: 'running' });
      const compiled = compile(useless, { drop: ['y'] });
      expect(compiled.findings).toEqual([]);
      const next = compiled.ok ? useless.continueWith(compiled.graph) : useless;
      expect(next.nodes.map(({ id }) => [id, next.state(id)])).toEqual([
        ['x', 'failed'],
        ['slow', 'running'],
        ['d', 'upstream-failed'],
      ]);
      expect(next.predecessors('d')).toEqual(['x']);
      expect(compile(useless, { replace: [taskNode('y', ['slow'])] }).findings).toEqual([]);
    }
  });

  it('forgives a shortage that it makes no worse, however long the chain and whatever the ids', () => {
    for (const prefix of ['t', '1000']) {
      const chain = Array.from({ length: 60 }, (_, at) =>
        taskNode(`${prefix}${at}`, at === 0 ? [] : [`${prefix}${at - 1}`], { estimatedMinutes: 1, estimatedTokens: 10 }),
      );
      const late = runOf(chain, {});
      const last = chain.at(-1)!;
      const limits = { timeoutMinutes: 5, budgetTotal: 20 };
      const codes = [
        ['warning', 'graph.budget-infeasible'],
        ['warning', 'graph.deadline-infeasible'],
      ];
      const severities = (patch: GraphPatch) => told(late, patch, limits).map(([severity, code]) => [severity, code]);
      expect(severities({ drop: [last.id] })).toEqual(codes);
      expect(compile(late, { drop: [last.id] }, limits).ok).toBe(true);
      expect(severities({ replace: [{ ...last, estimatedMinutes: 10 }] })).toEqual([codes[0], ['error', 'graph.deadline-infeasible']]);
      expect(severities({ replace: [{ ...last, estimatedTokens: 100 }] })).toEqual([['error', 'graph.budget-infeasible'], codes[1]]);
      expect(compile(late, { replace: [{ ...last, estimatedMinutes: 10 }] }, { timeoutMinutes: 60 })).toMatchObject({ ok: false });
    }
  });

  it('counts the handler that a change adds to a failure, and what comes behind it', () => {
    const rescue = {
      add: [taskNode('rescue', ['x'], { triggerRule: 'one-failed', estimatedTokens: 900 }), taskNode('rest', ['rescue'], { estimatedTokens: 90 })],
    };
    expect(compile(run, rescue, { budgetTotal: 989 }).findings).toMatchObject([{ code: 'graph.budget-infeasible', witness: ['990', '989'] }]);
    expect(compile(run, rescue, { budgetTotal: 990 }).ok).toBe(true);
  });

  it('tells at once what can not be applied, what is wrong, and what would never start', () => {
    const add = [taskNode('late', ['x']), taskNode('odd', ['design'], { persona: 'nobody', reads: ['nothing.md'] })];
    const context = { remediationReserve: 0, hasPersona: () => false };
    const { ok, findings } = compileGraphPatch(plenty, { add, drop: ['x', 'design'], replace: [taskNode('who')] }, run, context);
    expect(ok).toBe(false);
    expect(findings.map(({ code, taskIds }) => [code, ...taskIds])).toEqual([
      ['graph.unknown-task', 'who'],
      ['graph.settled-task', 'x'],
      ['graph.settled-task', 'design'],
      ['graph.unknown-persona', 'odd'],
      ['graph.missing-input', 'odd'],
      ['graph.unreachable', 'late'],
    ]);
  });

  it('claims of no task that it can never run where some continuation starts it', () => {
    let claims = 0;
    fc.assert(
      fc.property(runningPlan(5), ({ run: any, patch }) => {
        const { findings } = compile(any, patch);
        const never = findings.filter(({ message }) => message.includes('can never run')).map(({ taskIds: [id] }) => id!);
        const { nodes } = applyGraphPatch(any.nodes, patch, (id) => any.state(id));
        if (never.length === 0) return;
        const runs = exploreRuns(nodes, { limit: 3_000, maySettle: ['failed'], from: any.continueWith({ nodes }).toSnapshot() });
        fc.pre(runs !== null);
        claims += never.length;
        const at = (id: string) => nodes.findIndex((node) => node.id === id);
        for (const id of never) expect(runs.some(({ started }) => started & (1 << at(id)))).toBe(false);
      }),
      { numRuns: 1_000 },
    );
    expect(claims).toBeGreaterThan(10);
  });

  it('answers every change of every run, and a run goes on with what it lets through, in which nothing that was changed is too late', () => {
    let [passed, refused] = [0, 0];
    fc.assert(
      fc.property(runningPlan(6), ({ run: any, patch }) => {
        const before = JSON.stringify([any.nodes, any.toSnapshot(), patch]);
        const compiled = compile(any, patch);
        expect(JSON.stringify([any.nodes, any.toSnapshot(), patch])).toBe(before);
        expect(compiled.ok).toBe(compiled.findings.every(({ severity }) => severity === 'warning'));
        if (!compiled.ok) {
          refused += 1;
          return;
        }
        passed += 1;
        const next = any.continueWith(compiled.graph);
        for (const { id } of [...patch.add!, ...patch.replace!]) expect(['upstream-failed', 'cancelled']).not.toContain(next.state(id));
        for (const { id } of any.nodes) if (!['pending', 'ready'].includes(any.state(id))) expect(next.state(id)).toBe(any.state(id));
      }),
      { numRuns: 1_000 },
    );
    expect(Math.min(passed, refused)).toBeGreaterThan(50);
  });
});
