import type { TaskOutputs } from '../output-type.js';
import { ruleNumber, SEEN, SEEN_SETS, type TriggerDecision, triggerTable, UNSETTLED } from '../run/decide-trigger.js';
import { evaluateCondition } from '../run/evaluate-condition.js';
import { isSettled } from '../run/task-transitions.js';
import type { GraphIndex } from '../structure/graph-index.js';
import type { TaskNode } from '../task-node.js';
import type { TaskState } from '../task-state.js';
import { TriggerRule } from '../trigger-rule.js';

/** Whose end decides about a task where nobody's did: it starts or is skipped at once. */
const NOBODY = -1;
/** Whose end settled a dependency in a way in which none was. */
const NEVER = -2;

/** What is settled about a run before it is simulated. */
export interface RunPlan {
  /** What each task hands on when it succeeds. */
  readonly outputs: readonly (TaskOutputs | undefined)[];
  /** 1 for each task that fails if it starts. */
  readonly fails: Uint8Array;
  /** More than 0 for each task that ends before all others that end at the same time: with a task, all that it depends on. */
  readonly hurried: Uint8Array;
  /** Whether what is hurried takes no time, whatever it is estimated at. */
  readonly rushes: boolean;
}

const DECISIONS = triggerTable();

/**
 * Runs in which of the tasks that start some fail, as is said, and all others succeed, each as soon as it can, with slots enough. They agree
 * with `GraphRun` where the task that ends first is reported first, ties in topological order, and go on from where it stands: what is ready or
 * has begun waits for nothing, and what is settled was so before.
 */
export class RunSimulation {
  /** 1 for each task that started, or may still end. */
  readonly started: Uint8Array;
  /** When each task ended, or was settled without a start. */
  readonly ends: Float64Array;
  /**
   * Whether the run is one that can't be told: a task that needs the success of all sees one fail and another skipped by the same end, and
   * what it becomes depends on which of them it is told of first.
   */
  doubtful = false;
  readonly #nodes: readonly TaskNode[];
  readonly #index: GraphIndex;
  readonly #durations: Float64Array;
  readonly #ranks: Int32Array;
  readonly #rules: Uint16Array;
  /** The bit of `SEEN` of each task. */
  readonly #outcomes: Uint8Array;
  /** For each task the end of the task that decided what becomes of it. */
  readonly #decidedBy: Int32Array;
  /** For each task the end that settled it: its own, or where it didn't start that which decided it. */
  readonly #settledBy: Int32Array;
  /** 1 for each task that is settled. */
  readonly #over: Uint8Array;
  /** 1 for each task of which nothing keeps it from going on. */
  readonly #goes: Uint8Array;
  #hurried: Uint8Array;

  /** @param durations - For each position, at least 0. */
  constructor(nodes: readonly TaskNode[], index: GraphIndex, order: Int32Array, durations: Float64Array, stateOf: (taskId: string) => TaskState) {
    this.#nodes = nodes;
    this.#index = index;
    this.#durations = durations;
    this.started = new Uint8Array(index.size);
    this.ends = new Float64Array(index.size);
    this.#ranks = new Int32Array(index.size).fill(index.size);
    for (let rank = 0; rank < order.length; rank += 1) this.#ranks[order[rank]!] = rank;
    this.#rules = Uint16Array.from(nodes, ({ triggerRule }) => ruleNumber(triggerRule) * SEEN_SETS);
    this.#outcomes = new Uint8Array(index.size);
    this.#decidedBy = new Int32Array(index.size).fill(NOBODY);
    this.#settledBy = new Int32Array(index.size).fill(NOBODY);
    this.#over = new Uint8Array(index.size);
    this.#goes = new Uint8Array(index.size);
    this.#hurried = new Uint8Array(index.size);
    for (const [position, { id }] of nodes.entries()) {
      const state = stateOf(id);
      if (isSettled(state)) {
        this.#over[position] = 1;
        // Every rule takes what was cancelled for a failure.
        this.#outcomes[position] = state === 'cancelled' ? SEEN['upstream-failed'] : SEEN[state];
      } else if (state !== 'pending') this.#goes[position] = 1;
    }
  }

