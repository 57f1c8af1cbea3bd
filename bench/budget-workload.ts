import { SeededRandom } from './seeded-random.js';

/** Agents at work at once. */
export const AGENTS = 10;

/** Most tokens that a call may answer with. */
export const OUTPUT_CAP = 4_000;

/** Tokens of an answer below which a call is not worth making. */
export const SMALLEST_ANSWER = 64;

/** A call that an agent makes next, whoever pays for it. */
export interface WorkloadCall {
  readonly promptTokens: number;
  /** What the model would answer with, had it no limit. */
  readonly wantedTokens: number;
  readonly secondsPerToken: number;
}

/**
 * Calls of agents without an end, each agent's from a stream of its own, so that the order in which they are made changes none: prompts around a median
 * of 3,600 tokens up to 12,000, answers around 1,400, both log-normal; about 6,500 tokens a call, and 16,000 at most.
 */
export class BudgetWorkload {
  readonly #agents: readonly SeededRandom[];

  constructor(seed: number) {
    this.#agents = Array.from({ length: AGENTS }, (_, agent) => new SeededRandom('budget workload', seed, agent));
  }

  next(agent: number): WorkloadCall {
    const random = this.#agents[agent]!;
    const logNormal = (median: number, deviation: number) => Math.round(median * Math.exp(deviation * random.normal()));
    const promptTokens = Math.min(12_000, Math.max(200, logNormal(3_600, 0.7)));
    return { promptTokens, wantedTokens: Math.max(20, logNormal(1_400, 0.8)), secondsPerToken: random.uniform(0.01, 0.03) };
  }
}
