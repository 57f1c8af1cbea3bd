import { KamachiqError } from '../errors/kamachiq-error.js';

/** What an outcome is judged by. @public */
export const Criterion = {
  COMPLETENESS: 'completeness',
  CORRECTNESS: 'correctness',
  STYLE: 'style',
  DOCUMENTATION: 'documentation',
} as const;
/** @public */
export type Criterion = (typeof Criterion)[keyof typeof Criterion];

/** One criterion, scored. @public */
export interface CriterionScore {
  readonly criterion: Criterion;
  /** 0 to 1. */
  readonly score: number;
  /** Who measured: an instrument's or a model's id. */
  readonly measuredBy: string;
  readonly evidence: readonly string[];
}

/**
 * Weighs criteria into one score between 0 and 1.
 *
 * Criteria that nobody could score leave their weight to the others, in proportion.
 *
 * @public
 */
export class QualityRubric {
  /** Completeness 0.3, correctness 0.4, style 0.15, documentation 0.15. */
  static readonly DEFAULT = new QualityRubric({ completeness: 0.3, correctness: 0.4, style: 0.15, documentation: 0.15 });

  readonly weights: Readonly<Record<Criterion, number>>;

  /**
   * @param weights - One for each criterion, none negative, 1 in sum.
   * @throws KamachiqError `rubric.invalid-weights`
   */
  constructor(weights: Readonly<Record<Criterion, number>>) {
    const values = Object.values(Criterion).map((criterion) => weights[criterion]);
    const sum = values.reduce((total, weight) => total + weight, 0);
    if (!values.every((weight) => weight >= 0) || !(Math.abs(sum - 1) < 1e-9)) {
      throw new KamachiqError({
        code: 'rubric.invalid-weights',
        message: `Expected weights of at least 0 that add up to 1, got ${values.join(' + ')} = ${sum}.`,
        remedy: 'Give every criterion a weight and make them add up to 1.',
      });
    }
    this.weights = weights;
  }

  /**
   * The weighted mean, rounded to nine decimals so that a sum of weights can't cross a threshold by floating-point error.
   *
   * @returns null when nothing with a weight was scored.
   * @throws KamachiqError `rubric.invalid-score` for a score outside 0 to 1, or one criterion scored twice.
   */
  score(scores: readonly CriterionScore[]): number | null {
    let total = 0;
    let weight = 0;
    const seen = new Set<Criterion>();
    for (const { criterion, score } of scores) {
      if (!(score >= 0 && score <= 1) || seen.has(criterion)) {
        throw new KamachiqError({
          code: 'rubric.invalid-score',
          message: `Expected one score from 0 to 1 for ${criterion}, got ${seen.has(criterion) ? 'a second one' : score}.`,
          remedy: 'Correct the instrument that measured it.',
        });
      }
      seen.add(criterion);
      total += this.weights[criterion] * score;
      weight += this.weights[criterion];
    }
    return weight === 0 ? null : Math.round((total / weight) * 1e9) / 1e9;
  }
}
