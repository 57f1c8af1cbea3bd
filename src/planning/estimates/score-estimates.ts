import { median } from './size-line.js';
import { TaskEstimator } from './task-estimator.js';
import type { TaskObservation } from './task-observation.js';

/** How well tasks would have been estimated. @public */
export interface EstimateScore {
  /** Tasks that were predicted. */
  readonly tasks: number;
  /** Share whose tokens were at most P90; 0.9 where it is right. Null without tasks. */
  readonly coverage: number | null;
  /** Mean pinball losses in tokens (Koenker and Bassett 1978): least for the true quantile, so that a cautious P90 is not a good one. */
  readonly pinballP50: number | null;
  readonly pinballP90: number | null;
  /** Median of how far the tokens of a candidate were from those expected, as a share of them. */
  readonly candidateError: number | null;
}

/** A task that was predicted before it was seen. */
interface Prediction {
  readonly actual: TaskObservation;
  readonly p50: number;
  readonly p90: number;
  readonly candidateTokens: number | null;
}

/**
 * Replays observations in their order, each predicted from those before it and then seen (prequential, Dawid 1984).
 *
 * @param observations - The oldest first.
 * @param skip - How many of each kind are only learnt from. @defaultValue 30
 * @public
 */
export function scoreEstimates(observations: readonly TaskObservation[], skip = 30): EstimateScore {
  const seen = new Map<string, number>();
  const predictions: Prediction[] = [];
  for (const [index, observation] of observations.entries()) {
    const { template, persona, model } = observation;
    const key = JSON.stringify([template, persona, model]);
    const known = seen.get(key) ?? 0;
    seen.set(key, known + 1);
    if (known >= skip) predictions.push(predict(new TaskEstimator(observations.slice(0, index)), observation));
  }
  return scorePredictions(predictions);
}

/** Scores tasks that were held out, all predicted from the same observations. @public */
export function scoreHeldOut(learnt: readonly TaskObservation[], heldOut: readonly TaskObservation[]): EstimateScore {
  const estimator = new TaskEstimator(learnt);
  return scorePredictions(heldOut.map((observation) => predict(estimator, observation)));
}

function predict(estimator: TaskEstimator, actual: TaskObservation): Prediction {
  const { tokens, candidateTokens } = estimator.estimate({ ...actual, plannedTokens: actual.heldTokens, plannedMilliseconds: 0 });
  return { actual, ...tokens, candidateTokens };
}

function scorePredictions(predictions: readonly Prediction[]): EstimateScore {
  const candidateErrors = predictions.flatMap(({ actual, candidateTokens }) =>
    candidateTokens === null ? [] : actual.candidateTokens.map((tokens) => Math.abs(tokens - candidateTokens) / Math.max(1, tokens)),
  );
  return {
    tasks: predictions.length,
    coverage: mean(predictions.map(({ actual, p90 }) => (actual.tokens <= p90 ? 1 : 0))),
    pinballP50: mean(predictions.map(({ actual, p50 }) => pinball(actual.tokens, p50, 0.5))),
    pinballP90: mean(predictions.map(({ actual, p90 }) => pinball(actual.tokens, p90, 0.9))),
    candidateError: median(candidateErrors),
  };
}

const pinball = (actual: number, predicted: number, level: number): number =>
  actual >= predicted ? level * (actual - predicted) : (1 - level) * (predicted - actual);

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
