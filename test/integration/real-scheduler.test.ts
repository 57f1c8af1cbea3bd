import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makespanBounds } from '../../bench/makespan-bounds.js';
import { type RealRun, RealScheduler } from '../../bench/real-scheduler.js';
import { SLOTS, timedTasks } from '../../bench/scheduler-cell.js';
import '../support/quiet-runtime.js';

let scheduler: RealScheduler;
beforeAll(async () => {
  scheduler = await RealScheduler.start(process.env.KAMACHIQ_TIME_SKIPPING_SERVER!);
});
afterAll(async () => scheduler?.stop());

describe('the real workflow on a server that skips time', () => {
  it.each(['layered', 'chains', 'sparse', 'random'] as const)('packs 100 tasks near the bound, never more than 10 at once: %s', async (family) => {
    const tasks = timedTasks({ durations: 'log-normal', family, size: 100 }, 1);
    const { makespan, mostAtWork }: RealRun = await scheduler.run(tasks);
    expect(mostAtWork).toBe(SLOTS);
    const { plain, graham } = makespanBounds(tasks, SLOTS);
    // The bound is of virtual time; what the server takes for itself comes on top.
    expect(makespan).toBeGreaterThanOrEqual(plain);
    expect(makespan / plain).toBeLessThanOrEqual(Math.min(1.1, graham / plain));
  });
});
