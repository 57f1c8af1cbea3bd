import { KamachiqError } from './kamachiq-error.js';

/** A call that was not made because its worst case no longer fits what is held for it. @public */
export class BudgetExceededError extends KamachiqError {
  /** @param needed - What the smallest useful call would take. @param available - What is left of the hold. */
  constructor(needed: number, available: number, unit: 'tokens' | 'millionths of a dollar' = 'tokens') {
    super({
      code: 'budget.exceeded',
      message: `Expected room for a call of at least ${needed} ${unit}, got ${available} left of the hold.`,
      remedy: 'Hold more for the task, shorten its prompt, or raise the budget of the project.',
      context: { needed, available, unit },
    });
    this.name = 'BudgetExceededError';
  }
}
