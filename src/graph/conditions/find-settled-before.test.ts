import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { taskNode } from '../fixtures/arbitrary-graph.js';
import { conditionalGraph } from '../fixtures/conditional-graph.js';
import { handedOn } from '../fixtures/explore-runs.js';
import { GraphRun } from '../run/graph-run.js';
import { indexGraph } from '../structure/graph-index.js';
import { sortGraph } from '../structure/sort-graph.js';
import { TaskGraph } from '../task-graph.js';
import type { TaskNode } from '../task-node.js';
import { TriggerRule } from '../trigger-rule.js';
import { findSettledBefore } from './find-settled-before.js';

/** Which tasks, by their positions, are surely settled before which, as `source before position`. */
function findClaims(nodes: readonly TaskNode[]): readonly string[] {
  const index = indexGraph(nodes);
  const pairs = nodes.flatMap((_, source) => nodes.map((__, position) => ({ source, position })));
  const sources = nodes.map((_, source) => [source]);
  const queries = pairs.map(({ source, position }) => ({ sources: sources[source]!, position }));
  const answers = findSettledBefore(nodes, index, sortGraph(index).order, queries);
  return pairs.filter((_, number) => answers[number]).map(({ source, position }) => `${source} before ${position}`);
}

/** Where in a real run a task was ready while another one was not settled; null where there are too many states on the way. */
function findOverlaps(nodes: readonly TaskNode[], limit: number): { readonly overlaps: ReadonlySet<string> } | null {
  const graph = new TaskGraph(nodes);
  const open = [new GraphRun(graph).toSnapshot()];
  const seen = new Set<string>();
  const overlaps = new Set<string>();
  for (let snapshot = open.pop(); snapshot !== undefined; snapshot = open.pop()) {
    const key = JSON.stringify(snapshot);
    if (seen.has(key)) continue;
    seen.add(key);
    if (seen.size > limit) return null;
    const { states } = snapshot;
    for (const [position, node] of nodes.entries()) {
      const after = (change: (run: GraphRun) => void) => {
        const run = new GraphRun(graph, { snapshot });
        change(run);
        open.push(run.toSnapshot());
      };
      if (states[position] === 'ready') {
        for (const [source, state] of states.entries()) {
          if (source !== position && (state === 'pending' || state === 'ready' || state === 'running')) overlaps.add(`${source} before ${position}`);
        }
        after((run) => run.started(node.id));
      }
      if (states[position] !== 'running') continue;
      for (const outputs of handedOn(node)) after((run) => run.succeeded(node.id, outputs));
      after((run) => run.failed(node.id));
    }
  }
  return { overlaps };
}

describe('findSettledBefore', () => {
  it('claims only what holds in every real run', () => {
    let claimed = 0;
    fc.assert(
      fc.property(conditionalGraph(5), fc.boolean(), (given, isPlain) => {
        const nodes = isPlain ? given.map(({ when: _, outputs: __, ...node }) => node) : given;
        const runs = findOverlaps(nodes, 3_000);
        fc.pre(runs !== null);
        const { overlaps } = runs;
        const claims = findClaims(nodes);
        expect(claims.filter((claim) => overlaps.has(claim))).toEqual([]);
        claimed += claims.length;
      }),
      { numRuns: 500 },
    );
    expect(claimed).toBeGreaterThan(500);
  });

  const rule = (triggerRule: TriggerRule) => ({ triggerRule });
  it.each<[string, readonly TaskNode[], readonly string[]]>([
    ['starts at once', [taskNode('a'), taskNode('b', ['a'], rule('always'))], []],
    ['starts with the first success', [taskNode('a'), taskNode('b'), taskNode('c', ['a', 'b'], rule('one-success'))], []],
    ['starts with the first failure', [taskNode('a'), taskNode('b'), taskNode('c', ['a', 'b'], rule('one-failed'))], []],
    [
      'is behind a join that fails early',
      [taskNode('a'), taskNode('b'), taskNode('join', ['a', 'b']), taskNode('c', ['join'], rule('all-done'))],
      ['0 before 2', '1 before 2', '2 before 3'],
    ],
    [
      'handles what failed and what it takes along',
      [taskNode('a'), taskNode('b', ['a']), taskNode('c', ['a', 'b'], rule('one-failed'))],
      ['0 before 1', '0 before 2', '1 before 2'],
    ],
    [
      'goes on from what was tried or from its handler',
      [taskNode('a'), taskNode('b', ['a'], rule('one-failed')), taskNode('c', ['a', 'b'], rule('one-success'))],
      ['0 before 1', '0 before 2', '1 before 2'],
    ],
  ])('knows what is over when a task %s', (_, nodes, over) => {
    expect(findClaims(nodes)).toEqual(over);
    expect(over.filter((claim) => findOverlaps(nodes, 3_000)!.overlaps.has(claim))).toEqual([]);
  });

  it('knows what must have succeeded for a condition to hold', () => {
    const compare = { task: 'a', output: 'ready', operator: 'equals', value: true } as const;
    const graph = (when: TaskNode['when']) => [
      taskNode('a', [], { outputs: [{ name: 'ready', type: 'boolean' }] }),
      taskNode('b'),
      taskNode('c', ['a', 'b'], { triggerRule: TriggerRule.ONE_SUCCESS, ...(when === undefined ? {} : { when }) }),
    ];
    const other = { ...compare, task: 'b' };
    for (const when of [{ all: [compare] }, { any: [{ all: [compare, other] }, compare] }, { not: { any: [{ not: compare }] } }]) {
      expect(findClaims(graph(when))).toEqual(['0 before 2']);
    }
    for (const when of [undefined, { not: compare }, { any: [compare, other] }, { any: [] }, { not: { all: [compare] } }])
      expect(findClaims(graph(when))).toEqual([]);
  });

  it('looks at 10,000 tasks and more than 32 sources', () => {
    const nodes = Array.from({ length: 10_000 }, (_, at) =>
      taskNode(`t${at}`, at === 0 ? [] : [`t${at - 1}`], at === 5_000 ? { triggerRule: TriggerRule.ALWAYS } : {}),
    );
    const index = indexGraph(nodes);
    const queries = Array.from({ length: 100 }, (_, at) => ({ sources: [at * 100], position: 9_999 }));
    const answers = findSettledBefore(nodes, index, sortGraph(index).order, queries);
    expect(answers).toEqual(queries.map(({ sources: [source] }) => source! >= 5_000));
  });
});
