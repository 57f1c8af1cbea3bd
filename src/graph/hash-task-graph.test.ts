import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../ports/json-value.js';
import { acyclicNodes, taskNode } from './fixtures/arbitrary-graph.js';
import { hashTaskGraph } from './hash-task-graph.js';
import { TaskGraph } from './task-graph.js';
import { snapshotTaskGraph } from './task-graph-snapshot.js';
import type { TaskNode } from './task-node.js';

const hashOf = (...nodes: readonly TaskNode[]) => hashTaskGraph(new TaskGraph(nodes));
const anyText = fc.string({ unit: 'binary' });
const inputs = fc.dictionary(
  fc.oneof(anyText, fc.constantFrom('__proto__', 'constructor', '10')),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonValue>,
  {
    maxKeys: 4,
  },
);

const filledNodes = fc
  .tuple(acyclicNodes, fc.array(inputs, { minLength: 30, maxLength: 30 }), fc.array(anyText, { minLength: 30, maxLength: 30 }))
  .map(([nodes, given, texts]) =>
    nodes.map((node, index): TaskNode => {
      const description = texts[index]!;
      return { ...node, description, inputs: given[index]!, when: { task: description, output: 'o', operator: 'equals', value: description } };
    }),
  );

type Mapping = Record<string, unknown>;

/** Keys in the other order, and a field that says nothing. */
const reversed = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  const entries = Object.entries(value).map(([key, item]) => [key, reversed(item)] as const);
  return Object.fromEntries([...entries.reverse(), ['no such field', undefined]]);
};

/** Every leaf, by the keys that lead there. */
const leaves = (root: unknown): readonly (readonly string[])[] => {
  const found: string[][] = [];
  const open: { value: unknown; path: string[] }[] = [{ value: root, path: [] }];
  for (const { value, path } of open) {
    if (typeof value !== 'object' || value === null) found.push(path);
    else for (const [key, item] of Object.entries(value)) open.push({ value: item, path: [...path, key] });
  }
  return found;
};

const changeLeaf = (root: unknown, path: readonly string[]): unknown => {
  const [key, ...rest] = path;
  if (key === undefined) return root === 'other' ? 'another' : 'other';
  const entries = Object.entries(root as Mapping).map(([name, item]) => [name, name === key ? changeLeaf(item, rest) : item] as const);
  return Array.isArray(root) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
};

describe('hashTaskGraph', () => {
  it('is the SHA-256 of the nodes as canonical JSON', () => {
    // printf '[]' | sha256sum, and so on
    expect(hashTaskGraph({ nodes: [] })).toBe('4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945');
    expect(
      hashTaskGraph(
        new TaskGraph([
          { id: 'ä', dependencies: [] },
          { id: '\ud83d\ude00', dependencies: ['ä'] },
        ]),
      ),
    ).toBe('1f1de81b65c10eced7ad969ada037a0e2a632518182a1706e1d76e7f1b06fe72');
  });

  it('is the same whatever the order of keys, with undefined fields and absent ones, for graph and snapshot', () => {
    fc.assert(
      fc.property(filledNodes, (nodes) => {
        const graph = new TaskGraph(nodes);
        const hash = hashTaskGraph(graph);
        expect(hash).toMatch(/^[0-9a-f]{64}$/);
        expect(hashTaskGraph({ nodes: reversed(nodes) as TaskNode[] })).toBe(hash);
        const sent = JSON.parse(JSON.stringify(snapshotTaskGraph(graph))) as { nodes: TaskNode[] };
        expect(hashTaskGraph(new TaskGraph(sent.nodes))).toBe(hash);
      }),
    );
  });

  it('is another one when any leaf is changed', () => {
    fc.assert(
      fc.property(filledNodes, fc.nat(), (nodes, seed) => {
        const paths = leaves(nodes);
        fc.pre(paths.length > 0);
        const changed = changeLeaf(nodes, paths[seed % paths.length]!) as TaskNode[];
        expect(hashTaskGraph({ nodes: changed })).not.toBe(hashTaskGraph({ nodes }));
      }),
    );
  });

  it('is another one for another order of tasks or dependencies', () => {
    const [a, b] = [taskNode('a'), taskNode('b')];
    expect(hashOf(a, b)).not.toBe(hashOf(b, a));
    expect(hashOf(a, b, taskNode('c', ['a', 'b']))).not.toBe(hashOf(a, b, taskNode('c', ['b', 'a'])));
  });

  it('counts keys that reach prototypes', () => {
    const withInputs = (text: string) => hashOf(taskNode('a', [], { inputs: JSON.parse(text) as TaskNode['inputs'] }));
    const hashes = ['{}', '{"__proto__":1}', '{"__proto__":2}', '{"__proto__":{}}', '{"constructor":1}', '{"prototype":1}'].map(withInputs);
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(hashOf(taskNode('__proto__'))).not.toBe(hashOf(taskNode('constructor')));
  });

  it('takes every text that a model may write', () => {
    const hostile = ['', '10', '\u0000', '\u202e', '\ud800', '\udfff', 'x'.repeat(100_000), '"},{"id":"'];
    expect(new Set(hostile.map((id) => hashOf(taskNode(id)))).size).toBe(hostile.length);
    // Text that looks like the seam between two nodes is no seam.
    expect(hashOf(taskNode('a","b'))).not.toBe(hashOf(taskNode('a'), taskNode('b')));
  });
});
