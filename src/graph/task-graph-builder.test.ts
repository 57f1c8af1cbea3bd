import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyNodes } from './fixtures/any-graph.js';
import { TaskGraphBuilder } from './task-graph-builder.js';
import type { GraphNode } from './task-node.js';

const refusal = (code: string) => expect.objectContaining({ code });

describe('TaskGraphBuilder', () => {
  it('builds the graph of its nodes, whenever their dependencies were named', () => {
    fc.assert(
      fc.property(anyNodes('any'), fc.infiniteStream(fc.constantFrom('in the node', 'before', 'after', 'in both')), (nodes, when) => {
        const builder = new TaskGraphBuilder<GraphNode>();
        for (const { id, dependencies } of nodes) {
          const place = when.next().value!;
          if (place === 'before') builder.depend(id, ...dependencies);
          const own = place === 'in the node' ? dependencies : place === 'in both' ? dependencies.slice(0, 2) : [];
          builder.add({ id, dependencies: own });
          if (place === 'in both') builder.depend(id, ...dependencies.slice(1));
          if (place === 'after') for (const dependency of dependencies) builder.depend(id, dependency);
        }
        const graph = builder.build();
        expect(graph.nodes.map(({ id }) => id)).toEqual(nodes.map(({ id }) => id));
        for (const { id, dependencies } of nodes) expect(graph.predecessors(id)).toEqual([...new Set(dependencies)]);
      }),
    );
  });

  it('goes on after a graph was built, which stays as it is', () => {
    const builder = new TaskGraphBuilder<GraphNode>().add({ id: 'a', dependencies: [] });
    const first = builder.build();
    const second = builder.add({ id: 'b', dependencies: [] }).depend('b', 'a', 'a').depend('a').build();
    expect(first.nodes).toEqual([{ id: 'a', dependencies: [] }]);
    expect(second.predecessors('b')).toEqual(['a']);
  });

  it('leaves the nodes it was given alone', () => {
    const node = { id: 'b', dependencies: ['a'] };
    new TaskGraphBuilder<GraphNode>().add({ id: 'a', dependencies: [] }).add({ id: 'c', dependencies: [] }).add(node).depend('b', 'c').build();
    expect(node).toEqual({ id: 'b', dependencies: ['a'] });
  });

  it('refuses an id twice, and dependencies of and on tasks that are not there', () => {
    const one = () => new TaskGraphBuilder<GraphNode>().add({ id: '__proto__', dependencies: [] });
    expect(() => one().add({ id: '__proto__', dependencies: [] })).toThrow(refusal('graph.duplicate-id'));
    expect(() => one().depend('constructor', '__proto__').build()).toThrow(refusal('graph.unknown-task'));
    expect(() => one().depend('__proto__', 'constructor').build()).toThrow(refusal('graph.unknown-dependency'));
  });
});
