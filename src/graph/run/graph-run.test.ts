import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acyclicNodes, taskNode } from '../fixtures/arbitrary-graph.js';
import { TaskGraph } from '../task-graph.js';
import { GraphRun, type GraphRunSnapshot } from './graph-run.js';

describe('GraphRun', () => {
  it('settles every task, each started after all it needs, whatever fails', () => {
    fc.assert(
      fc.property(acyclicNodes, fc.infiniteStream(fc.nat()), fc.infiniteStream(fc.boolean()), (nodes, choices, luck) => {
        const graph = new TaskGraph(nodes);
        const run = new GraphRun(graph);
        const ready = new Set(run.ready());
        while (ready.size > 0) {
          const id = [...ready][choices.next().value! % ready.size]!;
          ready.delete(id);
          for (const dependency of graph.predecessors(id)) expect(run.state(dependency)).toBe('succeeded');
          run.started(id);
          if (luck.next().value) for (const next of run.succeeded(id)) ready.add(next);
          else expect(run.failed(id)).toEqual([]);
        }
        expect(run.settled).toBe(true);
        for (const { id } of nodes) {
          const doomed = graph.ancestors(id).some((ancestor) => run.state(ancestor) === 'failed');
          expect(run.state(id) === 'upstream-failed').toBe(doomed);
        }
      }),
    );
  });

  it('offers the longest remaining path first, ties in the order of the graph', () => {
    const nodes = [
      taskNode('short', [], { estimatedTokens: 1 }),
      taskNode('tie-1', [], { estimatedTokens: 5 }),
      taskNode('tie-2', [], { estimatedTokens: 5 }),
      taskNode('long', [], { estimatedTokens: 1 }),
      taskNode('behind', ['long'], { estimatedTokens: 50 }),
    ];
    expect(new GraphRun(new TaskGraph(nodes)).ready()).toEqual(['long', 'tie-1', 'tie-2', 'short']);
  });

  it('refuses what can not have happened', () => {
    const run = new GraphRun(new TaskGraph([taskNode('a'), taskNode('b', ['a'])]));
    const refused = expect.objectContaining({ code: 'graph.invalid-transition' });
    expect(() => run.started('b')).toThrow(refused);
    expect(() => run.succeeded('a')).toThrow(refused);
    expect(() => run.started('nobody')).toThrow(expect.objectContaining({ code: 'graph.unknown-task' }));
    run.started('a');
    run.succeeded('a');
    expect(() => run.failed('a')).toThrow(refused);
  });

  it('lets a task wait for a person, and cancels what stands behind a cancelled one', () => {
    const run = new GraphRun(new TaskGraph([taskNode('a'), taskNode('b', ['a']), taskNode('c')]));
    run.started('a');
    run.waitsForPerson('a');
    expect(run.state('a')).toBe('waiting-for-person');
    expect(run.cancelled('a')).toEqual([]);
    expect(run.state('b')).toBe('cancelled');
    expect(run.settled).toBe(false);
    expect(run.cancelled('c')).toEqual([]);
    expect(run.settled).toBe(true);
  });

  it('refuses a snapshot that no run of its nodes can have made', () => {
    const nodes = [taskNode('a'), taskNode('b', ['a']), taskNode('c', ['a'], { triggerRule: 'always' })];
    const none: readonly never[] = [];
    for (const snapshot of [
      {},
      { states: ['pending', 'pending', 'pending'] },
      { states: ['pending', 'pending'], outputs: none },
      { states: ['pending', 'pending', 'toString'], outputs: none },
      { states: ['pending', 'ready', 'pending'], outputs: none },
      { states: ['pending', 'running', 'pending'], outputs: none },
      { states: ['running', 'succeeded', 'pending'], outputs: none },
      { states: ['running', 'pending', 'pending'], outputs: [{ taskId: 'a', outputs: {} }] },
    ]) {
      const options = { snapshot: snapshot as unknown as GraphRunSnapshot };
      expect(() => new GraphRun({ nodes }, options), JSON.stringify(snapshot)).toThrow(expect.objectContaining({ code: 'graph.foreign-snapshot' }));
    }
    const early = new GraphRun(
      { nodes },
      { snapshot: { states: ['running', 'pending', 'succeeded'], outputs: [{ taskId: 'c', outputs: { n: 1 } }] } },
    );
    expect(early.outputs('c')).toEqual({ n: 1 });
  });

  it('names a cycle', () => {
    const ring = [taskNode('before'), taskNode('a', ['before', 'c']), taskNode('b', ['a']), taskNode('c', ['b']), taskNode('behind', ['c'])];
    const expected = { code: 'graph.cycle', message: 'Expected no cycle, got "b" → "c" → "a" → "b".' };
    expect(() => new GraphRun({ nodes: ring })).toThrow(expect.objectContaining(expected));
    const itself = expect.objectContaining({ message: 'Expected no cycle, got "a" → "a".' });
    expect(() => new GraphRun({ nodes: [taskNode('a', ['a'])] })).toThrow(itself);
  });

  it('does not take a clean-up that failed too for what could not start: whoever makes up for it makes up for nothing else', () => {
    const nodes = [
      taskNode('x'),
      taskNode('clean', ['x'], { triggerRule: 'all-done' }),
      taskNode('alarm', ['clean'], { triggerRule: 'one-failed' }),
      taskNode('handler', ['x'], { triggerRule: 'one-failed' }),
      taskNode('second', ['handler'], { triggerRule: 'one-failed' }),
    ];
    const run = new GraphRun({ nodes: nodes.slice(0, 3) });
    for (const [id, end] of [
      ['x', 'failed'],
      ['clean', 'failed'],
      ['alarm', 'succeeded'],
    ] as const) {
      run.started(id);
      run[end](id);
    }
    expect([...run.rescues()]).toEqual([['clean', 'alarm']]);
    expect(run.failures()).toEqual(['x']);
    const handled = new GraphRun({ nodes: nodes.filter(({ id }) => id !== 'alarm' && id !== 'clean') });
    for (const [id, end] of [
      ['x', 'failed'],
      ['handler', 'failed'],
      ['second', 'succeeded'],
    ] as const) {
      handled.started(id);
      handled[end](id);
    }
    expect([...handled.rescues()]).toEqual([
      ['x', 'second'],
      ['handler', 'second'],
    ]);
  });

  it('leaves what is ready as it is when something else is changed', () => {
    const ok = { task: 'slow', output: 'ok', operator: 'equals', value: true } as const;
    const nodes = [
      taskNode('fast'),
      taskNode('slow', [], { outputs: [{ name: 'ok', type: 'boolean' }] }),
      taskNode('t', ['fast', 'slow'], { triggerRule: 'one-success', when: { not: ok } }),
    ];
    const run = new GraphRun({ nodes });
    run.started('fast');
    run.started('slow');
    expect(run.succeeded('fast')).toEqual(['t']);
    run.succeeded('slow', { ok: true });
    expect(run.continueWith({ nodes: [...nodes, taskNode('unrelated')] }).ready()).toEqual(['t', 'unrelated']);
    expect(run.continueWith({ nodes: [...nodes.slice(0, 2), { ...nodes[2]! }] }).state('t')).toBe('skipped');
  });
});
