import { workflowInfo } from './temporal.js';

/** Events after which another run is thought of anew, where the store failed or everything together was too much to be carried. */
const EVENTS_UNTIL_ANOTHER_TRY = 500;

/** Bytes of its history with which another run goes on, whatever the number of events: 10 MB are the most that a run is to have. */
const MAXIMUM_BYTES = 8_000_000;

/** Events that a task takes at most in most projects, and by how much a run may be longer than it should where that is enough to end it. */
const EVENTS_OF_TASK = 10;
const LAST_RUN = 1.25;

/** Whether a run is still at work, and how many tasks it has left. */
export interface OpenTasks {
  readonly isQuiet: boolean;
  readonly unsettled: number;
}

/** How long the history of a run has become, and whether another run is to go on. */
export class RunLength {
  /** Whether another run can go on at all. */
  continues: boolean;
  /** Whether a run that is at work goes on as long as it may: each other run costs what is carried there. */
  isPatient: boolean;
  readonly #maximumEvents: number;
  #leastEvents = 0;

  /** @param maximumEvents - With which another run goes on, where it is not quiet before when the server suggests it. */
  constructor(continues: boolean, isPatient: boolean, maximumEvents: number) {
    this.continues = continues;
    this.isPatient = isPatient;
    this.#maximumEvents = maximumEvents;
  }

  isLong({ isQuiet, unsettled }: OpenTasks): boolean {
    const { historyLength, historySize, continueAsNewSuggested } = workflowInfo();
    if (!this.continues || historyLength < this.#leastEvents) return false;
    if (!this.isPatient) return continueAsNewSuggested || historyLength >= this.#maximumEvents;
    if (historySize >= MAXIMUM_BYTES || (isQuiet && continueAsNewSuggested)) return true;
    return historyLength >= this.#maximumEvents && historyLength + EVENTS_OF_TASK * unsettled > LAST_RUN * this.#maximumEvents;
  }

  /** Goes on with this run for a while. */
  postpone(): void {
    this.#leastEvents = workflowInfo().historyLength + EVENTS_UNTIL_ANOTHER_TRY;
  }
}
