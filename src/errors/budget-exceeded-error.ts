import { KamachiqError } from './kamachiq-error.js';

/** A call that was not made because its worst case no longer fits what is held for it. @public */
export class BudgetExceededError extends KamachiqError {
  /** @param needed - Tokens the smallest useful call would take. @param available - Tokens left of the hold. */
  constructor(needed: number, available: number) {
    super({
      code: 'budget.exceeded',
      message: `Expected room for a call of at least ${needed} tokens, got ${available} left of the hold.`,
      remedy: 'Hold more for the task, shorten its prompt, or raise the budget of the project.',
      context: { needed, available },
    });
    this.name = 'BudgetExceededError';
  }
}
