import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acyclicNodes, taskNode } from './fixtures/arbitrary-graph.js';
import { TaskGraph } from './task-graph.js';

describe('TaskGraph', () => {
  it('sorts every dependency before its dependents', () => {
    fc.assert(
      fc.property(acyclicNodes, (nodes) => {
        const position = new Map(new TaskGraph(nodes).topologicalSort().map((id, index) => [id, index]));
        expect(position.size).toBe(nodes.length);
        for (const { id, dependencies } of nodes)
          for (const dependency of dependencies) expect(position.get(dependency)!).toBeLessThan(position.get(id)!);
      }),
    );
  });

  it('has ancestors and descendants that mirror each other', () => {
    fc.assert(
      fc.property(acyclicNodes, (nodes) => {
        const graph = new TaskGraph(nodes);
        for (const { id } of nodes) {
          for (const ancestor of graph.ancestors(id)) expect(graph.descendants(ancestor)).toContain(id);
          for (const descendant of graph.descendants(id)) expect(graph.ancestors(descendant)).toContain(id);
          expect(graph.ancestors(id)).not.toContain(id);
        }
      }),
    );
  });

  it('finds a critical path no shorter than any path', () => {
    fc.assert(
      fc.property(acyclicNodes, (nodes) => {
        const graph = new TaskGraph(nodes);
        const durationOf = (id: string) => graph.node(id).estimatedTokens;
        const path = graph.criticalPath((node) => node.estimatedTokens);
        const length = path.reduce((sum, id) => sum + durationOf(id), 0);
        // Longest path by relaxation in topological order, an independent way to compute it.
        const longest = new Map<string, number>();
        for (const id of graph.topologicalSort()) {
          longest.set(id, durationOf(id) + Math.max(0, ...graph.predecessors(id).map((dependency) => longest.get(dependency)!)));
        }
        expect(length).toBe(Math.max(0, ...longest.values()));
        for (const [index, id] of path.slice(1).entries()) expect(graph.predecessors(id)).toContain(path[index]);
      }),
    );
  });

  it('takes any string as an id', () => {
    const ids = ['__proto__', 'constructor', '', '10', '9', '\u202e', 'x'.repeat(100_000)];
    const graph = new TaskGraph(ids.map((id, index) => taskNode(id, index === 0 ? [] : [ids[index - 1]!])));
    expect(graph.topologicalSort()).toEqual(ids);
    expect(graph.sinks()).toEqual([ids.at(-1)]);
    expect(graph.descendants('__proto__')).toHaveLength(6);
  });

  it.each([
    ['graph.duplicate-id', [taskNode('a'), taskNode('a')]],
    ['graph.unknown-dependency', [taskNode('a', ['b'])]],
  ])('refuses %s', (code, nodes) => {
    expect(() => new TaskGraph(nodes)).toThrow(expect.objectContaining({ code }));
  });

  it('counts a dependency that is named twice once', () => {
    const graph = new TaskGraph([taskNode('a'), taskNode('b', ['a', 'a'])]);
    expect(graph.predecessors('b')).toEqual(['a']);
    expect(graph.successors('a')).toEqual(['b']);
  });

  it('handles a chain of 100,000 without recursion', () => {
    const nodes = Array.from({ length: 100_000 }, (_, index) => taskNode(`t${index}`, index === 0 ? [] : [`t${index - 1}`], { estimatedTokens: 1 }));
    const graph = new TaskGraph(nodes);
    expect(graph.criticalPath((node) => node.estimatedTokens)).toHaveLength(100_000);
    expect(graph.ancestors('t99999')).toHaveLength(99_999);
  });

  it('has no slack on a critical path, whatever fractions its durations are', () => {
    for (let chain = 0; chain < 500; chain += 1) {
      const nodes = Array.from({ length: 5 }, (_, number) => ({
        id: `${number}`,
        dependencies: number === 0 ? [] : [`${number - 1}`],
        minutes: ((chain * 7 + number * 13) % 97) / 10,
      }));
      const slack = new TaskGraph(nodes).slack(({ minutes }) => minutes);
      expect([...slack.values()]).toEqual([0, 0, 0, 0, 0]);
    }
  });

  it('stays as it is when the list it was made of changes', () => {
    const nodes = [{ id: 'a', dependencies: [] as string[] }];
    const graph = new TaskGraph(nodes);
    nodes.push({ id: 'b', dependencies: ['a'] });
    expect([graph.size, graph.sinks()]).toEqual([1, ['a']]);
  });
});
