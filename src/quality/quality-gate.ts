import type { CheckOutcome } from './check.js';
import { isObservedOnly } from './is-observed-only.js';
import { Criterion, type CriterionScore, type QualityRubric } from './quality-rubric.js';

/** What follows from a score. @public */
export const GateDecision = { APPROVE: 'approve', REMEDIATE: 'remediate', ASK_PERSON: 'ask-person' } as const;
/** @public */
export type GateDecision = (typeof GateDecision)[keyof typeof GateDecision];

/** A reviewed outcome: scores, their weighted mean, what follows and why. Plain JSON. @public */
export interface QualityVerdict {
  readonly decision: GateDecision;
  /** 0 to 1; null when nothing could be scored. */
  readonly score: number | null;
  readonly threshold: number;
  readonly criteria: readonly CriterionScore[];
  /** Ids of required checks that failed; any of them forbids approval, whatever the score. */
  readonly failedChecks: readonly string[];
  /** Sentences for the agent that tries again. */
  readonly feedback: readonly string[];
}

/**
 * Approves an outcome whose score exceeds the threshold and whose checks all passed; anything else goes back with feedback.
 *
 * Exactly the threshold is not enough. What a required criterion could not be scored for is neither approved nor worked over: a person decides,
 * because an opinion that nobody gave is no reason to believe or to change anything.
 *
 * @public
 */
export function passQualityGate(options: {
  readonly rubric: QualityRubric;
  readonly threshold: number;
  readonly criteria: readonly CriterionScore[];
  readonly checks: readonly CheckOutcome[];
  /** Criteria without which nothing is approved. @defaultValue none */
  readonly required?: readonly Criterion[];
}): QualityVerdict {
  const { rubric, threshold, criteria, checks, required = [] } = options;
  const score = rubric.score(criteria);
  const failed = checks.filter((check) => !check.passed);
  const unscored = required.filter((criterion) => !criteria.some((scored) => scored.criterion === criterion));
  const passed = failed.length === 0 && score !== null && score > threshold;
  const approved = passed && unscored.length === 0;
  const feedback = failed.map((check) => `${check.description}: ${check.seen}`);
  if (!approved) {
    for (const { criterion, score: value, evidence } of criteria) {
      if (value < 1) feedback.push(`${criterion} scored ${value.toFixed(2)}: ${evidence.join('; ') || 'no details'}`);
    }
    if (score === null) feedback.push('Nothing could be scored.');
    if (unscored.length > 0) feedback.push(`Nobody could score ${unscored.join(', ')}.`);
    // A person decides on what was seen, where nothing says what should have been.
    if (unscored.includes(Criterion.CORRECTNESS))
      feedback.push(...checks.filter(isObservedOnly).map(({ description, seen }) => `${description}: ${seen}`));
  }
  return {
    decision: approved ? GateDecision.APPROVE : passed ? GateDecision.ASK_PERSON : GateDecision.REMEDIATE,
    score,
    threshold,
    criteria,
    failedChecks: failed.map((check) => check.id),
    feedback: approved ? [] : feedback,
  };
}
