import type { TaskOutputs } from '../output-type.js';
import { ruleNumber, SEEN, SEEN_SETS, TRIGGER_TABLE, UNSETTLED } from '../run/decide-trigger.js';
import { evaluateCondition } from '../run/evaluate-condition.js';
import type { GraphIndex } from '../structure/graph-index.js';
import type { TaskNode } from '../task-node.js';

/** The task whose success decides about another, where nothing did: it starts or is skipped at once. */
const NOBODY = -1;

/**
 * Runs in which every task that starts succeeds, each as soon as it can, with slots enough. They agree with `GraphRun` where the task that
 * ends first is reported first, ties in topological order.
 */
export class RunSimulation {
  /** 1 for each task that started. */
  readonly started: Uint8Array;
  /** When each task ended or was skipped. */
  readonly ends: Float64Array;
  readonly #nodes: readonly TaskNode[];
  readonly #index: GraphIndex;
  readonly #durations: Float64Array;
  readonly #ranks: Int32Array;
  readonly #rules: Uint16Array;
  /** For each task the success that decided that it starts, or that it is skipped. */
  readonly #decidedBy: Int32Array;
  /** For each task the success that settled it: its own, or for a skipped one that which decided it. */
  readonly #settledBy: Int32Array;

  /** @param durations - For each position, at least 0. */
  constructor(nodes: readonly TaskNode[], index: GraphIndex, order: Int32Array, durations: Float64Array) {
    this.#nodes = nodes;
    this.#index = index;
    this.#durations = durations;
    this.started = new Uint8Array(index.size);
    this.ends = new Float64Array(index.size);
    this.#ranks = new Int32Array(index.size).fill(index.size);
    for (let rank = 0; rank < order.length; rank += 1) this.#ranks[order[rank]!] = rank;
    this.#rules = Uint16Array.from(nodes, ({ triggerRule }) => ruleNumber(triggerRule) * SEEN_SETS);
    this.#decidedBy = new Int32Array(index.size).fill(NOBODY);
    this.#settledBy = new Int32Array(index.size).fill(NOBODY);
  }

  /**
   * Decides about tasks anew.
   *
   * @param positions - In topological order, with everything behind them.
   * @param outputs - What each task hands on when it succeeds.
   */
  simulate(positions: Int32Array, outputs: readonly (TaskOutputs | undefined)[]): void {
    for (const position of positions) {
      const starts = this.#trigger(position);
      const decidedBy = this.#decidedBy[position]!;
      const runs = starts && this.#conditionHolds(position, decidedBy, outputs);
      const decided = decidedBy === NOBODY ? 0 : this.ends[decidedBy]!;
      this.started[position] = runs ? 1 : 0;
      this.ends[position] = runs ? decided + this.#durations[position]! : decided;
      this.#settledBy[position] = runs ? position : decidedBy;
    }
  }

  /** The tasks that a task waited for, each the one that let the next start, and itself. */
  pathTo(position: number): readonly number[] {
    const path: number[] = [];
    for (let at = position; at !== NOBODY; at = this.#decidedBy[at]!) path.push(at);
    return path.reverse();
  }

  #conditionHolds(position: number, decidedBy: number, outputs: readonly (TaskOutputs | undefined)[]): boolean {
    const { when } = this.#nodes[position]!;
    if (when === undefined) return true;
    return evaluateCondition(when, (id) => {
      const upstream = this.#index.positions.get(id);
      const ended =
        upstream !== undefined &&
        decidedBy !== NOBODY &&
        this.#ranks[upstream]! < this.#ranks[position]! &&
        this.started[upstream] === 1 &&
        !this.#isLater(upstream, decidedBy);
      return ended ? outputs[upstream] : undefined;
    });
  }

  /** Whether the trigger rule lets a task start, and which success decided it. */
  #trigger(position: number): boolean {
    const { predecessors, predecessorStarts } = this.#index;
    const [start, end] = [predecessorStarts[position]!, predecessorStarts[position + 1]!];
    const rule = this.#rules[position]!;
    /** Successes that settled a dependency: the first that succeeded, the first that was skipped, the last of all. */
    let firstSuccess: number | null = null;
    let firstSkip: number | null = null;
    let last = NOBODY;
    for (let edge = start; edge < end; edge += 1) {
      const dependency = predecessors[edge]!;
      const by = this.#settledBy[dependency]!;
      if (edge === start || this.#isLater(by, last)) last = by;
      if (this.started[dependency] === 1) {
        if (firstSuccess === null || this.#isLater(firstSuccess, by)) firstSuccess = by;
      } else if (firstSkip === null || this.#isLater(firstSkip, by)) firstSkip = by;
    }
    // What has been seen changes at these moments only.
    let by = NOBODY;
    let decision = TRIGGER_TABLE[rule + this.#seenBy(NOBODY, firstSuccess, firstSkip, start < end && last !== NOBODY)]!;
    if (decision === 'wait') {
      const early = firstSkip === null || (firstSuccess !== null && this.#isLater(firstSkip, firstSuccess)) ? firstSuccess : firstSkip;
      const late = early === firstSuccess ? firstSkip : firstSuccess;
      for (const moment of [early, late, last]) {
        if (moment === null || decision !== 'wait') continue;
        by = moment;
        decision = TRIGGER_TABLE[rule + this.#seenBy(moment, firstSuccess, firstSkip, moment !== last)]!;
      }
    }
    this.#decidedBy[position] = by;
    return decision === 'ready';
  }

  #seenBy(moment: number, firstSuccess: number | null, firstSkip: number | null, unsettled: boolean): number {
    const succeeded = firstSuccess !== null && !this.#isLater(firstSuccess, moment) ? SEEN.succeeded : 0;
    const skipped = firstSkip !== null && !this.#isLater(firstSkip, moment) ? SEEN.skipped : 0;
    return succeeded | skipped | (unsettled ? UNSETTLED : 0);
  }

  /** Whether one success comes after another. */
  #isLater(success: number, other: number): boolean {
    if (success === other || success === NOBODY) return false;
    if (other === NOBODY) return true;
    const [end, otherEnd] = [this.ends[success]!, this.ends[other]!];
    return end > otherEnd || (end === otherEnd && this.#ranks[success]! > this.#ranks[other]!);
  }
}
