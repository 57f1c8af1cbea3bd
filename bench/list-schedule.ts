/** Tasks with their times, by position, as typed arrays; made once, simulated often. */
export interface TimedGraph {
  readonly durations: Float64Array;
  /** How many dependencies each task has. */
  readonly needed: Int32Array;
  /** The dependents of position `p` stand from `dependentStarts[p]` up to, not including, `dependentStarts[p + 1]`. */
  readonly dependents: Int32Array;
  readonly dependentStarts: Int32Array;
}

/**
 * Simulates list schedules of one graph: whenever a slot is free the ready task of the highest priority starts; ties go to the lower position.
 * Reuses its arrays, for it is run thousands of times.
 */
export class ListScheduler {
  readonly #graph: TimedGraph;
  readonly #slots: number;
  readonly #waitingFor: Int32Array;
  /** Ready positions as a binary heap, the next to start first. */
  readonly #heap: Int32Array;
  readonly #finishing: Float64Array;
  readonly #working: Int32Array;
  #ready = 0;

  constructor(graph: TimedGraph, slots: number) {
    this.#graph = graph;
    this.#slots = slots;
    this.#waitingFor = new Int32Array(graph.needed.length);
    this.#heap = new Int32Array(graph.needed.length);
    this.#finishing = new Float64Array(slots);
    this.#working = new Int32Array(slots);
  }

  /** When the last task finishes. @param priorities - More is sooner. */
  makespan(priorities: Float64Array): number {
    const { durations, needed, dependents, dependentStarts } = this.#graph;
    const finishing = this.#finishing;
    const working = this.#working;
    const waitingFor = this.#waitingFor;
    waitingFor.set(needed);
    this.#ready = 0;
    for (let position = 0; position < needed.length; position += 1) if (needed[position] === 0) this.#enter(position, priorities);
    let busy = 0;
    let now = 0;
    for (;;) {
      while (busy < this.#slots && this.#ready > 0) {
        const position = this.#leave(priorities);
        working[busy] = position;
        finishing[busy] = now + durations[position]!;
        busy += 1;
      }
      if (busy === 0) return now;
      let first = 0;
      for (let slot = 1; slot < busy; slot += 1) if (finishing[slot]! < finishing[first]!) first = slot;
      now = finishing[first]!;
      // Everything that finishes at this moment does so before anything starts.
      for (let slot = busy - 1; slot >= 0; slot -= 1) {
        if (finishing[slot] !== now) continue;
        const position = working[slot]!;
        busy -= 1;
        finishing[slot] = finishing[busy]!;
        working[slot] = working[busy]!;
        for (let at = dependentStarts[position]!; at < dependentStarts[position + 1]!; at += 1) {
          const dependent = dependents[at]!;
          waitingFor[dependent]! -= 1;
          if (waitingFor[dependent] === 0) this.#enter(dependent, priorities);
        }
      }
    }
  }

  #enter(position: number, priorities: Float64Array): void {
    const heap = this.#heap;
    let index = this.#ready;
    this.#ready += 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isSooner(position, heap[parent]!, priorities)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = position;
  }

  #leave(priorities: Float64Array): number {
    const heap = this.#heap;
    const first = heap[0]!;
    this.#ready -= 1;
    const last = heap[this.#ready]!;
    let index = 0;
    for (let child = 1; child < this.#ready; child = 2 * index + 1) {
      if (child + 1 < this.#ready && isSooner(heap[child + 1]!, heap[child]!, priorities)) child += 1;
      if (!isSooner(heap[child]!, last, priorities)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

const isSooner = (one: number, other: number, priorities: Float64Array): boolean =>
  priorities[one]! > priorities[other]! || (priorities[one] === priorities[other] && one < other);
