/** Observations below which a slope is more chance than knowledge. */
export const FEW = 8;

/** Points of which every pair is looked at: 19,900 slopes. */
const MOST_POINTS = 200;

/**
 * Fits a line that a few odd points can't turn: the median slope of all pairs of points (Theil 1950, Sen 1968), and the median of what is left
 * as its height. Never falls: more to read is never expected to cost less. With less than 8 points, or all of one size, it is level.
 *
 * O(n²) for the newest 200 points.
 *
 * @returns The value to be expected at a size: at least 1, and at least the smallest that was seen.
 */
export function fitSizeLine(points: readonly { readonly size: number; readonly value: number }[]): (size: number) => number {
  const newest = points.slice(-MOST_POINTS);
  const slopes: number[] = [];
  for (const [index, left] of newest.entries()) {
    for (let other = index + 1; other < newest.length; other += 1) {
      const right = newest[other]!;
      if (right.size !== left.size) slopes.push((right.value - left.value) / (right.size - left.size));
    }
  }
  const slope = newest.length < FEW ? 0 : Math.max(0, median(slopes) ?? 0);
  const height = median(newest.map(({ size, value }) => value - slope * size)) ?? 0;
  const least = Math.max(1, newest.length === 0 ? 1 : Math.min(...newest.map(({ value }) => value)));
  return (size) => Math.max(least, height + slope * size);
}

/** The middle value, or the mean of the two in the middle; null where there are none. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
