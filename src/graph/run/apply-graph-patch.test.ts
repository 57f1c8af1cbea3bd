import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acyclicNodes, taskNode } from '../fixtures/arbitrary-graph.js';
import type { TaskState } from '../task-state.js';
import { applyGraphPatch } from './apply-graph-patch.js';
import { GraphRun } from './graph-run.js';
import { makeSuggestions } from './suggest-instead.js';

const nodes = [taskNode('done'), taskNode('open', ['done']), taskNode('last', ['open'])];
const states: Readonly<Record<string, TaskState>> = { done: 'succeeded', open: 'ready', last: 'pending' };
const apply = (patch: Parameters<typeof applyGraphPatch>[1]) => applyGraphPatch(nodes, patch, (id) => states[id]!);
const codes = (patch: Parameters<typeof applyGraphPatch>[1]) => apply(patch).findings.map(({ code, taskIds }) => [code, ...taskIds]);

describe('applyGraphPatch', () => {
  it('replaces in place, drops, and adds at the end', () => {
    const patch = { add: [taskNode('new', ['done'])], replace: [taskNode('open', ['done'], { description: 'otherwise' })], drop: ['last'] };
    expect(apply(patch)).toEqual({ nodes: [nodes[0], patch.replace[0], patch.add[0]], findings: [] });
  });

  it('refuses to change what has begun, what is not there, and anything twice', () => {
    expect(codes({ replace: [taskNode('done')], drop: ['nobody', 'last', 'last'], add: [taskNode('open')] })).toEqual([
      ['graph.settled-task', 'done'],
      ['graph.unknown-task', 'nobody'],
      ['graph.duplicate-id', 'last'],
      ['graph.duplicate-id', 'open'],
    ]);
  });

  it('leaves what is dropped out of the dependencies of tasks that have begun, and of no others', () => {
    const plan = [taskNode('x'), taskNode('y'), taskNode('d', ['x', 'y']), taskNode('e', ['y'])];
    const of: Readonly<Record<string, TaskState>> = { x: 'failed', y: 'pending', d: 'upstream-failed', e: 'pending' };
    const patched = applyGraphPatch(plan, { drop: ['y'] }, (id) => of[id]!);
    expect(patched).toEqual({ nodes: [plan[0], { ...plan[2], dependencies: ['x'] }, plan[3]], findings: [] });
    expect(patched.nodes[0]).toBe(plan[0]);
  });

  it('says what makes up for a failure: nothing else does', () => {
    const plan = [
      taskNode('x'),
      taskNode('d', ['x']),
      taskNode('e', ['d']),
      taskNode('f', ['d', 'x']),
      taskNode('clean', ['x'], { triggerRule: 'all-done' }),
      taskNode('alone'),
    ];
    const run = new GraphRun({ nodes: plan });
    run.started('x');
    run.failed('x');
    run.started('alone');
    run.failed('alone');
    run.started('clean');
    run.cancelled('clean');
    const stateOf = (id: string) => run.state(id);
    const suggestionFor = (id: string) => applyGraphPatch(plan, { drop: [id] }, stateOf, makeSuggestions(plan, stateOf)).findings[0]!.suggestion;
    const instead = 'which could not start because of it: only where such a task succeeds, the failure is made up for.';
    expect(suggestionFor('x')).toBe(`Add a task that depends by one-failed on "f", "e", ${instead}`);
    expect(suggestionFor('d')).toBe(`Add a task that depends by one-failed on "e", "f", ${instead}`);
    for (const id of ['e', 'alone', 'clean']) {
      expect(suggestionFor(id)).toBe(
        `Add a task that depends by one-failed on ${JSON.stringify(id)}: only where such a task succeeds, the failure is made up for.`,
      );
    }
    // Whoever does as it says makes up for all of it.
    const rescue = (id: string, dependencies: readonly string[]) => taskNode(id, dependencies, { triggerRule: 'one-failed' });
    const next = run.continueWith({ nodes: [...plan, rescue('both', ['e', 'f']), rescue('rest', ['alone', 'clean'])] });
    for (const id of ['both', 'rest']) {
      next.started(id);
      next.succeeded(id);
    }
    expect(next.failures()).toEqual([]);
    const nearby = run.continueWith({ nodes: [...plan, rescue('near', ['x', 'd']), rescue('rest', ['alone', 'clean'])] });
    for (const id of ['near', 'rest']) {
      nearby.started(id);
      nearby.succeeded(id);
    }
    expect(nearby.failures()).toEqual(['x', 'd', 'e', 'f']);
  });

  it.each(['running', 'waiting-for-person', 'succeeded', 'failed', 'skipped', 'upstream-failed', 'cancelled'] as const)(
    'takes a task that is %s for begun',
    (state) => {
      const { findings } = applyGraphPatch([taskNode('a')], { drop: ['a'] }, () => state);
      expect(findings).toMatchObject([{ code: 'graph.settled-task', message: expect.stringContaining(state) }]);
    },
  );

  it('leaves everything that has begun as it is, and the run goes on with it', () => {
    fc.assert(
      fc.property(acyclicNodes, fc.infiniteStream(fc.nat()), fc.nat(), (plan, choices, steps) => {
        const run = new GraphRun({ nodes: plan });
        for (let step = 0; step < steps % (plan.length + 1); step += 1) {
          const ready = run.ready();
          if (ready.length === 0) break;
          const id = ready[choices.next().value! % ready.length]!;
          run.started(id);
          if (choices.next().value! % 2 === 0) run.succeeded(id);
        }
        const open = plan.filter(({ id }) => ['pending', 'ready'].includes(run.state(id)));
        const dropped = new Set(open.slice(-1).flatMap(({ id }) => [id]));
        const patched = applyGraphPatch(
          plan,
          {
            drop: [...dropped],
            add: [
              taskNode(
                'extra',
                plan
                  .slice(0, 1)
                  .map(({ id }) => id)
                  .filter((id) => !dropped.has(id)),
              ),
            ],
          },
          (id) => run.state(id),
        );
        expect(patched.findings).toEqual([]);
        const next = run.continueWith({ nodes: patched.nodes });
        for (const { id } of plan) if (!dropped.has(id)) expect(next.state(id)).toBe(run.state(id));
        while (!next.settled) {
          for (const id of next.ready()) next.started(id);
          for (const { id } of patched.nodes) if (next.state(id) === 'running') next.succeeded(id);
        }
        expect(next.state('extra')).toBe('succeeded');
      }),
    );
  });
});