  /**
   * Decides about tasks anew.
   *
   * @param positions - In topological order, with everything behind them.
   */
  simulate(positions: Int32Array, { outputs, fails, hurried, rushes }: RunPlan): void {
    this.doubtful = false;
    this.#hurried = hurried;
    for (const position of positions) {
      if (this.#over[position] === 1) continue;
      const goes = this.#goes[position] === 1;
      const decision = goes ? 'ready' : this.#trigger(position);
      const decidedBy = this.#decidedBy[position]!;
      const runs = goes || (decision === 'ready' && this.#conditionHolds(position, decidedBy, outputs));
      const decided = decidedBy === NOBODY ? 0 : this.ends[decidedBy]!;
      const duration = rushes && hurried[position]! > 0 ? 0 : this.#durations[position]!;
      this.started[position] = runs ? 1 : 0;
      this.ends[position] = runs ? decided + duration : decided;
      this.#settledBy[position] = runs ? position : decidedBy;
      const ended = fails[position] === 1 ? SEEN.failed : SEEN.succeeded;
      this.#outcomes[position] = runs ? ended : decision === 'upstream-failed' ? SEEN['upstream-failed'] : SEEN.skipped;
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
      const handedOn =
        upstream !== undefined &&
        this.#ranks[upstream]! < this.#ranks[position]! &&
        this.#outcomes[upstream] === SEEN.succeeded &&
        !this.#isLater(this.#settledBy[upstream]!, decidedBy);
      return handedOn ? outputs[upstream] : undefined;
    });
  }

  /** What the trigger rule makes of a task, and which end decided it. */
  #trigger(position: number): TriggerDecision {
    const { predecessors, predecessorStarts } = this.#index;
    const start = predecessorStarts[position]!;
    const end = predecessorStarts[position + 1]!;
    const rule = this.#rules[position]!;
    /** Ends that settled a dependency: the first that succeeded, failed, was skipped, and the last of all. */
    let success = NEVER;
    let failure = NEVER;
    let skip = NEVER;
    let last = NOBODY;
    for (let edge = start; edge < end; edge += 1) {
      const dependency = predecessors[edge]!;
      const by = this.#settledBy[dependency]!;
      if (edge === start || this.#isLater(by, last)) last = by;
      const outcome = this.#outcomes[dependency]!;
      if (outcome === SEEN.succeeded) success = this.#earlier(success, by);
      else if (outcome === SEEN.skipped) skip = this.#earlier(skip, by);
      else failure = this.#earlier(failure, by);
    }
    const decideAt = (moment: number): TriggerDecision => {
      let seen = moment === last || start === end ? 0 : UNSETTLED;
      if (this.#isOver(success, moment)) seen |= SEEN.succeeded;
      if (this.#isOver(failure, moment)) seen |= SEEN.failed;
      if (this.#isOver(skip, moment)) seen |= SEEN.skipped;
      return DECISIONS[rule + seen]!;
    };
    // What has been seen changes at these moments only.
    let by = NOBODY;
    let decision = decideAt(by);
    while (decision === 'wait') {
      by = this.#next(by, success, this.#next(by, failure, this.#next(by, skip, last)));
      decision = decideAt(by);
    }
    if (failure >= 0 && failure === skip && by === failure && rule === NEEDS_ALL) this.doubtful = true;
    this.#decidedBy[position] = by;
    return decision;
  }

  #earlier(first: number, by: number): number {
    return first === NEVER || this.#isLater(first, by) ? by : first;
  }

  /** Whether an end has come at a moment. */
  #isOver(end: number, moment: number): boolean {
    return end !== NEVER && !this.#isLater(end, moment);
  }

  /** The earlier of an end, if it is still to come, and another one. */
  #next(now: number, end: number, other: number): number {
    return end !== NEVER && this.#isLater(end, now) && this.#isLater(other, end) ? end : other;
  }

  /** Whether one end comes after another. */
  #isLater(end: number, other: number): boolean {
    if (end === other || end === NOBODY) return false;
    if (other === NOBODY) return true;
    const time = this.ends[end]!;
    const otherTime = this.ends[other]!;
    if (time !== otherTime) return time > otherTime;
    const isHurried = this.#hurried[end]! > 0;
    const isOtherHurried = this.#hurried[other]! > 0;
    return isHurried === isOtherHurried ? this.#ranks[end]! > this.#ranks[other]! : isOtherHurried;
  }
}

const NEEDS_ALL = ruleNumber(TriggerRule.ALL_SUCCESS) * SEEN_SETS;
