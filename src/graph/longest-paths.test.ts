import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyNodes } from './fixtures/any-graph.js';
import { pathsOf } from './fixtures/path-oracle.js';
import { TaskGraph } from './task-graph.js';
import type { GraphNode } from './task-node.js';

/** Whole numbers, so that sums are the same in whatever order they are made; many of them equal or nothing, so that there are ties. */
const timedNodes = fc
  .tuple(anyNodes('acyclic', 9), fc.array(fc.nat({ max: 3 }), { minLength: 9, maxLength: 9 }))
  .map(([nodes, durations]) => nodes.map((node, position) => ({ ...node, duration: durations[position]! })));
type TimedNode = GraphNode & { readonly duration: number };

const durationOf = ({ duration }: TimedNode) => duration;

/** Everything about paths, by looking at each of them. */
function lookAtPaths(nodes: readonly TimedNode[]) {
  const paths = pathsOf(nodes);
  const lengthOf = (path: readonly number[]) => path.reduce((sum, position) => sum + nodes[position]!.duration, 0);
  const makespan = Math.max(0, ...paths.map(lengthOf));
  return { paths, lengthOf, makespan, longest: paths.filter((path) => lengthOf(path) === makespan) };
}

describe('the paths of a graph', () => {
  it('remain as long as the longest that begins at each node', () => {
    fc.assert(
      fc.property(timedNodes, (nodes) => {
        const { paths, lengthOf } = lookAtPaths(nodes);
        const remaining = new TaskGraph(nodes).remainingPaths(durationOf);
        expect([...remaining.keys()]).toEqual(nodes.map(({ id }) => id));
        for (const [position, { id }] of nodes.entries()) {
          const rests = paths.filter((path) => path.includes(position)).map((path) => lengthOf(path.slice(path.indexOf(position))));
          expect(remaining.get(id)).toBe(Math.max(...rests));
        }
      }),
    );
  });

  it('have a critical one that none is longer than, and of equals the one of nodes given first', () => {
    fc.assert(
      fc.property(timedNodes, (nodes) => {
        const { longest } = lookAtPaths(nodes);
        const [first] = longest.toSorted(
          (a, b) => a[a.findIndex((position, step) => position !== b[step])]! - b[a.findIndex((position, step) => position !== b[step])]!,
        );
        expect(new TaskGraph(nodes).criticalPath(durationOf)).toEqual((first ?? []).map((position) => nodes[position]!.id));
      }),
    );
  });

  it('leave no slack exactly on those that none is longer than, and elsewhere as much as a node may be late', () => {
    fc.assert(
      fc.property(timedNodes, (nodes) => {
        const { paths, lengthOf, longest, makespan } = lookAtPaths(nodes);
        const graph = new TaskGraph(nodes);
        const slack = graph.slack(durationOf);
        const critical = new Set(longest.flat().map((position) => nodes[position]!.id));
        expect(new Set(nodes.map(({ id }) => id).filter((id) => slack.get(id) === 0))).toEqual(critical);
        for (const [position, { id }] of nodes.entries()) {
          expect(slack.get(id)).toBe(makespan - Math.max(...paths.filter((path) => path.includes(position)).map(lengthOf)));
          const lateBy = (minutes: number) =>
            lookAtPaths(nodes.map((node) => (node.id === id ? { ...node, duration: node.duration + minutes } : node))).makespan;
          expect(lateBy(slack.get(id)!)).toBe(makespan);
          expect(lateBy(slack.get(id)! + 1)).toBe(makespan + 1);
        }
      }),
    );
  });

  it('leave slack that is never less than none, whatever fractions add up to', () => {
    const fractions = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(anyNodes('acyclic'), fractions, (nodes, durations) => {
        const positions = new Map(nodes.map(({ id }, position) => [id, position]));
        const graph = new TaskGraph(nodes);
        const time = ({ id }: GraphNode) => durations[positions.get(id)!]!;
        const slack = graph.slack(time);
        for (const value of slack.values()) expect(value).toBeGreaterThanOrEqual(0);
        for (const id of graph.criticalPath(time)) expect(slack.get(id)).toBeCloseTo(0, 9);
      }),
    );
  });
});
