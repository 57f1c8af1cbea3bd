import { type GraphIndex, indexGraph } from '../graph/structure/graph-index.js';
import { positionsOf } from '../graph/structure/graph-walk.js';
import { sortGraph } from '../graph/structure/sort-graph.js';
import type { GraphNode } from '../graph/task-node.js';

/** When a task was carried out, in milliseconds since 1970; the finish is not before the start, and infinite where it is not known. */
export interface TaskTime {
  readonly start: number;
  readonly finish: number;
}

/**
 * The chains of a run: tasks that ran one after the other, each depending on the one before, directly or through tasks that never started.
 *
 * A task follows only what had finished when it started, for nothing else was waited for: no two tasks of a chain were carried out at once.
 * Dependencies on unknown tasks, and tasks on a cycle or behind one, are left out.
 *
 * @internal
 */
export class RunChains {
  readonly #index: GraphIndex;
  readonly #times: readonly (TaskTime | null)[];
  /** Tasks that ran, each after all that it may follow. */
  readonly #ran: readonly number[];
  /** The place of each task in `#ran`. */
  readonly #places: Int32Array;
  /** Tasks that never started and lie between some that ran, each after its dependencies. */
  readonly #between: readonly number[];
  /** Tasks that ran and that one of those depends on, in the order in which they finished. */
  readonly #entries: readonly number[];
  /** The place of each task in `#entries`. */
  readonly #entered: Int32Array;

  /** @param times - One for each node, in their order; null for a task that never started. */
  constructor(nodes: readonly GraphNode[], times: readonly (TaskTime | null)[]) {
    const index = indexGraph(nodes);
    this.#index = index;
    this.#times = times;
    const order = [...sortGraph(index).order];
    // Stable: of what took no time in the same millisecond, dependencies stay first.
    this.#ran = order.filter((task) => times[task] !== null).sort((a, b) => compareTimes(times[a]!, times[b]!));
    this.#places = placesIn(this.#ran, index.size);
    const unstarted = order.filter((task) => times[task] === null);
    const after = this.#mark(unstarted, index.predecessors, index.predecessorStarts);
    const before = this.#mark(unstarted.toReversed(), index.successors, index.successorStarts);
    this.#between = unstarted.filter((task) => after[task] === 1 && before[task] === 1);
    const isBetween = placesIn(this.#between, index.size);
    this.#entries = this.#ran
      .filter((task) => Number.isFinite(times[task]!.finish) && this.#dependents(task).some((dependent) => isBetween[dependent] !== NOBODY))
      .sort((a, b) => times[a]!.finish - times[b]!.finish);
    this.#entered = placesIn(this.#entries, index.size);
  }

  /**
   * The heaviest chain, as the positions of its tasks. Without recursion, O(tasks log tasks + dependencies), and once more through the tasks between
   * for every 32 tasks that enter them.
   *
   * @param weights - Of each task, at least 0.
   */
  heaviest(weights: readonly number[]): { readonly path: readonly number[]; readonly weight: number } {
    const sums = new Float64Array(this.#index.size);
    const previous = new Int32Array(this.#index.size).fill(NOBODY);
    const heavier = (a: number, b: number) => (b !== NOBODY && (a === NOBODY || sums[b]! > sums[a]!) ? b : a);
    const reach: Reach = { best: new Int32Array(this.#index.size).fill(NOBODY), recent: new Int32Array(this.#index.size) };
    let finished = 0;
    let end = NOBODY;
    this.#enter(0, reach, heavier);
    for (const [place, task] of this.#ran.entries()) {
      const { start } = this.#times[task]!;
      for (; this.#hadFinished(this.#entries[finished], place, start); ) {
        finished += 1;
        if (finished % BLOCK === 0) this.#enter(finished, reach, heavier);
      }
      let before = NOBODY;
      let recent = 0;
      for (const dependency of this.#dependencies(task)) {
        if (this.#places[dependency] === NOBODY) {
          before = heavier(before, reach.best[dependency]!);
          recent |= reach.recent[dependency]!;
        } else if (this.#hadFinished(dependency, place, start)) before = heavier(before, dependency);
      }
      const base = finished - (finished % BLOCK);
      for (let bits = recent & ((1 << (finished - base)) - 1); bits !== 0; bits &= bits - 1) {
        before = heavier(before, this.#entries[base + 31 - Math.clz32(bits & -bits)]!);
      }
      previous[task] = before;
      sums[task] = weights[task]! + (before === NOBODY ? 0 : sums[before]!);
      end = heavier(end, task);
    }

    const path: number[] = [];
    for (let task = end; task !== NOBODY; task = previous[task]!) path.push(task);
    return { path: path.reverse(), weight: end === NOBODY ? 0 : sums[end]! };
  }

  /**
   * Tells the tasks between which of the next block of entries reach them, and lets those of the block before, all of which have finished, take part
   * in the heaviest of each.
   */
  #enter(from: number, { best, recent }: Reach, heavier: (a: number, b: number) => number): void {
    for (const task of this.#between) {
      let heaviest = best[task]!;
      let bits = 0;
      for (const dependency of this.#dependencies(task)) {
        const entered = this.#entered[dependency]!;
        if (entered === NOBODY) {
          heaviest = heavier(heaviest, best[dependency]!);
          bits |= recent[dependency]!;
        } else if (entered >= from) bits |= entered < from + BLOCK ? 1 << (entered - from) : 0;
        else if (entered >= from - BLOCK) heaviest = heavier(heaviest, dependency);
      }
      best[task] = heaviest;
      recent[task] = bits;
    }
  }

  /** Whether it had finished, and its chain is known, when the task at a place started. */
  #hadFinished(task: number | undefined, place: number, start: number): boolean {
    return task !== undefined && this.#places[task]! < place && this.#times[task]!.finish <= start;
  }

  /** Marks those of the tasks, given in the order of the way, to which a way leads from one that ran through others of them. */
  #mark(tasks: readonly number[], neighbours: Int32Array, starts: Int32Array): Uint8Array {
    const marks = new Uint8Array(this.#index.size);
    for (const task of tasks) {
      const isReached = positionsOf(task, neighbours, starts).some((other) => this.#places[other] !== NOBODY || marks[other] === 1);
      marks[task] = isReached ? 1 : 0;
    }
    return marks;
  }

  #dependencies(task: number): Int32Array {
    return positionsOf(task, this.#index.predecessors, this.#index.predecessorStarts);
  }

  #dependents(task: number): Int32Array {
    return positionsOf(task, this.#index.successors, this.#index.successorStarts);
  }
}

/** What is known of the entries that reach a task between, by position. */
interface Reach {
  /** The one with the heaviest chain, of all blocks before. */
  readonly best: Int32Array;
  /** Those of the present block, as bits. */
  readonly recent: Int32Array;
}

/** As many entries as a whole number has bits. */
const BLOCK = 32;

const NOBODY = -1;

const compareTimes = (a: TaskTime, b: TaskTime) => a.start - b.start || (a.finish === b.finish ? 0 : a.finish - b.finish);

function placesIn(tasks: readonly number[], size: number): Int32Array {
  const places = new Int32Array(size).fill(NOBODY);
  for (const [place, task] of tasks.entries()) places[task] = place;
  return places;
}
