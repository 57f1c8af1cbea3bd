import type { AttemptTerms } from '../agents/attempt-terms.js';
import type { Degradation, DegradationStep } from './control-messages.js';
import type { ProjectBudget } from './project-budget.js';

/** What an attempt is granted that can't get all it asks for. */
export interface ReducedGrant {
  readonly tokens: number;
  readonly terms: AttemptTerms;
  readonly step: DegradationStep;
  readonly words: string;
}

/** Of what it asks for, the least share with which an attempt may begin, and on which terms. */
const REDUCTIONS: { readonly [Step in DegradationStep]?: { readonly share: number; readonly terms: (share: number) => AttemptTerms } } = {
  'cheaper-model': { share: 0.5, terms: () => ({ cheaperModel: true }) },
  'shrink-outputs': { share: 0.5, terms: (outputShare) => ({ outputShare }) },
  'fewer-candidates': { share: 0.25, terms: () => ({ maximumCandidates: FEW_CANDIDATES }) },
};

const FEW_CANDIDATES = 2;

const describeTerms = ({ outputShare, maximumCandidates, cheaperModel }: AttemptTerms): string =>
  cheaperModel === true
    ? ' of a cheaper model'
    : outputShare === undefined
      ? `: at most ${maximumCandidates} candidates`
      : `: answers of ${outputShare} of their length`;

/** Why a task failed that never began. */
export const NO_TOKENS = 'The budget has nothing left to start it with.';

/** Most degradations that are told one by one: each stands in the status and in the report. */
const TOLD = 200;

/** Where a shortage stands, and what was done about those before. */
export interface ShortageSnapshot {
  readonly degradations: readonly Degradation[];
  readonly untold: number;
  readonly askedAt: number | null;
  readonly gaveUp: boolean;
}

/** What a project does where tokens are short, and what it did: a declared ladder, tried step by step, each step recorded. */
export class Shortage {
  readonly #steps: readonly DegradationStep[];
  readonly #patience: number;
  readonly #degradations: Degradation[];
  #askedAt: number | null;
  #gaveUp: boolean;
  #untold: number;

  /**
   * @param steps - What may be done, in the order in which it is tried; where nothing of it helps, what can't start fails.
   * @param patienceMinutes - How long a person is waited for.
   * @param snapshot - Where another run left it. @defaultValue nothing was short yet
   */
  constructor(steps: readonly DegradationStep[], patienceMinutes: number, { degradations, untold, askedAt, gaveUp }: ShortageSnapshot = NEVER_SHORT) {
    this.#steps = steps;
    this.#patience = patienceMinutes * 60_000;
    this.#degradations = [...degradations];
    this.#untold = untold;
    this.#askedAt = askedAt;
    this.#gaveUp = gaveUp;
  }

  toSnapshot(): ShortageSnapshot {
    return { degradations: this.#degradations, untold: this.#untold, askedAt: this.#askedAt, gaveUp: this.#gaveUp };
  }

  get degradations(): readonly Degradation[] {
    return this.#degradations;
  }

  /** How many are not among those. */
  get untold(): number {
    return this.#untold;
  }

  get waitsForBudgetSince(): number | null {
    return this.#askedAt;
  }

  /** When patience ends; null while nobody is asked. */
  get deadline(): number | null {
    return this.#askedAt === null ? null : this.#askedAt + this.#patience;
  }

  allows(step: DegradationStep): boolean {
    return this.#steps.includes(step);
  }

  /**
   * The first reduction with which an attempt can begin; null where there is none.
   *
   * @param least - Tokens below which it could do nothing, as far as is known.
   */
  reduce(wanted: number, budget: ProjectBudget, least = 0): ReducedGrant | null {
    const usual = budget.affordable();
    for (const step of this.#steps) {
      const reduction = REDUCTIONS[step];
      if (reduction === undefined) continue;
      const cheaper = step === 'cheaper-model';
      const tokens = Math.min(wanted, budget.affordable(cheaper));
      if (tokens === 0 || tokens < least || tokens < wanted * reduction.share || (cheaper && tokens <= usual)) continue;
      const terms = reduction.terms(Math.floor((tokens / wanted) * 100) / 100);
      return { tokens, terms, step, words: `It works with ${tokens} of ${wanted} tokens${describeTerms(terms)}.` };
    }
    return null;
  }

  record(step: DegradationStep, taskId: string | null, words: string): void {
    if (this.#degradations.length < TOLD) this.#degradations.push({ at: Date.now(), step, taskId, words });
    else this.#untold += 1;
  }

  /** Whether a person may still help: asks one the first time. */
  asks(): boolean {
    if (this.#gaveUp || !this.allows('ask-person')) return false;
    if (this.#askedAt === null) {
      this.#askedAt = Date.now();
      this.record('ask-person', null, 'The budget is short for every task that could go on: a person is asked to raise it.');
    }
    if (Date.now() < this.#askedAt + this.#patience) return true;
    // Nobody is asked twice for one shortage.
    this.#gaveUp = true;
    this.#askedAt = null;
    return false;
  }

  /** Somebody is at work again: what is short may get what that gives back. */
  rests(): void {
    this.#askedAt = null;
  }

  /** Nobody is short of anything any more. */
  ends(): void {
    this.rests();
    this.#gaveUp = false;
  }
}

const NEVER_SHORT: ShortageSnapshot = { degradations: [], untold: 0, askedAt: null, gaveUp: false };
