import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acyclicNodes, taskNode } from './fixtures/arbitrary-graph.js';
import { hashTaskGraph } from './hash-task-graph.js';
import { TaskGraph } from './task-graph.js';
import { snapshotTaskGraph, type TaskGraphSnapshot } from './task-graph-snapshot.js';

describe('snapshotTaskGraph', () => {
  it('survives JSON: what is read back is the same graph', () => {
    fc.assert(
      fc.property(acyclicNodes, (nodes) => {
        const graph = new TaskGraph(nodes);
        const snapshot = JSON.parse(JSON.stringify(snapshotTaskGraph(graph))) as TaskGraphSnapshot;
        expect(snapshot).toEqual({ formatVersion: 1, nodes });
        const back = new TaskGraph(snapshot.nodes);
        expect(back.topologicalSort()).toEqual(graph.topologicalSort());
        expect(hashTaskGraph(back)).toBe(hashTaskGraph(graph));
      }),
    );
  });

  it('keeps graphs that a plan may not be: with a cycle, with ids that reach prototypes', () => {
    const graph = new TaskGraph([taskNode('__proto__', ['constructor']), taskNode('constructor', ['__proto__'])]);
    const { nodes } = JSON.parse(JSON.stringify(snapshotTaskGraph(graph))) as TaskGraphSnapshot;
    expect(new TaskGraph(nodes).findCycles()).toEqual([['__proto__', 'constructor', '__proto__']]);
  });
});
