/** A stretch of time in which the same number of runs was going on. Milliseconds. @internal */
export interface UsageStep {
  readonly from: number;
  readonly to: number;
  readonly busy: number;
}

/**
 * Counts how many runs were going on at once, as steps in the order of time; stretches without any are left out.
 *
 * A run that ends where another begins does not overlap it. O(runs log runs).
 *
 * @internal
 */
export function slotUsage(runs: readonly { readonly start: number; readonly end: number }[]): readonly UsageStep[] {
  const changes = new Map<number, number>();
  for (const { start, end } of runs) {
    changes.set(start, (changes.get(start) ?? 0) + 1);
    changes.set(end, (changes.get(end) ?? 0) - 1);
  }
  const steps: UsageStep[] = [];
  let busy = 0;
  let from = 0;
  for (const [instant, change] of [...changes].sort(([a], [b]) => a - b)) {
    if (change === 0) continue;
    if (busy > 0) steps.push({ from, to: instant, busy });
    busy += change;
    from = instant;
  }
  return steps;
}
