import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acyclicNodes, taskNode } from '../../graph/fixtures/arbitrary-graph.js';
import { TaskGraph } from '../../graph/task-graph.js';
import type { TaskNode } from '../../graph/task-node.js';
import { estimateProject } from './estimate-project.js';
import { observationWith } from './fixtures/observation-with.js';
import { seededDraws } from './seeded-draws.js';
import { TaskEstimator } from './task-estimator.js';
import type { TaskOutline } from './task-observation.js';

/** Takes as many milliseconds as it has tokens. */
const outlineOf = ({ estimatedTokens }: TaskNode): TaskOutline => ({
  template: 'python-function/1',
  persona: 'developer',
  model: 'local/small',
  plannedTokens: estimatedTokens,
  characters: 400,
  plannedMilliseconds: estimatedTokens,
});

const unknown = new TaskEstimator([]);
const random = seededDraws(3);
const known = new TaskEstimator(
  Array.from({ length: 60 }, (_, index) =>
    observationWith({
      taskId: `${index}`,
      tokens: Math.ceil(1_000 * random()),
      workingMilliseconds: Math.ceil(5_000 * random()),
      succeeded: index % 10 > 0,
    }),
  ),
);
const chain = (length: number): readonly TaskNode[] =>
  Array.from({ length }, (_, index) => taskNode(`t${index}`, index === 0 ? [] : [`t${index - 1}`], { estimatedTokens: 100 }));

