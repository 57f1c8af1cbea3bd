import * as dagrejs from '@dagrejs/graphlib';
import fc from 'fast-check';
import graphlib from 'graphlib';
import { describe, expect, it } from 'vitest';
import { TaskGraph } from '../task-graph.js';
import type { GraphNode } from '../task-node.js';
import { fromGraphlib } from './from-graphlib.js';
import { graphlibName, idOfGraphlibName } from './graphlib-name.js';
import { toGraphlib } from './to-graphlib.js';

/** What graphlib, lodash and plain objects trip over, also beside each other. */
const hostileIds = [
  ...Object.getOwnPropertyNames(Object.prototype),
  ...['', '0', '10', '9', '007', '-1', '1e3', '4294967295', '18446744073709551616', '\u0000', '\u0001', 'a\u0001b', 'a\u0000', 'b\u0001\u0000'],
  ...[
    'a',
    'a.id',
    'a.id.length',
    'a[id]',
    'a["id"]',
    '["a"].id',
    '[a]',
    '.a',
    '.',
    '..',
    'a.',
    'a]',
    'a].id',
    'a.dependencies',
    'a.b',
    'b',
    'b\u0001c',
    'c',
  ],
  ...['~', '~0', '~0000', '~~', '~a~002eid', '~__proto__', 'a~', '\ud800', 'a\udc00', '\ud83d\ude00', '\u202eab', 'length', 'x'.repeat(100_000)],
];
const id = fc.oneof(fc.constantFrom(...hostileIds), fc.string({ unit: 'binary', maxLength: 6 }), fc.string({ maxLength: 4 }));

/** Any ids, any edges between them, cycles too; dependencies named twice now and then. */
const anyNodes = fc
  .uniqueArray(id, { maxLength: 25 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((own) =>
        fc.array(fc.constantFrom(...ids), { maxLength: 4 }).map((dependencies) => ({ id: own, dependencies, inputs: { of: own } })),
      ),
    ),
  );

const libraries = [
  ['graphlib 2', () => new graphlib.Graph()],
  ['@dagrejs/graphlib 4', () => new dagrejs.Graph<unknown, GraphNode>()],
  ['graphlib 2, compound and multigraph', () => new graphlib.Graph({ compound: true, multigraph: true })],
] as const;

/** Fails where a name has reached the prototype of all objects. */
const expectClean = () => expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(ownAtFirst);
const ownAtFirst = Object.getOwnPropertyNames(Object.prototype).sort();

describe.each(libraries)('toGraphlib and fromGraphlib with %s', (_, create) => {
  it('give the same graph back, in the same order, whatever its ids', () => {
    fc.assert(
      fc.property(anyNodes, (nodes) => {
        const graph = new TaskGraph(nodes);
        const filled = toGraphlib(graph, create());
        expect(filled.nodeCount()).toBe(graph.size);
        expect(filled.edgeCount()).toBe(nodes.reduce((sum, node) => sum + new Set(node.dependencies).size, 0));
        const back = fromGraphlib<GraphNode>(filled);
        expect(back.nodes).toEqual(graph.nodes);
        for (const { id: own } of nodes) {
          expect(back.predecessors(own)).toEqual(graph.predecessors(own));
          expect(back.successors(own)).toEqual(graph.successors(own));
        }
        expectClean();
      }),
      { numRuns: 300 },
    );
  });

  it('do so for every hostile id at once, each depending on all before it', () => {
    const nodes = hostileIds.map((own, index) => ({ id: own, dependencies: hostileIds.slice(0, index) }));
    const filled = toGraphlib(new TaskGraph(nodes), create());
    expect(fromGraphlib<GraphNode>(filled).nodes).toEqual(nodes);
    expect((filled.predecessors('b') as string[]).length).toBe(hostileIds.indexOf('b'));
    expectClean();
  });

  it('leave ordinary ids alone, and point edges from a dependency to its dependent', () => {
    const nodes = ['design', 'src/main.py', 'test suite', 'Делит', '割り算', 'v1.2', 'a-b_c'].map((own, index, all) => ({
      id: own,
      dependencies: all.slice(0, index),
    }));
    const filled = toGraphlib(new TaskGraph(nodes), create());
    expect(filled.nodes()).toEqual(nodes.map((node) => node.id));
    expect(filled.hasEdge('design', 'test suite')).toBe(true);
    expect(filled.hasEdge('test suite', 'design')).toBe(false);
    expect(filled.node('v1.2')).toBe(nodes[5]);
  });

  it('take over edges that were changed in between', () => {
    const filled = toGraphlib(
      new TaskGraph<GraphNode>([
        { id: '10', dependencies: [] },
        { id: 'b', dependencies: ['10'] },
        { id: 'c', dependencies: ['10', 'b'] },
      ]),
      create(),
    );
    filled.removeEdge('~10', 'c');
    expect(fromGraphlib<GraphNode>(filled).nodes).toEqual([
      { id: '10', dependencies: [] },
      { id: 'b', dependencies: ['10'] },
      { id: 'c', dependencies: ['b'] },
    ]);
  });

  it('read a graph that a host filled, names as they stand', () => {
    const own = create() as unknown as dagrejs.Graph<unknown, { minutes: number }>;
    own.setNode('~b', { minutes: 2 });
    own.setNode('a', { minutes: 1 });
    own.setEdge('a', '~b');
    const graph = fromGraphlib(own, (name, { minutes }, dependencies) => ({ id: name, dependencies, minutes }));
    expect(graph.nodes).toEqual([
      { id: '~b', dependencies: ['a'], minutes: 2 },
      { id: 'a', dependencies: [], minutes: 1 },
    ]);
    expect(graph.topologicalSort()).toEqual(['a', '~b']);
    expect(() => fromGraphlib(own as never)).toThrow(expect.objectContaining({ code: 'graph.foreign-label' }));
  });
});

describe('toGraphlib and fromGraphlib', () => {
  it('refuse a graph without directions', () => {
    const refusal = expect.objectContaining({ code: 'graph.not-directed' });
    expect(() => toGraphlib(new TaskGraph([]), new graphlib.Graph({ directed: false }))).toThrow(refusal);
    expect(() => fromGraphlib(new dagrejs.Graph<unknown, GraphNode>({ directed: false }))).toThrow(refusal);
  });
});

describe('graphlibName', () => {
  it('writes anew what graphlib breaks on, and nothing else', () => {
    const among = (ids: readonly string[]) => ids.map((own) => graphlibName(own, (other) => ids.includes(other)));
    expect(among(['design', 'src/main.py', 'v1.2', '01', 'a~'])).toEqual(['design', 'src/main.py', 'v1.2', '01', 'a~']);
    expect(among(['', '__proto__', '10', '~10', 'a', 'a.b', '\u0001', '\ud800'])).toEqual([
      '~',
      '~__proto__',
      '~10',
      '~~007e10',
      'a',
      '~a~002eb',
      '~~0001',
      '~~d800',
    ]);
  });

  it('gives different ids different names, and every name back', () => {
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 1, maxLength: 40 }), fc.func(fc.boolean()), (ids, isId) => {
        const names = ids.map((own) => graphlibName(own, isId));
        expect(names.map(idOfGraphlibName)).toEqual(ids);
        expect(new Set(names).size).toBe(ids.length);
      }),
      { numRuns: 500 },
    );
  });
});
