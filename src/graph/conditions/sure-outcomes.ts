import type { GraphIndex } from '../structure/graph-index.js';
import type { TaskNode } from '../task-node.js';
import { TriggerRule } from '../trigger-rule.js';
import { neededFor } from './needed-for.js';

/** What is certain of a task once another begins: that it succeeded, that it is settled, or nothing. */
export type SureOutcome = 'succeeded' | 'settled' | 'open';

/** Says what must have become of tasks upstream for a task to begin. */
export class SureOutcomes {
  readonly #nodes: readonly TaskNode[];
  readonly #index: GraphIndex;
  /** The place of each position in topological order. */
  readonly #ranks: Int32Array;
  /** For which question a position was last looked at. */
  readonly #askedIn: Int32Array;
  readonly #incomplete: ReadonlySet<number>;
  /** What the condition of a task needs. */
  readonly #needed = new Map<number, ReadonlySet<number>>();
  #asked = 0;
  #workLeft: number;

  /** @param work - How many dependencies may be looked at; beyond, nothing is certain. */
  constructor(nodes: readonly TaskNode[], index: GraphIndex, order: Int32Array, work: number) {
    this.#nodes = nodes;
    this.#index = index;
    this.#ranks = new Int32Array(index.size).fill(-1);
    for (const [rank, position] of order.entries()) this.#ranks[position] = rank;
    this.#askedIn = new Int32Array(index.size);
    this.#incomplete = new Set(index.unknown.map(({ position }) => position));
    this.#workLeft = work;
  }

  /** Whether something may be certain that wasn't looked at. */
  get isSpent(): boolean {
    return this.#workLeft <= 0;
  }

  /** What is certain of `upstream` once the trigger rule lets `position` begin, whatever its condition says. */
  before(position: number, upstream: number): SureOutcome {
    return this.#find(position, upstream, false);
  }

  /** What was certain of `upstream` when `position` began, given that it did. */
  beforeStarted(position: number, upstream: number): SureOutcome {
    return this.#find(position, upstream, true);
  }

  #find(position: number, upstream: number, conditionHeld: boolean): SureOutcome {
    const { predecessors, predecessorStarts } = this.#index;
    const rank = this.#ranks[upstream]!;
    this.#asked += 1;
    let outcome: SureOutcome = 'open';
    /** Tasks that must have succeeded, behind the first. */
    const succeeded = [position];
    for (let taken = 0; taken < succeeded.length && this.#workLeft > 0; taken += 1) {
      const at = succeeded[taken]!;
      const [start, end] = [predecessorStarts[at]!, predecessorStarts[at + 1]!];
      this.#workLeft -= end - start;
      const single = end - start === 1 && !this.#incomplete.has(at);
      const rule = this.#nodes[at]!.triggerRule ?? TriggerRule.ALL_SUCCESS;
      const needsSuccess = rule === TriggerRule.ALL_SUCCESS || (single && NEEDS_ONE_SUCCESS.has(rule));
      const waits = WAITS_FOR_ALL.has(rule) || (single && rule !== TriggerRule.ALWAYS);
      for (let edge = start; edge < end; edge += 1) {
        const dependency = predecessors[edge]!;
        if (dependency === upstream) {
          if (needsSuccess) return 'succeeded';
          if (waits) outcome = 'settled';
        } else if (needsSuccess && this.#ranks[dependency]! > rank && this.#askedIn[dependency] !== this.#asked) {
          this.#askedIn[dependency] = this.#asked;
          succeeded.push(dependency);
        }
      }
      if ((at === position && !conditionHeld) || this.#nodes[at]!.when === undefined) continue;
      for (const producer of this.#neededBy(at)) {
        this.#workLeft -= 1;
        if (producer === upstream) return 'succeeded';
        if (this.#ranks[producer]! <= rank || this.#askedIn[producer] === this.#asked) continue;
        this.#askedIn[producer] = this.#asked;
        succeeded.push(producer);
      }
    }
    return outcome;
  }

  /** Tasks before a task that must have succeeded for its condition to hold. */
  #neededBy(position: number): ReadonlySet<number> {
    let needed = this.#needed.get(position);
    if (needed === undefined) {
      const { positions } = this.#index;
      const find = (task: string) => {
        const producer = positions.get(task);
        return producer !== undefined && this.#ranks[producer]! >= 0 && this.#ranks[producer]! < this.#ranks[position]! ? producer : undefined;
      };
      needed = neededFor(this.#nodes[position]!.when!, find);
      this.#needed.set(position, needed);
    }
    return needed;
  }
}

const NEEDS_ONE_SUCCESS: ReadonlySet<TriggerRule> = new Set([TriggerRule.ONE_SUCCESS, TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS]);
const WAITS_FOR_ALL: ReadonlySet<TriggerRule> = new Set([
  TriggerRule.ALL_SUCCESS,
  TriggerRule.ALL_DONE,
  TriggerRule.NONE_FAILED,
  TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS,
]);