describe('estimateProject', () => {
  it('adds up what the plan says where nothing is known, and takes the longest path where slots are free', () => {
    fc.assert(
      fc.property(acyclicNodes, (nodes) => {
        const sum = nodes.reduce((total, { estimatedTokens }) => total + estimatedTokens, 0);
        const graph = new TaskGraph(nodes);
        const length = (id: string) => graph.node(id).estimatedTokens;
        const longest = graph.criticalPath(({ estimatedTokens }) => estimatedTokens).reduce((total, id) => total + length(id), 0);
        const wide = estimateProject(nodes, unknown, { outlineOf, slots: Math.max(1, nodes.length) });
        expect(wide.tokens).toEqual({ p50: sum, p90: sum });
        expect(wide.milliseconds).toEqual({ p50: longest, p90: longest });
        expect(estimateProject(nodes, unknown, { outlineOf, slots: 1 }).milliseconds).toEqual({ p50: sum, p90: sum });
      }),
      { numRuns: 30 },
    );
  });

  it('gives the same for the same seed, and the same tokens for any slots', () => {
    const nodes = chain(10);
    const estimate = (slots: number, seed: number) => estimateProject(nodes, known, { outlineOf, slots, seed });
    expect(estimate(2, 5)).toEqual(estimate(2, 5));
    expect(estimate(2, 5).tokens).toEqual(estimate(7, 5).tokens);
    expect(estimate(2, 5).tokens).not.toEqual(estimate(2, 6).tokens);
  });

  it('knows that chance evens out over many tasks: nine of ten is less than all the nines together', () => {
    const nodes = chain(40);
    const { tokens, tasks } = estimateProject(nodes, known, { outlineOf, slots: 10 });
    expect(tokens.p90).toBeLessThan(0.8 * tasks.reduce((sum, task) => sum + task.tokens.p90, 0));
    expect(tokens.p90).toBeGreaterThan(tokens.p50);
    expect(tokens.p50).toBeGreaterThan(40 * 400);
    expect(tokens.p50).toBeLessThan(40 * 600);
  });

  it('is less sure of many tasks of which little is known: what it does not know is the same for all of them', () => {
    const halfAndHalf = (count: number) =>
      new TaskEstimator(Array.from({ length: count }, (_, index) => observationWith({ taskId: `${index}`, tokens: index % 2 === 0 ? 100 : 1_000 })));
    const spread = (count: number) => {
      const { p50, p90 } = estimateProject(chain(200), halfAndHalf(count), { outlineOf, slots: 10 }).tokens;
      return p90 / p50;
    };
    expect(spread(10)).toBeGreaterThan(1.2);
    expect(spread(300)).toBeLessThan(1.12);
  });

  it('takes the plan for possible as long as little is known', () => {
    const seen = (count: number) =>
      new TaskEstimator(Array.from({ length: count }, (_, index) => observationWith({ taskId: `${index}`, tokens: 10 })));
    const p90 = (count: number) => estimateProject(chain(1), seen(count), { outlineOf, slots: 1 }).tokens.p90;
    expect([p90(1), p90(9)]).toEqual([100, 10]);
  });

  it('agrees with its rows: half of all cases by what was seen alone, nine of ten by the plan too', () => {
    const nodes = Array.from({ length: 6 }, (_, index) => taskNode(`t${index}`, [], { estimatedTokens: 2_400 }));
    const once = new TaskEstimator([observationWith({ taskId: '0', tokens: 122, workingMilliseconds: 27_500 })]);
    const { tokens, milliseconds, tasks } = estimateProject(nodes, once, { outlineOf, slots: 1 });
    for (const task of tasks)
      expect([task.tokens, task.milliseconds]).toEqual([
        { p50: 122, p90: 2_400 },
        { p50: 27_500, p90: 27_500 },
      ]);
    expect(tokens.p50).toBe(6 * 122);
    expect(tokens.p90).toBeGreaterThan(3 * 2_400);
    expect(milliseconds).toEqual({ p50: 6 * 27_500, p90: 6 * 27_500 });
  });

  it('comes to half of all cases of its one task, however little is known of it', () => {
    const costs = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(costs, fc.integer({ min: 1, max: 10_000 }), (seen, estimatedTokens) => {
        const estimator = new TaskEstimator(seen.map((tokens, index) => observationWith({ taskId: `${index}`, tokens })));
        const { tokens, tasks } = estimateProject([taskNode('t', [], { estimatedTokens })], estimator, { outlineOf, slots: 1 });
        expect(seen).toContain(tokens.p50);
        expect(tokens.p50).toBeLessThanOrEqual(tasks[0]!.tokens.p90);
        expect(tokens.p90).toBeGreaterThanOrEqual(tokens.p50);
        expect(tokens.p90).toBeLessThanOrEqual(Math.max(estimatedTokens, ...seen));
      }),
      { numRuns: 50 },
    );
  });

  it('counts how often everything succeeds', () => {
    const alone = estimateProject(chain(1), known, { outlineOf, slots: 1 }).succeeded;
    const many = estimateProject(chain(30), known, { outlineOf, slots: 1 }).succeeded;
    expect(alone).toBeGreaterThan(0.85);
    expect(alone).toBeLessThan(0.95);
    expect(many).toBeLessThan(0.2);
  });

  it('carries out what a condition might skip', () => {
    const nodes = [
      taskNode('a', [], { estimatedTokens: 100, outputs: [{ name: 'x', type: 'number' }] }),
      taskNode('b', ['a'], { estimatedTokens: 100, when: { task: 'a', output: 'x', operator: 'equals', value: 1 }, triggerRule: 'one-failed' }),
    ];
    expect(estimateProject(nodes, unknown, { outlineOf, slots: 2 }).milliseconds.p50).toBe(200);
  });

  it('takes a project of 5,000 tasks, and one of none', () => {
    const nodes = Array.from({ length: 5_000 }, (_, index) => taskNode(`t${index}`, index < 50 ? [] : [`t${index - 50}`]));
    expect(estimateProject(nodes, known, { outlineOf, slots: 10 }).tasks).toHaveLength(5_000);
    expect(estimateProject([], known, { outlineOf, slots: 10 })).toMatchObject({ tokens: { p50: 0, p90: 0 }, succeeded: 1, tasks: [] });
  });
});
