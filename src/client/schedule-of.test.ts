import { describe, expect, it } from 'vitest';
import { scriptedTask } from '../../test/support/scripted-progress.js';
import type { TaskProgress } from '../workflow/project-types.js';
import { scheduleOf } from './schedule-of.js';

const START = Date.parse('2026-03-04T00:00:00Z');
const seconds = (count: number) => START + count * 1_000;
const task = (id: string, rest: Partial<TaskProgress>): TaskProgress => ({
  ...scriptedTask(id),
  state: 'running',
  workflowId: id,
  attempts: 1,
  ...rest,
});

describe('scheduleOf', () => {
  it('takes no wait for a person for work, neither while it lasts nor afterwards', () => {
    const waits = task('a', { state: 'waiting-for-person', startedAt: seconds(0), escalatedAt: seconds(10) });
    const works = task('b', { startedAt: seconds(10) });
    expect(scheduleOf({ tasks: [waits, works], slots: 1 }, seconds(500))).toMatchObject({
      makespanMilliseconds: 500_000,
      workMilliseconds: 500_000,
      lowerBoundMilliseconds: 500_000,
      ratio: 1,
    });
    const ended = [
      { ...waits, state: 'succeeded', finishedAt: seconds(600) } as const,
      { ...works, state: 'succeeded', finishedAt: seconds(590) } as const,
    ];
    expect(scheduleOf({ tasks: ended, slots: 1 }, seconds(10_000))).toMatchObject({
      makespanMilliseconds: 600_000,
      workMilliseconds: 590_000,
      lowerBoundMilliseconds: 600_000,
      ratio: 1,
      grahamBoundMilliseconds: 1_180_000,
    });
  });

  it('holds what was done with more slots than there are now against the most that there were', () => {
    const tasks = Array.from({ length: 4 }, (_, number) => task(`t${number}`, { startedAt: seconds(0), finishedAt: seconds(10) }));
    const control = { mostSlots: 4 };
    expect(scheduleOf({ tasks, slots: 1, control }, seconds(10))).toMatchObject({ slots: 4, lowerBoundMilliseconds: 10_000, ratio: 1 });
    expect(scheduleOf({ tasks, slots: 4, control: {} }, seconds(10))).toMatchObject({ slots: 4, ratio: 1 });
  });

  it('counts what is at work until now, and nothing where the clock here is behind', () => {
    const tasks = [task('a', { startedAt: seconds(0), finishedAt: seconds(10) }), task('b', { dependencies: ['a'], startedAt: seconds(10) })];
    expect(scheduleOf({ tasks, slots: 1 }, seconds(30))).toMatchObject({ workMilliseconds: 30_000, ratio: 1, criticalPath: ['a', 'b'] });
    expect(scheduleOf({ tasks, slots: 1 }, seconds(5))).toMatchObject({ makespanMilliseconds: 10_000, workMilliseconds: 10_000, ratio: 1 });
  });
});
