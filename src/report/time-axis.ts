import { formatDuration } from './format-quantity.js';

/** @internal */
export interface AxisTick {
  /** Milliseconds from the start of the axis. */
  readonly offset: number;
  readonly label: string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500]
  .concat([1, 2, 5, 10, 15, 30].map((value) => value * SECOND))
  .concat([1, 2, 5, 10, 15, 30].map((value) => value * MINUTE))
  .concat([1, 2, 3, 6, 12].map((value) => value * HOUR))
  .concat([1, 2, 7, 14, 28, 91, 182].map((value) => value * DAY))
  .concat([1, 10, 100, 1000, 10_000, 100_000].flatMap((years) => [1, 2, 5].map((value) => value * years * 365 * DAY)));

/**
 * Divides a span of time at round numbers, from 0.
 *
 * @param span - Milliseconds.
 * @param most - Steps wanted at most.
 *
 * @internal
 */
export function timeAxisTicks(span: number, most = 6): readonly AxisTick[] {
  const step = steps.find((candidate) => span / candidate <= most) ?? steps.at(-1)!;
  const ticks: AxisTick[] = [];
  for (let index = 0; index * step <= span && index <= most; index += 1) ticks.push({ offset: index * step, label: labelOf(index * step) });
  return ticks;
}

function labelOf(offset: number): string {
  if (offset === 0) return '0';
  if (offset < SECOND) return `${offset} ms`;
  if (offset < MINUTE) return `${offset / SECOND} s`;
  if (offset % MINUTE === 0 && offset < HOUR) return `${offset / MINUTE} min`;
  return formatDuration(offset);
}
