import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acyclicNodes, taskNode } from '../fixtures/arbitrary-graph.js';
import type { TaskState } from '../task-state.js';
import { applyGraphPatch } from './apply-graph-patch.js';
import { GraphRun } from './graph-run.js';

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
