import { workflowInfo } from './temporal.js';

/** Events after which another run is thought of anew, where the store failed or everything together was too much to be carried. */
const EVENTS_UNTIL_ANOTHER_TRY = 500;

/** How long the history of a run has become, and whether another run is to go on. */
export class RunLength {
  /** Whether another run can go on at all. */
  continues: boolean;
  readonly #maximumEvents: number;
  #leastEvents = 0;

  /** @param maximumEvents - With which another run goes on, where the server does not suggest it before. */
  constructor(continues: boolean, maximumEvents: number) {
    this.continues = continues;
    this.#maximumEvents = maximumEvents;
  }

  get isLong(): boolean {
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    return this.continues && historyLength >= this.#leastEvents && (continueAsNewSuggested || historyLength >= this.#maximumEvents);
  }

  /** Goes on with this run for a while. */
  postpone(): void {
    this.#leastEvents = workflowInfo().historyLength + EVENTS_UNTIL_ANOTHER_TRY;
  }
}
