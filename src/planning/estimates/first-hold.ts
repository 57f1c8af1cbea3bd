import { KNOWN_WELL, type TaskEstimate } from './task-estimator.js';

/** So many candidates a first attempt can always pay for. */
const CANDIDATES = 3;

/**
 * Tokens that a task's first attempt is given where its kind is known well: what nine of ten tasks of the kind took in all, reviews and retries included, and no
 * less than three of their candidates. Null where the plan's own figure stands: with fewer than 30 observations of the kind, where it is no more than that, and
 * where tasks tell that they take nothing.
 *
 * @public
 */
export function firstHold({ tokens, candidateTokens, observations, basis }: TaskEstimate, plannedTokens: number): number | null {
  if (basis !== 'kind' || observations < KNOWN_WELL || candidateTokens === null || tokens.p50 === 0) return null;
  const hold = Math.ceil(Math.max(tokens.p90, CANDIDATES * candidateTokens));
  return hold < plannedTokens ? hold : null;
}
