import { formatDuration, formatNumbered } from './format-quantity.js';
import type { ScheduleReport } from './project-report.js';

/**
 * A schedule's certificate in one line. Example: `makespan 12.0 s, 1.01× the lower bound 11.9 s (critical path 11.9 s, work ÷ 10 slots 4.2 s); Graham's bound 14.9 s`.
 *
 * @public
 */
export function describeSchedule(schedule: ScheduleReport): string {
  const { makespanMilliseconds, lowerBoundMilliseconds, ratio, criticalPathMilliseconds, workMilliseconds, slots, grahamBoundMilliseconds } =
    schedule;
  const times = ratio === null || !Number.isFinite(ratio) ? 'lower bound' : `${ratio.toFixed(2)}× the lower bound`;
  const share = `work ÷ ${formatNumbered(slots, 'slot')} ${formatDuration(workMilliseconds / Math.max(1, slots))}`;
  const bound = `${formatDuration(lowerBoundMilliseconds)} (critical path ${formatDuration(criticalPathMilliseconds)}, ${share})`;
  return `makespan ${formatDuration(makespanMilliseconds)}, ${times} ${bound}; Graham's bound ${formatDuration(grahamBoundMilliseconds)}`;
}
