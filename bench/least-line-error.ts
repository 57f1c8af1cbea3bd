/** A figure that is known beforehand, and what came. */
export interface SizedTotal {
  readonly size: number;
  /** Above 0. */
  readonly actual: number;
}

/**
 * The least mean error, as a share of what came, that any straight line from size to total could have on these very totals, chosen with hindsight:
 * a floor for figures that know nothing else. What they really achieve is above it, since they are made before.
 *
 * Least absolute deviations, each weighted by one over what came: some best line passes through two of the points (Bloomfield and Steiger 1983), so all
 * of those are tried, and the level ones. O(n³).
 */
export function leastLineError(totals: readonly SizedTotal[]): number {
  let least = Number.POSITIVE_INFINITY;
  const offer = (through: SizedTotal, slope: number) => {
    const errors = totals.map(({ size, actual }) => Math.abs(through.actual + slope * (size - through.size) - actual) / actual);
    least = Math.min(least, errors.reduce((sum, error) => sum + error, 0) / totals.length);
  };
  for (const [index, one] of totals.entries()) {
    offer(one, 0);
    for (const other of totals.slice(index + 1)) if (other.size !== one.size) offer(one, (other.actual - one.actual) / (other.size - one.size));
  }
  return least;
}
