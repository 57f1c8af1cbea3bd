import { adaptLevel } from './adapt-level.js';
import { FEW, fitSizeLine, median } from './size-line.js';
import type { TaskObservation, TaskOutline } from './task-observation.js';

/** What a task may come to, as an observation of another shows it. */
export interface Draw {
  readonly tokens: number;
  readonly microDollars: number;
  readonly milliseconds: number;
  readonly succeeded: boolean;
}

/**
 * Tasks that are alike, with what each counts for. What happened to one is a draw for another, stretched by the expected sizes of their candidates:
 * so retries, remediations, failures, tokens and time stay together as they were.
 */
export class ObservedGroup {
  readonly observations: readonly TaskObservation[];
  /** Of each observation; the ones of the kind itself count 1. */
  readonly weights: readonly number[];
  /** Observations of the kind itself. */
  readonly ownCount: number;
  /** At which quantiles of its tokens are taken, so that nine of ten tasks of the kind come to less. */
  readonly level: number;
  readonly #candidateTokens: ((characters: number) => number) | null;
  readonly #sizes: readonly number[];

  constructor(own: readonly TaskObservation[], alike: readonly TaskObservation[], alikeWeight: number) {
    this.observations = [...own, ...alike];
    this.weights = this.observations.map((_, index) => (index < own.length ? 1 : Math.min(1, alikeWeight / alike.length)));
    this.ownCount = own.length;
    // Another model writes answers of another length: it counts only where too little is known of this one for a slope.
    const points = (own.length < FEW ? [...alike, ...own] : own).flatMap(({ characters, candidateTokens }) => {
      const value = median(candidateTokens);
      return value === null ? [] : [{ size: characters, value }];
    });
    this.#candidateTokens = points.length === 0 ? null : fitSizeLine(points);
    this.#sizes = this.observations.map(({ characters }) => this.candidateTokens(characters) ?? 1);
    this.level = adaptLevel(
      own.map(({ tokens }, index) => tokens / this.#sizes[index]!),
      0.9,
    );
  }

  /** Tokens that one candidate is expected to take, prompt and answer; null where none was seen. */
  candidateTokens(characters: number): number | null {
    return this.#candidateTokens === null ? null : this.#candidateTokens(characters);
  }

  /**
   * What would become of a task, had it gone as an observed one did: what succeeded is stretched by the sizes of candidates, what failed, having spent
   * all that its attempts were given, by what they are given now.
   */
  drawFor({ plannedTokens }: TaskOutline, candidateTokens: number | null, index: number): Draw {
    const { tokens, heldTokens, microDollars, workingMilliseconds, succeeded } = this.observations[index]!;
    const isSpentUp = !succeeded && heldTokens > 0 && tokens >= SPENT_UP * heldTokens;
    const stretch = isSpentUp ? plannedTokens / heldTokens : (candidateTokens ?? 1) / this.#sizes[index]!;
    return { tokens: tokens * stretch, microDollars: microDollars * stretch, milliseconds: workingMilliseconds * stretch, succeeded };
  }
}

/** Share of a hold from which on what is left can't pay for another candidate. */
const SPENT_UP = 0.5;
