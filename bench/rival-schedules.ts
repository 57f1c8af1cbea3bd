import type { Schedule } from './schedule.js';
import type { TimedTask } from './simulate-run.js';

/** Ready tasks start in the order in which they became ready, without barriers. */
export function firstComeFirstServed(tasks: readonly TimedTask[], slots: number): Schedule {
  const plan = new SimplePlan(tasks);
  const queue = plan.takeReady();
  let working: number[] = [];
  let now = 0;
  while (queue.length > 0 || working.length > 0) {
    while (working.length < slots && queue.length > 0) {
      const position = queue.shift()!;
      plan.start(position, now);
      working.push(position);
    }
    now = Math.min(...working.map((position) => plan.ends[position]!));
    for (const position of working.filter((each) => plan.ends[each] === now)) plan.finish(position);
    working = working.filter((position) => plan.ends[position]! > now);
    queue.push(...plan.takeReady());
  }
  return plan;
}

/** Level by level: nothing of the next starts before all of one has ended. */
export function levelByLevel(tasks: readonly TimedTask[], slots: number): Schedule {
  return inBatches(tasks, slots, (ready) => ready);
}

/** Waves: as many ready tasks as there are slots start together, and the next wave waits for the last of them. */
export function waveByWave(tasks: readonly TimedTask[], slots: number): Schedule {
  return inBatches(tasks, slots, (ready) => ready.slice(0, slots));
}

/** Takes some of the ready tasks, carries them out, and looks again when all of them have ended. */
function inBatches(tasks: readonly TimedTask[], slots: number, choose: (ready: readonly number[]) => readonly number[]): Schedule {
  const plan = new SimplePlan(tasks);
  let ready: readonly number[] = plan.takeReady();
  let now = 0;
  while (ready.length > 0) {
    const batch = choose(ready);
    const freeAt = new Array<number>(slots).fill(now);
    for (const position of batch) {
      const slot = freeAt.indexOf(Math.min(...freeAt));
      plan.start(position, freeAt[slot]!);
      freeAt[slot] = plan.ends[position]!;
    }
    now = Math.max(...freeAt);
    for (const position of batch) plan.finish(position);
    ready = [...ready.slice(batch.length), ...plan.takeReady()];
  }
  return plan;
}

/** What is ready when, the plain way. */
class SimplePlan implements Schedule {
  readonly starts: number[];
  readonly ends: number[];
  readonly #tasks: readonly TimedTask[];
  readonly #unfinished = new Set<string>();
  readonly #waiting = new Set<number>();

  constructor(tasks: readonly TimedTask[]) {
    this.#tasks = tasks;
    this.starts = tasks.map(() => 0);
    this.ends = tasks.map(() => 0);
    for (const [position, { id }] of tasks.entries()) {
      this.#unfinished.add(id);
      this.#waiting.add(position);
    }
  }

  /** What has become ready since it was asked last, in the order of the plan. */
  takeReady(): number[] {
    const ready = [...this.#waiting].filter((position) => !this.#tasks[position]!.dependencies.some((id) => this.#unfinished.has(id)));
    for (const position of ready) this.#waiting.delete(position);
    return ready;
  }

  start(position: number, now: number): void {
    this.starts[position] = now;
    this.ends[position] = now + this.#tasks[position]!.duration;
  }

  finish(position: number): void {
    this.#unfinished.delete(this.#tasks[position]!.id);
  }
}
