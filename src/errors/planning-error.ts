import { KamachiqError } from './kamachiq-error.js';

/** A project that could not be decomposed. @public */
export class PlanningError extends KamachiqError {
  /** @param problems - What was wrong with every plan that came, in one line each. */
  constructor(message: string, problems: readonly string[]) {
    super({
      code: 'planning.no-plan',
      message: problems.length === 0 ? message : `${message}: ${problems.join('; ')}`,
      remedy: 'List functions or tasks in the spec, register a project template that fits, or use a more capable model.',
      context: { problems },
    });
    this.name = 'PlanningError';
  }
}
