import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { taskNode } from '../graph/fixtures/arbitrary-graph.js';
import { hashTaskGraph } from '../graph/hash-task-graph.js';
import { TaskGraph } from '../graph/task-graph.js';
import { snapshotTaskGraph } from '../graph/task-graph-snapshot.js';
import { arbitraryTasks } from './fixtures/arbitrary-task.js';
import { writeYaml } from './fixtures/write-yaml.js';
import { parseTaskGraph } from './parse-task-graph.js';
import { taskGraphSnapshotSchema } from './task-graph-snapshot-schema.js';

const task = (id: string, dependencies: readonly string[] = [], rest: object = {}) => ({
  id,
  type: 'code',
  description: 'Do it.',
  dependencies,
  estimatedTokens: 1,
  ...rest,
});
const findings = (snapshot: unknown) => {
  const result = parseTaskGraph(snapshot);
  return result.ok ? [] : result.findings.map(({ code, path, expected, got, line }) => `${line ?? '-'} ${code} ${path}: ${expected} | ${got}`);
};

describe('parseTaskGraph', () => {
  it('reads back every graph of tasks, as a value, as JSON and as YAML', () => {
    fc.assert(
      fc.property(arbitraryTasks, (nodes) => {
        const graph = new TaskGraph(nodes);
        const snapshot = snapshotTaskGraph(graph);
        for (const form of [snapshot, JSON.parse(JSON.stringify(snapshot)), JSON.stringify(snapshot), writeYaml(snapshot)]) {
          const result = parseTaskGraph(form);
          expect(result.ok ? result.graph.nodes : result.findings).toEqual(nodes);
          expect(result.ok && hashTaskGraph(result.graph)).toBe(hashTaskGraph(graph));
        }
        expect(taskGraphSnapshotSchema.parse(snapshot)).toEqual(snapshot);
      }),
      // Drawn once in thousands of runs.
      { numRuns: 60, examples: [[[taskNode('a', [], { inputs: { nested: { '<<': null } } })]]] },
    );
  });

  it('takes snake_case in texts, fills in defaults, and takes a graph without tasks', () => {
    const result = parseTaskGraph('format_version: 1\nnodes: [{ id: a, type: code, description: D., estimated_tokens: 3 }]\n');
    expect(result).toMatchObject({ ok: true, graph: { nodes: [{ id: 'a', estimatedTokens: 3, writes: [], inputs: {} }] } });
    expect(findings({ formatVersion: 1, nodes: [] })).toEqual([]);
  });

  it('takes graphs that can not be carried out: they are for the compiler to judge', () => {
    const result = parseTaskGraph({
      formatVersion: 1,
      nodes: [task('a', ['b'], { writes: ['p'] }), task('b', ['a']), task('c', [], { writes: ['p'] })],
    });
    expect(result.ok && result.graph.findCycles()).toEqual([['a', 'b', 'a']]);
  });

  it('names everything that is wrong at once, with lines in a text', () => {
    const nodes = [task('a', ['nope']), task('a'), { ...task('c'), typ: 1, when: { all: 1 } }];
    const expected = [
      'spec.out-of-range formatVersion: 1 | 2',
      'spec.wrong-type nodes[2].when.all: a list | 1',
      'spec.unknown-key nodes[2].typ: a known key | "typ"',
      'spec.duplicate nodes[1].id: an id of its own | "a", the id of task 0 too',
      'spec.unknown-dependency nodes[0].dependencies[0]: the id of a task | "nope"',
    ];
    expect(findings({ formatVersion: 2, nodes })).toEqual(expected.map((finding) => `- ${finding}`));
    expect(
      findings(JSON.stringify({ formatVersion: 2, nodes }, null, 2).replace('"nope"', '"nope", "nope"')).map((finding) => finding.split(':')[0]),
    ).toEqual([
      '2 spec.out-of-range formatVersion',
      '9 spec.unknown-dependency nodes[0].dependencies[0]',
      '9 spec.unknown-dependency nodes[0].dependencies[1]',
      '14 spec.duplicate nodes[1].id',
      '26 spec.unknown-key nodes[2].typ',
      '28 spec.wrong-type nodes[2].when.all',
    ]);
    const issues = taskGraphSnapshotSchema.safeParse({ formatVersion: 1, nodes: [task('a', ['nope'])] }).error?.issues;
    expect(issues).toMatchObject([{ path: ['nodes', 0, 'dependencies', 0], message: 'expected the id of a task, got "nope"' }]);
  });

  it.each([
    ['nothing', undefined, ['spec.wrong-type']],
    ['a list', [task('a')], ['spec.wrong-type']],
    ['a text that is none', '{', ['spec.not-yaml']],
    ['11 MB', 'a'.repeat(11_000_000), ['spec.too-large']],
    ['too many tasks', { formatVersion: 1, nodes: Array.from({ length: 2_001 }, (_, index) => task(`t${index}`)) }, ['spec.out-of-range']],
    [
      'ids that reach prototypes',
      { formatVersion: 1, nodes: [task('__proto__'), task('b', ['constructor'])] },
      ['spec.unsafe-id', 'spec.unsafe-id', 'spec.unknown-dependency'],
    ],
    ['such keys', JSON.parse(`{"__proto__":{"nodes":[]},"formatVersion":1,"nodes":[]}`), ['spec.unknown-key']],
    ['brackets', '['.repeat(500_000), ['spec.too-deep']],
  ])('answers %s with findings', (_, snapshot, codes) => {
    const result = parseTaskGraph(snapshot);
    expect(result.ok ? [] : result.findings.map(({ code }) => code)).toEqual(codes);
    expect(({} as { nodes?: unknown }).nodes).toBeUndefined();
  });

  it('answers to anything', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.record({ formatVersion: fc.constant(1), nodes: fc.array(fc.anything()) }), fc.json()), (value) => {
        const result = parseTaskGraph(value);
        if (!result.ok) expect(result.findings.length).toBeGreaterThan(0);
      }),
    );
  });
});
