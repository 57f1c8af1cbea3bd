import { deriveSeed } from '../agents/derive-seed.js';
import { BudgetExceededError } from '../errors/budget-exceeded-error.js';
import type { InputFinding } from '../errors/input-finding.js';
import { describeFinding } from '../errors/invalid-input-error.js';
import { PlanningError } from '../errors/planning-error.js';
import type { TemplatePrompt } from '../planning/task-template.js';
import type { PlanContext, PlanRequest } from '../ports/planner.js';

/** Answers drawn before planning gives up, as long as the tokens last. */
const ANSWERS = 6;

/** Temperature of every answer after the first. */
const TEMPERATURE = 0.8;

/** Tokens of output below which no plan fits. */
const SMALLEST_PLAN = 64;

/** An answer that could not be used, and why. */
export interface Failure {
  readonly answer: string;
  readonly problems: readonly string[];
}

/**
 * Draws answers until one can be used: the first at temperature 0, each later one told what was wrong with the last.
 *
 * @param about - What is asked about, where a plan takes more than one question.
 * @throws PlanningError when answers or tokens run out
 */
export async function drawAnswer<Value>(
  { seed, repair }: PlanRequest,
  { model, signal }: PlanContext,
  prompt: (failure: Failure | null) => TemplatePrompt,
  read: (text: string) => { readonly value: Value } | { readonly findings: readonly InputFinding[] },
  about = '',
): Promise<Value> {
  let failure: Failure | null = null;
  for (let answer = 0; answer < ANSWERS; answer += 1) {
    const temperature = answer === 0 && repair === 0 ? 0 : TEMPERATURE;
    let text: string;
    try {
      ({ text } = await model.generate(
        { ...prompt(failure), temperature, seed: deriveSeed(seed, 'planning', repair, about, answer) },
        signal,
        SMALLEST_PLAN,
      ));
    } catch (error) {
      if (!(error instanceof BudgetExceededError)) throw error;
      throw new PlanningError('The tokens for planning were spent without a usable answer', failure?.problems ?? [error.message]);
    }
    const outcome = read(text);
    if ('value' in outcome) return outcome.value;
    failure = { answer: text, problems: outcome.findings.slice(0, 10).map(describeFinding) };
  }
  throw new PlanningError(`None of ${ANSWERS} answers was a usable plan`, failure?.problems ?? []);
}
