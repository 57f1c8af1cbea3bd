import type { TaskNode } from '../../graph/task-node.js';
import type { Draw, ObservedGroup } from './observed-group.js';
import { seededDraws } from './seeded-draws.js';
import { simulateMakespan, withoutConditions } from './simulate-makespan.js';
import type { Quantiles, TaskEstimate, TaskEstimator, TaskOutlook } from './task-estimator.js';
import type { TaskOutline } from './task-observation.js';

/** Simulated projects, and tasks of all of them together, at most. */
const MOST_RUNS = 1_000;
const MOST_TASK_RUNS = 200_000;

/** Runs below which nine of ten say nothing. */
const FEWEST_RUNS = 20;

/** What a project is expected to come to, without its planning and its review. @public */
export interface ProjectEstimate {
  readonly tokens: Quantiles;
  /** Millionths of a dollar. */
  readonly microDollars: Quantiles;
  /** From the first start to the last approval, not counting waits for people. */
  readonly milliseconds: Quantiles;
  /** Share of simulated projects in which every task succeeded without a person. */
  readonly succeeded: number;
  /** One for each task, in the order of the plan. */
  readonly tasks: readonly TaskEstimate[];
}

/**
 * Simulates a plan many times, each time with what became of one observed task of its kind for each task, and takes the quantiles: tokens and
 * money add up, time passes through the real order of starts under so many slots.
 *
 * In each simulated project the observations count differently (Bayesian bootstrap, Rubin 1981): what is not known of a kind is the same for all its tasks,
 * so it does not even out over them. Equal seeds give equal estimates.
 *
 * Where little is known of a kind, P90 comes of simulations in which the plan's own figures may come true as well; P50, and how many succeed, only of those
 * in which nothing happens that was not observed: as in the estimates of the tasks themselves.
 *
 * @param options - `slots`: agents at work at once, at least 1.
 * @public
 */
export function estimateProject(
  nodes: readonly TaskNode[],
  estimator: TaskEstimator,
  options: { readonly outlineOf: (node: TaskNode) => TaskOutline; readonly slots: number; readonly seed?: number },
): ProjectEstimate {
  const { outlineOf, slots, seed = 0 } = options;
  const outlines = nodes.map(outlineOf);
  const outlooks = outlines.map((task) => estimator.outlook(task));
  const runs = Math.min(MOST_RUNS, Math.max(FEWEST_RUNS, Math.floor(MOST_TASK_RUNS / Math.max(1, nodes.length))));
  const unconditional = withoutConditions(nodes);
  const simulate = (tasks: readonly TaskOutlook[]): readonly Draw[] => {
    const random = seededDraws(seed);
    return Array.from({ length: runs }, () => {
      const draws = drawOnce(tasks, random);
      return {
        tokens: draws.reduce((sum, { tokens }) => sum + tokens, 0),
        microDollars: draws.reduce((sum, { microDollars }) => sum + microDollars, 0),
        succeeded: draws.every(({ succeeded }) => succeeded),
        milliseconds: simulateMakespan(
          unconditional,
          draws.map(({ milliseconds }) => milliseconds),
          slots,
        ),
      };
    });
  };
  const seen = simulate(outlooks);
  const withUnseen = outlooks.every(({ unseen }) => unseen === null) ? seen : simulate(outlooks.map(admitUnseen));
  const quantiles = (read: (project: Draw) => number): Quantiles => {
    const p50 = quantileOf(seen.map(read), 0.5);
    // Chance must not turn them around: the two come of draws of their own.
    return { p50, p90: Math.max(p50, quantileOf(withUnseen.map(read), 0.9)) };
  };
  return {
    tokens: quantiles(({ tokens }) => tokens),
    microDollars: quantiles(({ microDollars }) => microDollars),
    milliseconds: quantiles(({ milliseconds }) => milliseconds),
    succeeded: seen.filter(({ succeeded }) => succeeded).length / runs,
    tasks: outlines.map((task) => estimator.estimate(task)),
  };
}

/** The outlook in which what was never seen counts as one observation more. */
function admitUnseen(outlook: TaskOutlook): TaskOutlook {
  const { draw, weights, unseen } = outlook;
  if (unseen === null) return outlook;
  return { ...outlook, draw: (index) => (index < weights.length ? draw(index) : unseen), weights: [...weights, 1] };
}

/** What becomes of every task in one simulated project. */
function drawOnce(outlooks: readonly TaskOutlook[], random: () => number): readonly Draw[] {
  const cumulated = new Map<ObservedGroup, Float64Array>();
  return outlooks.map(({ group, draw, weights }) => {
    if (group === null) return draw(0);
    let sums = cumulated.get(group);
    if (sums === undefined) {
      sums = reweigh(weights, random);
      cumulated.set(group, sums);
    }
    return draw(firstAbove(sums, random() * sums.at(-1)!));
  });
}

/** Each weight times a number drawn from the exponential distribution, summed up. */
function reweigh(weights: readonly number[], random: () => number): Float64Array {
  let sum = 0;
  return Float64Array.from(weights, (weight) => {
    sum -= weight * Math.log(1 - random());
    return sum;
  });
}

function firstAbove(sums: Float64Array, value: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function quantileOf(values: readonly number[], level: number): number {
  const sorted = Float64Array.from(values).sort();
  return Math.round(sorted[Math.ceil(level * sorted.length) - 1] ?? 0);
}
