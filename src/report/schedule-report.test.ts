import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SimulatedTask, simulatedRun } from './fixtures/simulated-run.js';
import { type ScheduledTask, scheduleReport } from './schedule-report.js';

const START = Date.parse('2026-03-04T00:00:00Z');
const task = (id: string, dependencies: string[], start: number | null, end: number | null, escalation: number | null = null): ScheduledTask => {
  const at = (offset: number | null) => (offset === null ? null : new Date(START + offset).toISOString());
  const escalatedAt = at(escalation);
  return { node: { id, dependencies }, startedAt: at(start), ...(escalatedAt === null ? {} : { escalatedAt }), finishedAt: at(end) };
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

/** A task as it is seen at some instant. */
const asSeenAt = ({ node, start, escalation, finish }: SimulatedTask, instant: number): ScheduledTask => {
  const seen = (time: number | null) => (time === null || time > instant ? null : time);
  return task(node.id, [...node.dependencies], seen(start), seen(finish), seen(escalation));
};

/** Tasks that some ran, some didn't, at any times whatever: what began may have begun before what it depends on had ended, or had begun. */
const anyTimes = (maximumSize: number) =>
  fc
    .array(
      fc.record({
        needs: fc.array(fc.nat(), { maxLength: 5 }),
        start: fc.option(fc.nat({ max: 60 }), { freq: 2 }),
        duration: fc.constantFrom(0, 0, 1, 2, 5, 40),
      }),
      { minLength: 1, maxLength: maximumSize, size: 'max' },
    )
    .map((rows) =>
      rows.map(({ needs, start, duration }, index) => {
        const names = [...new Set(needs.map((need) => need % Math.max(1, index)))].filter((need) => need < index).map((need) => `t${need}`);
        return task(`t${index}`, names, start, start === null ? null : start + duration);
      }),
    );

/** For each task that ran, those that it may follow in a chain, found the plain way. */
function mayFollow(tasks: readonly ScheduledTask[]): ReadonlyMap<string, readonly ScheduledTask[]> {
  const byId = new Map(tasks.map((one) => [one.node.id, one]));
  const behind = new Map<string, ReadonlySet<ScheduledTask>>();
  for (const { node } of tasks) {
    const found = node.dependencies.flatMap((id) => (byId.get(id)!.startedAt === null ? [...behind.get(id)!] : [byId.get(id)!]));
    behind.set(node.id, new Set(found));
  }
  return new Map(
    tasks.flatMap(({ node, startedAt }) =>
      startedAt === null ? [] : [[node.id, [...behind.get(node.id)!].filter(({ finishedAt }) => finishedAt! <= startedAt)] as const],
    ),
  );
}

/** Asserts that the critical path is a chain, and that none is longer. Tasks stand after those that they depend on. */
function expectLongestChain(tasks: readonly ScheduledTask[], slots: number): readonly string[] {
  const { criticalPath, criticalPathMilliseconds } = scheduleReport({ tasks, slots });
  const following = mayFollow(tasks);
  for (const [index, id] of criticalPath.slice(1).entries()) expect(following.get(id)!.map(({ node }) => node.id)).toContain(criticalPath[index]);
  const lengths = new Map<string, number>();
  const length = (one: ScheduledTask) => durationOf(one) + Math.max(0, ...following.get(one.node.id)!.map(({ node }) => lengths.get(node.id) ?? 0));
  for (const one of tasks) if (one.startedAt !== null) lengths.set(one.node.id, length(one));
  expect(criticalPathMilliseconds).toBe(Math.max(0, ...lengths.values()));
  const durations = new Map(tasks.map((one) => [one.node.id, one.startedAt === null ? 0 : durationOf(one)]));
  expect(criticalPath.reduce((sum, id) => sum + durations.get(id)!, 0)).toBe(criticalPathMilliseconds);
  return criticalPath;
}

/** From the first start to the last end. */
function makespanOf(tasks: readonly SimulatedTask[]): number {
  const ran = tasks.flatMap(({ start, finish }) => (start === null || finish === null ? [] : [{ start, finish }]));
  return ran.length === 0 ? 0 : Math.max(...ran.map(({ finish }) => finish)) - Math.min(...ran.map(({ start }) => start));
}

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

  it('gives a lower bound that no run of a graph is under, whatever its rules, failures, retries and waits for people, at any instant', () => {
    let waits = 0;
    let indirect = 0;
    fc.assert(
      fc.property(simulatedRun, fc.double({ min: 0, max: 1, noNaN: true }), ({ slots, tasks, undisturbed }, share) => {
        const end = Math.max(0, ...tasks.map(({ finish }) => finish ?? 0));
        const instants = [end, Math.floor(end * share)];
        const seen = instants.map((instant) => ({ tasks: tasks.map((one) => asSeenAt(one, instant)), slots, now: START + instant }));
        for (const options of seen) {
          const { makespanMilliseconds, lowerBoundMilliseconds, ratio, grahamBoundMilliseconds } = scheduleReport(options);
          expect(lowerBoundMilliseconds).toBeLessThanOrEqual(makespanMilliseconds);
          if (ratio !== null) expect(ratio).toBeGreaterThanOrEqual(1);
          if (undisturbed) expect(makespanMilliseconds).toBeLessThanOrEqual(grahamBoundMilliseconds);
        }
        expect(scheduleReport(seen[0]!).makespanMilliseconds).toBe(makespanOf(tasks));

        const path = expectLongestChain(seen[0]!.tasks, slots);
        const dependencies = new Map(tasks.map(({ node }) => [node.id, node.dependencies]));
        if (path.slice(1).some((id, index) => !dependencies.get(id)!.includes(path[index]!))) indirect += 1;
        if (tasks.some(({ escalation }) => escalation !== null)) waits += 1;
      }),
      { numRuns: 1_000 },
    );
    expect(waits).toBeGreaterThan(300);
    expect(indirect).toBeGreaterThan(60);
  });

  it('finds the longest chain through tasks that never started, at any times', () => {
    fc.assert(
      fc.property(anyTimes(160), fc.integer({ min: 1, max: 5 }), (tasks, slots) => {
        expectLongestChain(tasks, slots);
      }),
      { numRuns: 300 },
    );
  });

  it('links nothing that nobody waited for through a task that never started', () => {
    // `join` could not start once `quick` had failed, which let `tidy` start while `slow` went on.
    const tasks = [
      task('slow', [], 0, 100_000),
      task('quick', [], 0, 1_000),
      task('join', ['slow', 'quick'], null, null),
      task('tidy', ['join'], 1_000, 101_000),
    ];
    expect(scheduleReport({ tasks, slots: 2 })).toMatchObject({
      makespanMilliseconds: 101_000,
      lowerBoundMilliseconds: 101_000,
      ratio: 1,
      criticalPath: ['quick', 'tidy'],
    });
    expect(scheduleReport({ tasks: [...tasks.slice(0, 3), task('tidy', ['join'], 100_000, 101_000)], slots: 2 })).toMatchObject({
      criticalPath: ['slow', 'tidy'],
      ratio: 1,
    });
  });

  it('follows 1,000 tasks that never started, in dense layers, to what had finished when each task behind them began', () => {
    const layer = (name: string, from: number) => Array.from({ length: from }, (_, index) => `${name}${index}`);
    const [sources, ends] = [layer('source ', 500), layer('end ', 500)];
    const layers = Array.from({ length: 4 }, (_, number) => layer(`join ${number}/`, 250));
    const tasks = [
      ...sources.map((id, index) => task(id, [], index, index + 1)),
      ...layers.flatMap((ids, number) => ids.map((id) => task(id, number === 0 ? sources : layers[number - 1]!, null, null))),
      // Each begins when another of the sources ends.
      ...ends.map((id, index) => task(id, layers.at(-1)!, index + 1, index + 1_001)),
    ];
    const { criticalPath, criticalPathMilliseconds } = scheduleReport({ tasks, slots: 500 });
    expect([criticalPath.length, criticalPathMilliseconds]).toEqual([2, 1_001]);
    const chained = tasks.map((one, index) =>
      index > 0 && index < 500 ? { ...one, node: { ...one.node, dependencies: [sources[index - 1]!] } } : one,
    );
    expect(scheduleReport({ tasks: chained, slots: 500 }).criticalPath).toEqual([...sources, 'end 499']);
  });

  it('finds the longest of many chains through a task that never started, whichever it is', () => {
    for (let longest = 0; longest < 70; longest += 1) {
      const sources = Array.from({ length: 70 }, (_, index) => task(`t${index}`, [], index === longest ? -1_000 : index, index + 1));
      const join = task(
        'join',
        sources.map(({ node }) => node.id),
        null,
        null,
      );
      // While the others go on, and after all of them.
      for (const start of [longest + 1, 100]) {
        const tasks = [...sources, join, task('end', ['join'], start, start + 1)];
        expect(scheduleReport({ tasks, slots: 100 }).criticalPath).toEqual([`t${longest}`, 'end']);
      }
    }
  });

  it('knows the chain of what took no time when others began in the same millisecond', () => {
    const sources = Array.from({ length: 31 }, (_, index) => task(`t${index}`, [], 0, index + 1));
    const tasks = [
      ...sources,
      task('beside', [], 100, 100),
      task('long', [], 0, 50),
      task('instant', ['long'], 100, 100),
      task('join', [...sources.map(({ node }) => node.id), 'instant'], null, null),
      task('end', ['join'], 100, 101),
    ];
    expect(scheduleReport({ tasks, slots: 100 }).criticalPath).toEqual(['long', 'instant', 'end']);
  });

  it('takes what fills a slot for work until a person is asked', () => {
    const tasks = [task('a', [], 0, 600_000, 10_000), task('b', [], 10_000, 590_000)];
    expect(scheduleReport({ tasks, slots: 1 })).toMatchObject({
      workMilliseconds: 590_000,
      lowerBoundMilliseconds: 600_000,
      ratio: 1,
      grahamBoundMilliseconds: 1_180_000,
    });
  });

  it('counts a wait for a person in the chain, but not as work', () => {
    const tasks = [task('waits', [], 0, 1000, 100), task('works', [], 0, 400)];
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
