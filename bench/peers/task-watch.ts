import { setTimeout } from 'node:timers/promises';

/** Does what the tasks of a peer do, which is nothing, and watches them. */
export class TaskWatch {
  readonly #holdMilliseconds: number;
  readonly #ended: string[] = [];
  #atWork = 0;
  #mostAtOnce = 0;

  /** @param holdMilliseconds - How long a task holds its place; 0 where it ends at once. */
  constructor(holdMilliseconds: number) {
    this.#holdMilliseconds = holdMilliseconds;
  }

  async carryOut(id: string): Promise<void> {
    this.#atWork += 1;
    this.#mostAtOnce = Math.max(this.#mostAtOnce, this.#atWork);
    if (this.#holdMilliseconds > 0) await setTimeout(this.#holdMilliseconds);
    this.#atWork -= 1;
    this.#ended.push(id);
  }

  /** Tasks that were at work at the same time. */
  get mostAtOnce(): number {
    return this.#mostAtOnce;
  }

  /** Tasks in the order in which they ended. */
  get ended(): readonly string[] {
    return this.#ended;
  }
}
