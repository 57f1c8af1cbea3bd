/** How fast the level moves. Of 0.01 and 0.02, measured on the journals of the benchmark, the faster one keeps coverage where the kind of work changes. */
const STEP = 0.02;

/** Observations before the first that is predicted. */
const FIRST = 9;

const HIGHEST = 0.99;
const LOWEST = 0.5;

/**
 * The level at which quantiles must be taken so that so many of the next values lie below: replays the values, raises the level with each one
 * above its quantile and lowers it with each one below (adaptive conformal inference, Gibbs and Candès 2021). Where values come from one source it stays near
 * the level that is wanted; where they drift it follows.
 *
 * O(n²) moves of numbers for n values.
 *
 * @param values - In the order in which they came.
 * @param wanted - Share that is to lie below.
 * @returns From 0.5 to 0.99.
 */
export function adaptLevel(values: readonly number[], wanted: number): number {
  const sorted: number[] = [];
  let level = wanted;
  for (const [index, value] of values.entries()) {
    if (index >= FIRST) {
      const rank = Math.ceil(level * (index + 1) - 1e-9);
      const isBelow = rank > index || value <= sorted[rank - 1]!;
      level = Math.min(HIGHEST, Math.max(LOWEST, level + STEP * (wanted - (isBelow ? 1 : 0))));
    }
    sorted.splice(placeOf(sorted, value), 0, value);
  }
  return level;
}

/** How many of the sorted values are less. */
function placeOf(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
