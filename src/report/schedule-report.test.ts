import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ScheduledTask, scheduleReport } from './schedule-report.js';

const START = Date.parse('2026-03-04T00:00:00Z');
const task = (id: string, dependencies: string[], start: number | null, end: number | null, attempts: [number, number][] = []): ScheduledTask => {
  const at = (offset: number | null) => (offset === null ? null : new Date(START + offset).toISOString());
  return {
    node: { id, dependencies },
    startedAt: at(start),
    finishedAt: at(end),
    attempts: attempts.map(([from, to]) => ({ startedAt: at(from)!, finishedAt: at(to)! })),
  };
};

/** A run by a real list scheduler: no slot is idle while a task is ready. */
const executed = fc
  .record({
    slots: fc.integer({ min: 1, max: 4 }),
    tasks: fc.array(fc.record({ duration: fc.nat(1000), needs: fc.array(fc.nat(), { maxLength: 3 }) }), { minLength: 1, maxLength: 30 }),
  })
  .map(({ slots, tasks }) => {
    const needed = tasks.map(({ needs }, index) =>
      [...new Set(needs.map((number) => number % Math.max(1, index)))].filter((number) => number < index),
    );
    const starts: number[] = [];
    const ends: number[] = [];
    const isRunning = (index: number, now: number) => ends[index] !== undefined && ends[index] > now;
    for (let now = 0; tasks.some((_, index) => ends[index] === undefined); ) {
      for (const [index, { duration }] of tasks.entries()) {
        const ready = ends[index] === undefined && needed[index]!.every((number) => ends[number]! <= now);
        if (!ready || tasks.filter((_, other) => isRunning(other, now)).length === slots) continue;
        starts[index] = now;
        ends[index] = now + duration;
      }
      const later = ends.filter((end) => end > now);
      now = later.length === 0 ? now : Math.min(...later);
    }
    const run = tasks.map((_, index) =>
      task(
        `t${index}`,
        needed[index]!.map((number) => `t${number}`),
        starts[index]!,
        ends[index]!,
      ),
    );
    return { slots, tasks: run };
  });

const durationOf = ({ startedAt, finishedAt }: ScheduledTask) => Date.parse(finishedAt!) - Date.parse(startedAt!);

describe('scheduleReport', () => {
  it('gives a lower bound that no executed schedule is under, and that one agent meets', () => {
    fc.assert(
      fc.property(executed, ({ slots, tasks }) => {
        const report = scheduleReport({ tasks, slots });
        expect(report.lowerBoundMilliseconds).toBeLessThanOrEqual(report.makespanMilliseconds);
        const work = tasks.reduce((sum, one) => sum + durationOf(one), 0);
        expect(report.lowerBoundMilliseconds).toBeGreaterThanOrEqual(work / slots);
        if (slots === 1) expect(report.lowerBoundMilliseconds).toBe(work);
        expect(report.makespanMilliseconds).toBeLessThanOrEqual(report.grahamBoundMilliseconds);
        expect(report.ratio).toBe(report.lowerBoundMilliseconds === 0 ? null : report.makespanMilliseconds / report.lowerBoundMilliseconds);
      }),
    );
  });

  it('names a chain of dependencies that no other chain outlasts', () => {
    fc.assert(
      fc.property(executed, ({ tasks }) => {
        const { criticalPath, lowerBoundMilliseconds } = scheduleReport({ tasks, slots: 1_000_000 });
        const byId = new Map(tasks.map((one) => [one.node.id, one]));
        for (const [index, id] of criticalPath.slice(1).entries()) expect(byId.get(id)!.node.dependencies).toContain(criticalPath[index]);
        expect(byId.get(criticalPath[0]!)!.node.dependencies).toEqual([]);

        const longest = new Map<string, number>();
        for (const one of tasks) longest.set(one.node.id, durationOf(one) + Math.max(0, ...one.node.dependencies.map((id) => longest.get(id)!)));
        expect(criticalPath.reduce((sum, id) => sum + durationOf(byId.get(id)!), 0)).toBe(Math.max(...longest.values()));
        expect(lowerBoundMilliseconds).toBe(Math.max(...longest.values()));
      }),
    );
  });

  it('counts a wait for a person in the chain, but not as work', () => {
    const tasks = [
      task('waits', [], 0, 1000, [[0, 100]]),
      task('works', [], 0, 400, [
        [0, 200],
        [200, 400],
      ]),
    ];
    expect(scheduleReport({ tasks, slots: 1 })).toEqual({
      makespanMilliseconds: 1000,
      lowerBoundMilliseconds: 1000,
      ratio: 1,
      criticalPath: ['waits'],
      criticalPathMilliseconds: 1000,
      workMilliseconds: 500,
      slots: 1,
      grahamBoundMilliseconds: 1400,
    });
  });

  it('takes no time for tasks that never ran or never ended', () => {
    const tasks = [task('done', [], 0, 50), task('open', ['done'], 50, null), task('skipped', ['open'], null, null)];
    expect(scheduleReport({ tasks, slots: 2 })).toMatchObject({ makespanMilliseconds: 50, lowerBoundMilliseconds: 50, criticalPath: ['done'] });
  });

  it('counts what goes on until now, and takes no dependency for a link that a task did not wait for', () => {
    const tasks = [task('slow', [], 0, 100), task('quick', [], 0, 10), task('first', ['slow', 'quick'], 10, null)];
    expect(scheduleReport({ tasks, slots: 2, now: START + 60 })).toMatchObject({ criticalPath: ['slow'], lowerBoundMilliseconds: 100 });
    expect(scheduleReport({ tasks, slots: 2, now: START + 150 })).toMatchObject({ criticalPath: ['quick', 'first'], lowerBoundMilliseconds: 150 });
  });

  it('is empty for no tasks', () => {
    const nothing = {
      makespanMilliseconds: 0,
      lowerBoundMilliseconds: 0,
      criticalPathMilliseconds: 0,
      workMilliseconds: 0,
      grahamBoundMilliseconds: 0,
    };
    expect(scheduleReport({ tasks: [], slots: 10 })).toEqual({ ...nothing, ratio: null, criticalPath: [], slots: 10 });
  });

  it('leaves out cycles and unknown dependencies, and takes any id for an id', () => {
    const tasks = [task('__proto__', [], 0, 10), task('', ['__proto__', 'nobody'], 10, 30), task('x', ['y'], 0, 5), task('y', ['x'], 0, 5)];
    expect(scheduleReport({ tasks, slots: 10 })).toMatchObject({ criticalPath: ['__proto__', ''], lowerBoundMilliseconds: 30 });
  });

  it('measures a chain of 100,000 without recursion', () => {
    const tasks = Array.from({ length: 100_000 }, (_, index) => task(`t${index}`, index === 0 ? [] : [`t${index - 1}`], index, index + 1));
    expect(scheduleReport({ tasks, slots: 10 }).criticalPath.length).toBe(100_000);
  });
});
