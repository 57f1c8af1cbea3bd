import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ListScheduler } from './list-schedule.js';
import { makespanBounds } from './makespan-bounds.js';
import { firstComeFirstServed, levelByLevel, waveByWave } from './rival-schedules.js';
import { makespanOf, type Schedule } from './schedule.js';
import { SeededRandom } from './seeded-random.js';
import { simulateRun, type TimedTask } from './simulate-run.js';
import { FAMILIES, type Family, generateTaskGraph } from './task-graph-families.js';
import { timedGraph } from './timed-graph.js';

const family = fc.constantFrom(...(Object.keys(FAMILIES) as Family[]));
/** Whole durations make many tasks end at the same moment; the others make none. */
const timedTasks = fc
  .record({ family, size: fc.integer({ min: 1, max: 60 }), seed: fc.nat({ max: 10_000 }), whole: fc.boolean() })
  .map(({ family, size, seed, whole }): readonly TimedTask[] => {
    const random = new SeededRandom('test', seed);
    return generateTaskGraph(family, size, seed).map((node) => {
      const duration = whole ? random.integer(1, 3) : random.uniform(1, 3);
      return { ...node, duration, estimate: duration * random.uniform(0.8, 1.2) };
    });
  });
const slots = fc.integer({ min: 1, max: 12 });
const positionsOf = (tasks: readonly TimedTask[]) => new Map(tasks.map(({ id }, position) => [id, position]));

const SCHEDULERS: readonly (readonly [string, (tasks: readonly TimedTask[], slots: number) => Schedule, 'greedy' | 'with barriers'])[] = [
  ['simulateRun', simulateRun, 'greedy'],
  ['firstComeFirstServed', firstComeFirstServed, 'greedy'],
  ['levelByLevel', levelByLevel, 'with barriers'],
  ['waveByWave', waveByWave, 'with barriers'],
];

describe.each(SCHEDULERS)('%s', (_, schedule, kind) => {
  it('carries out every task for as long as it takes, after all it needs, and never more at once than there are slots', () => {
    fc.assert(
      fc.property(timedTasks, slots, (tasks, count) => {
        const { starts, ends } = schedule(tasks, count);
        const positions = positionsOf(tasks);
        for (const [position, { dependencies, duration }] of tasks.entries()) {
          expect(ends[position]).toBe(starts[position]! + duration);
          for (const id of dependencies) expect(starts[position]).toBeGreaterThanOrEqual(ends[positions.get(id)!]!);
        }
        for (const now of starts) expect(tasks.filter((_, at) => starts[at]! <= now && ends[at]! > now).length).toBeLessThanOrEqual(count);
      }),
    );
  });

  it('takes no less than any bound, and no more than Graham says of schedules that leave no slot idle', () => {
    fc.assert(
      fc.property(timedTasks, slots, (tasks, count) => {
        const makespan = makespanOf(schedule(tasks, count));
        const { plain, ramped, graham } = makespanBounds(tasks, count);
        expect(ramped).toBeGreaterThanOrEqual(plain);
        expect(makespan).toBeGreaterThan(ramped - 1e-9);
        if (kind === 'greedy') expect(makespan).toBeLessThan(graham + 1e-9);
      }),
    );
  });
});

describe('the rivals', () => {
  const task = (id: string, duration: number, dependencies: readonly string[] = []) => ({ id, duration, estimate: duration, dependencies });
  const tasks = [task('a', 1), task('b', 3), task('c', 1), task('d', 1, ['a'])];

  it('wait where they have barriers, and nowhere else', () => {
    expect(firstComeFirstServed(tasks, 2).starts).toEqual([0, 0, 1, 2]);
    expect(levelByLevel(tasks, 2).starts).toEqual([0, 0, 1, 3]);
    expect(waveByWave(tasks, 2).starts).toEqual([0, 0, 3, 3]);
  });

  it('take them in the order in which they became ready', () => {
    const late = [task('a', 2), task('b', 1), task('after a', 1, ['a']), task('after b', 1, ['b']), task('free', 5)];
    expect(firstComeFirstServed(late, 2).starts).toEqual([0, 0, 3, 2, 1]);
  });
});

describe('ListScheduler', () => {
  it('is the plain way to schedule a list, only faster', () => {
    fc.assert(
      fc.property(timedTasks, slots, fc.nat(), (tasks, count, seed) => {
        const random = new SeededRandom('priorities', seed);
        // Few different ones, so that ties are settled too.
        const priorities = Float64Array.from(tasks, () => random.integer(0, 9));
        const durations = tasks.map(({ duration }) => duration);
        expect(new ListScheduler(timedGraph(tasks, durations), count).makespan(priorities)).toBe(plainMakespan(tasks, count, priorities));
      }),
    );
  });

  it('schedules as a run does when it is given its priorities', () => {
    fc.assert(
      fc.property(timedTasks, slots, (tasks, count) => {
        const remaining = tasks.map(({ estimate }) => estimate);
        const positions = positionsOf(tasks);
        for (const [position, { dependencies }] of [...tasks.entries()].reverse()) {
          for (const id of dependencies) {
            const dependency = positions.get(id)!;
            remaining[dependency] = Math.max(remaining[dependency]!, tasks[dependency]!.estimate + remaining[position]!);
          }
        }
        const graph = timedGraph(
          tasks,
          tasks.map(({ duration }) => duration),
        );
        expect(new ListScheduler(graph, count).makespan(Float64Array.from(remaining))).toBe(makespanOf(simulateRun(tasks, count)));
      }),
    );
  });
});

/** Looks at everything at every moment at which something ends. */
function plainMakespan(tasks: readonly TimedTask[], slots: number, priorities: Float64Array): number {
  const ends = new Map<string, number>();
  let waiting = [...tasks.entries()];
  let now = 0;
  for (;;) {
    const isDone = (id: string) => ends.has(id) && ends.get(id)! <= now;
    const ready = waiting.filter(([, { dependencies }]) => dependencies.every(isDone));
    ready.sort(([a], [b]) => priorities[b]! - priorities[a]! || a - b);
    const free = slots - [...ends.values()].filter((end) => end > now).length;
    const starting = ready.slice(0, free);
    for (const [, { id, duration }] of starting) ends.set(id, now + duration);
    waiting = waiting.filter((entry) => !starting.includes(entry));
    const later = [...ends.values()].filter((end) => end > now);
    if (later.length === 0) return now;
    now = Math.min(...later);
  }
}
