import { CancellationScope, condition, patched, sleep } from './temporal.js';

/** Where a project's clock stands. Milliseconds, those of times since 1970. */
export interface ClockSnapshot {
  readonly startedAt: number;
  /** How long nothing but people was waited for. */
  readonly waited: number;
  /** Since when nothing else is; null while something is. */
  readonly waitingSince: number | null;
}

/** The time that a project works: it stands still while nothing but people is waited for. */
export class WorkClock {
  readonly startedAt: number;
  #waited: number;
  #waitingSince: number | null;

  /** @param snapshot - Where another run left it. @defaultValue it starts now */
  constructor({ startedAt, waited, waitingSince }: ClockSnapshot = { startedAt: Date.now(), waited: 0, waitingSince: null }) {
    this.startedAt = startedAt;
    this.#waited = waited;
    this.#waitingSince = waitingSince;
  }

  /** Says whether nothing but people is waited for from now on. */
  note(waiting: boolean): void {
    if (waiting) this.#waitingSince ??= Date.now();
    else {
      this.#waited = this.#waitedForPeople();
      this.#waitingSince = null;
    }
  }

  /** @param minutes - How long the project may work. */
  minutesLeft(minutes: number): number {
    return Math.max(0, this.#millisecondsLeft(minutes) / 60_000);
  }

  /**
   * Does work within a number of minutes, and cancels it after them.
   *
   * @param late - Called when they are over.
   */
  async within<Result>(minutes: number, work: () => Promise<Result>, late: () => void): Promise<Result> {
    const scope = new CancellationScope();
    const working = scope.run(work);
    const clock = new CancellationScope();
    const watching = clock.run(async () => {
      for (let left = this.#millisecondsLeft(minutes); left > 0; left = this.#millisecondsLeft(minutes)) {
        // However long people are waited for: one timer goes by, not one after the other.
        if (this.#waitingSince !== null && patched('kamachiq.clock-stands-still')) await condition(() => this.#waitingSince === null);
        else await sleep(left, { summary: 'time limit of the project' });
      }
      late();
      scope.cancel();
    });
    // The clock is stopped when the work ends: its cancellation is no news.
    watching.catch(() => undefined);
    try {
      return await working;
    } finally {
      clock.cancel();
    }
  }

  toSnapshot(): ClockSnapshot {
    return { startedAt: this.startedAt, waited: this.#waited, waitingSince: this.#waitingSince };
  }

  #millisecondsLeft(minutes: number): number {
    return minutes * 60_000 - (Date.now() - this.startedAt - this.#waitedForPeople());
  }

  #waitedForPeople(): number {
    return this.#waited + (this.#waitingSince === null ? 0 : Date.now() - this.#waitingSince);
  }
}
