import type { JsonValue } from '../../ports/json-value.js';
import { showId } from '../graph-error.js';
import { requiredTokens } from '../required-tokens.js';
import { evaluateCondition } from '../run/evaluate-condition.js';
import { isSettled } from '../run/task-transitions.js';
import type { GraphIndex } from '../structure/graph-index.js';
import { positionsOf } from '../structure/graph-walk.js';
import { remainingPaths } from '../structure/remaining-paths.js';
import type { TaskNode } from '../task-node.js';
import type { TaskState } from '../task-state.js';
import { TriggerRule } from '../trigger-rule.js';
import { conditionChoices, type OutputChoice } from './condition-choices.js';
import { describeValue } from './describe-domain.js';
import { type RaceChoice, raceChoices } from './race-choices.js';
import { RunSimulation } from './run-simulation.js';

/** The dearest and the longest run that were found, each possible. */
export interface WorstRuns {
  readonly tokens: {
    readonly total: number;
    /**
     * Values that tasks hand on in that run, which fail, and which end before others; none where every run needs as much. Examples:
     * `"triage"."severity" equals "high"`, `"try" fails`, `"probe" ends first`.
     */
    readonly choices: readonly string[];
  };
  readonly minutes: {
    readonly total: number;
    /** The ids of tasks of which each waits for the one before, first to last. */
    readonly path: readonly string[];
    readonly choices: readonly string[];
  };
  /** Whether every combination was tried: no run in which only tasks with a handler fail is worse, where each takes as long as it is estimated. */
  readonly complete: boolean;
}

const RUN_LIMIT = 1_024;
/** Dependencies and comparisons that are looked at in all runs together: some 20 ms. */
const WORK_LIMIT = 400_000;

/**
 * Finds the dearest and the longest run, by the values of the outputs that conditions look at, and by which tasks fail of those that have a
 * handler, a task with the rule `one-failed` that depends on them; everything else that starts succeeds. A minute is `estimatedMinutes`, none
 * where that is absent; tasks start as soon as they can, with slots enough. Where a condition is looked at before all is there that it compares,
 * the dearest run may also be one in which some tasks end sooner than they are estimated to, and the longest one in which they end first of those
 * that end at once.
 *
 * Tries every combination that makes a difference, up to 1,024 runs and 400,000 dependencies looked at; where there are more, a greedy
 * guess, improved one at a time. Then worse runs may be left, but those found are possible. For the order of ends it takes as many runs again.
 *
 * @param nodes - What is left to do, see `remainingWork`, in a graph that is being carried out.
 * @param order - Positions in topological order; what is on a cycle or behind one is left out.
 * @param stateOf - What has become of a task. @defaultValue every task is pending
 */
export function findWorstRuns(
  nodes: readonly TaskNode[],
  index: GraphIndex,
  order: Int32Array,
  stateOf: (taskId: string) => TaskState = () => 'pending',
): WorstRuns {
  return new WorstRunSearch(nodes, index, order, stateOf).search();
}

interface Run {
  readonly total: number;
  /** Whether what ends first takes no time. */
  readonly rushes: boolean;
  /** Which of the values of each choice. */
  readonly picks: Int32Array;
}

type Measure = 'tokens' | 'minutes';

/** Whether a task fails if it starts. */
interface FailureChoice {
  readonly mayFail: number;
  readonly values: readonly [false, true];
  /** Tasks that depend on it. */
  readonly readers: readonly number[];
}

/** What comes of a run of which it can't be told what comes of it. */
const UNTOLD: Readonly<Record<Measure, number>> = { tokens: Number.NEGATIVE_INFINITY, minutes: Number.NEGATIVE_INFINITY };

class WorstRunSearch {
  readonly #nodes: readonly TaskNode[];
  readonly #index: GraphIndex;
  readonly #order: Int32Array;
  readonly #weights: Readonly<Record<Measure, Float64Array>>;
  /** Races come last. */
  readonly #choices: readonly (OutputChoice | FailureChoice | RaceChoice)[];
  /** How many of the choices are none of races. */
  readonly #usual: number;
  readonly #choicesComplete: boolean;
  /** Comparisons of each condition. */
  readonly #comparisons: Int32Array;
  readonly #simulation: RunSimulation;
  readonly #outputs: (Record<string, JsonValue> | undefined)[];
  /** 1 for each task that fails if it starts. */
  readonly #fails: Uint8Array;
  /** For each task how many choices of races hurry it. */
  readonly #hurried: Uint8Array;
  /** Tasks that choices decide about, and those behind them. */
  readonly #affected: Int32Array;
  readonly #unaffected: { tokens: number; minutes: number } = { tokens: 0, minutes: 0 };
  readonly #runLimit: number;
  #worst: Record<Measure, Run> | null = null;
  readonly #least: Record<Measure, number> = { tokens: Number.POSITIVE_INFINITY, minutes: Number.POSITIVE_INFINITY };
  readonly #picks: Int32Array;
  #runs = 0;
  #allTold = true;

  constructor(nodes: readonly TaskNode[], index: GraphIndex, order: Int32Array, stateOf: (taskId: string) => TaskState) {
    this.#nodes = nodes;
    this.#index = index;
    this.#order = order;
    this.#weights = {
      tokens: Float64Array.from(nodes, requiredTokens),
      minutes: Float64Array.from(nodes, ({ estimatedMinutes }) => estimatedMinutes ?? 0),
    };
    const { choices, comparisons, complete } = conditionChoices(nodes, index);
    const isOver = (taskId: string) => isSettled(stateOf(taskId));
    const failures = failureChoices(nodes, index, isOver);
    const races = choices.length === 0 ? [] : raceChoices(nodes, index, order, choices, isOver);
    this.#choices = [...choices, ...failures, ...races];
    this.#usual = choices.length + failures.length;
    this.#fails = new Uint8Array(nodes.length);
    this.#hurried = new Uint8Array(nodes.length);
    this.#choicesComplete = complete;
    this.#comparisons = comparisons;
    this.#picks = new Int32Array(this.#choices.length);
    this.#outputs = new Array<Record<string, JsonValue> | undefined>(nodes.length).fill(undefined);
    for (const number of this.#choices.keys()) this.#pick(number, 0);
    this.#simulation = new RunSimulation(nodes, index, order, this.#weights.minutes, stateOf);
    this.#simulate(order, false);
    const affected = this.#findAffected(failures, races);
    this.#affected = order.filter((position) => affected[position] === 1);
    this.#unaffected = this.#measure(order.filter((position) => affected[position] === 0));
    let work = 1;
    for (const position of this.#affected) {
      work += 1 + index.predecessorStarts[position + 1]! - index.predecessorStarts[position]! + comparisons[position]!;
    }
    this.#runLimit = Math.max(1, Math.min(RUN_LIMIT, Math.floor(WORK_LIMIT / work)));
  }

  search(): WorstRuns {
    const usual = this.#combinations(this.#usual);
    const enumerable = usual <= this.#runLimit;
    if (enumerable) this.#tryAll(0, usual);
    else {
      // Without a failure no run is in doubt: there is always one to go by.
      this.#try(new Int32Array(this.#choices.length));
      this.#improve('tokens', Math.ceil(this.#runLimit / 2));
      this.#improve('minutes', this.#runLimit);
    }
    const complete = enumerable && this.#choicesComplete && this.#allTold;
    if (this.#choices.length > this.#usual) this.#race(usual);
    const { tokens, minutes } = this.#worst!;
    const describe = (measure: Measure): readonly string[] => {
      if (complete && this.#least[measure] === this.#worst![measure].total) return [];
      this.#replay(this.#worst![measure]);
      return this.#describeChoices();
    };
    const longestPath = () => {
      this.#replay(minutes);
      return this.#longestPath();
    };
    // What a run looks like is only of interest where it needs too much.
    return {
      tokens: {
        total: tokens.total,
        get choices() {
          return describe('tokens');
        },
      },
      minutes: {
        total: minutes.total,
        get path() {
          return longestPath();
        },
        get choices() {
          return describe('minutes');
        },
      },
      complete,
    };
  }

  /** Runs in which some tasks end before others, after all others were tried. */
  #race(usual: number): void {
    const all = this.#combinations(this.#choices.length);
    if (all <= this.#runLimit) {
      this.#tryAll(usual, all);
      return;
    }
    const { tokens, minutes } = this.#worst!;
    const done = this.#runs;
    this.#improve('tokens', done + Math.ceil(this.#runLimit / 2), tokens.picks);
    this.#improve('minutes', done + this.#runLimit, minutes.picks);
  }

  /** How many combinations the first choices have, as far as that matters. */
  #combinations(count: number): number {
    let combinations = 1;
    for (const { values } of this.#choices.slice(0, count)) combinations = Math.min(combinations * values.length, RUN_LIMIT + 1);
    return combinations;
  }

  #tryAll(from: number, to: number): void {
    for (let combination = from; combination < to; combination += 1) {
      let left = combination;
      this.#try(
        Int32Array.from(this.#choices, ({ values }) => {
          const pick = left % values.length;
          left = Math.floor(left / values.length);
          return pick;
        }),
      );
    }
  }

  /**
   * Changes one value after the other and keeps what is no worse; where nothing is left to change, begins anew elsewhere.
   *
   * @param start - What to begin with, to change everything; without it, races are left out.
   */
  #improve(measure: Measure, runLimit: number, start?: Int32Array): void {
    const count = start === undefined ? this.#usual : this.#choices.length;
    let current = start ?? this.#guess(measure);
    let total = this.#try(current)[measure];
    let unchanged = 0;
    let seed = 1;
    for (let turn = 0; this.#runs < runLimit; turn += 1) {
      const choice = turn % count;
      const { values } = this.#choices[choice]!;
      const before = current[choice]!;
      for (let step = 1; step < values.length && this.#runs < runLimit; step += 1) {
        const changed = current.slice();
        changed[choice] = (before + step) % values.length;
        const changedTotal = this.#try(changed)[measure];
        if (changedTotal > total) unchanged = -1;
        if (changedTotal >= total) [current, total] = [changed, changedTotal];
      }
      unchanged += 1;
      if (unchanged < count) continue;
      // A linear congruential generator (Numerical Recipes): any spread of starts will do, as long as it is the same each time.
      current = Int32Array.from(this.#choices, (other, number) => {
        if (number >= count) return 0;
        seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
        return Math.floor((seed / 2 ** 32) * other.values.length);
      });
      unchanged = 0;
      if (this.#runs < runLimit) total = this.#try(current)[measure];
    }
  }

  /** Values that let tasks run which have much behind them. */
  #guess(measure: Measure): Int32Array {
    const behind = remainingPaths(this.#index, this.#order, Array.from(this.#weights[measure]));
    const guess = new Int32Array(this.#choices.length);
    let work = WORK_LIMIT;
    for (const [number, choice] of this.#choices.entries()) {
      if ('mayHurry' in choice) break;
      const { values, readers } = choice;
      let best = -1;
      for (let pick = 0; pick < values.length && work > 0; pick += 1) {
        this.#pick(number, pick);
        let weight = 0;
        for (const reader of readers) {
          if ('mayFail' in choice) {
            if (values[pick] === (this.#nodes[reader]!.triggerRule === TriggerRule.ONE_FAILED)) weight += behind[reader]!;
            continue;
          }
          work -= 1 + this.#comparisons[reader]!;
          const holds = evaluateCondition(this.#nodes[reader]!.when!, (id) => this.#outputs[this.#index.positions.get(id) ?? -1]);
          if (holds) weight += behind[reader]!;
        }
        if (weight <= best) continue;
        best = weight;
        guess[number] = pick;
      }
      this.#pick(number, guess[number]!);
    }
    return guess;
  }

  #pick(number: number, pick: number): void {
    const before = this.#picks[number]!;
    this.#picks[number] = pick;
    const choice = this.#choices[number]!;
    if ('mayFail' in choice) {
      this.#fails[choice.mayFail] = pick;
      return;
    }
    if ('mayHurry' in choice) {
      for (const position of choice.hurried) this.#hurried[position]! += pick - before;
      return;
    }
    const { variable, values } = choice;
    // Without a prototype, so that every name is a name.
    const outputs: Record<string, JsonValue> = this.#outputs[variable.position] ?? Object.create(null);
    this.#outputs[variable.position] = outputs;
    outputs[variable.output] = values[pick]!;
  }

  #pickAll(picks: Int32Array): void {
    for (let number = 0; number < picks.length; number += 1) if (picks[number] !== this.#picks[number]) this.#pick(number, picks[number]!);
  }

  #simulate(positions: Int32Array, rushes: boolean): void {
    this.#simulation.simulate(positions, { outputs: this.#outputs, fails: this.#fails, hurried: this.#hurried, rushes });
  }

  #replay({ picks, rushes }: Run): void {
    this.#pickAll(picks);
    this.#simulate(this.#affected, rushes);
  }

  /** What a run needs; minutes by the estimates, tokens also where what ends first takes no time. */
  #try(picks: Int32Array): Readonly<Record<Measure, number>> {
    this.#pickAll(picks);
    this.#runs += 1;
    const timely = this.#tryOnce(false);
    if (!picks.subarray(this.#usual).includes(1)) return timely;
    return { tokens: Math.max(timely.tokens, this.#tryOnce(true).tokens), minutes: timely.minutes };
  }

  #tryOnce(rushes: boolean): Readonly<Record<Measure, number>> {
    this.#simulate(this.#affected, rushes);
    if (this.#simulation.doubtful) {
      this.#allTold = false;
      return UNTOLD;
    }
    const affected = this.#measure(this.#affected);
    const tokens = affected.tokens + this.#unaffected.tokens;
    const minutes = Math.max(affected.minutes, this.#unaffected.minutes);
    const run = (total: number): Run => ({ total, picks: this.#picks.slice(), rushes });
    this.#worst ??= { tokens: run(tokens), minutes: run(minutes) };
    this.#least.tokens = Math.min(this.#least.tokens, tokens);
    if (tokens > this.#worst.tokens.total) this.#worst.tokens = run(tokens);
    if (rushes) return { tokens, minutes };
    this.#least.minutes = Math.min(this.#least.minutes, minutes);
    if (minutes > this.#worst.minutes.total) this.#worst.minutes = run(minutes);
    return { tokens, minutes };
  }

  /** What some tasks need together, and when the last of them ends. */
  #measure(positions: Int32Array): Record<Measure, number> {
    const { started, ends } = this.#simulation;
    const sum = { tokens: 0, minutes: 0 };
    for (const position of positions) {
      if (started[position] === 0) continue;
      sum.tokens += this.#weights.tokens[position]!;
      sum.minutes = Math.max(sum.minutes, ends[position]!);
    }
    return sum;
  }

  #findAffected(failures: readonly FailureChoice[], races: readonly RaceChoice[]): Uint8Array {
    const { predecessors, predecessorStarts } = this.#index;
    const affected = new Uint8Array(this.#nodes.length);
    for (const { mayFail } of failures) affected[mayFail] = 1;
    for (const { hurried } of races) for (const position of hurried) affected[position] = 1;
    for (const position of this.#order) {
      let behind = affected[position]! | (this.#nodes[position]!.when === undefined ? 0 : 1);
      for (let edge = predecessorStarts[position]!; edge < predecessorStarts[position + 1]!; edge += 1) behind |= affected[predecessors[edge]!]!;
      affected[position] = behind;
    }
    return affected;
  }

  /** Of tasks that started, which failed, which ended first, and what the others handed on where it could have been something else. */
  #describeChoices(): readonly string[] {
    return this.#choices.flatMap((choice, number) => {
      const position = 'mayFail' in choice ? choice.mayFail : 'mayHurry' in choice ? choice.mayHurry : choice.variable.position;
      if (this.#simulation.started[position] === 0) return [];
      if ('mayHurry' in choice) return this.#picks[number] === 1 ? [`${showId(this.#nodes[position]!.id)} ends first`] : [];
      if ('mayFail' in choice) return this.#fails[position] === 1 ? [`${showId(this.#nodes[position]!.id)} fails`] : [];
      const { variable, values } = choice;
      if (values.length < 2 || this.#fails[position] === 1) return [];
      const { output } = variable;
      const value = values[this.#picks[number]!] as string | number | boolean;
      return [`${showId(this.#nodes[position]!.id)}.${showId(output)} equals ${describeValue(value)}`];
    });
  }

  #longestPath(): readonly string[] {
    const { started, ends } = this.#simulation;
    let last = -1;
    for (const position of this.#order) if (started[position] === 1 && (last < 0 || ends[position]! > ends[last]!)) last = position;
    return last < 0 ? [] : this.#simulation.pathTo(last).map((position) => this.#nodes[position]!.id);
  }
}

/** Tasks whose failure some other task handles. */
function failureChoices(nodes: readonly TaskNode[], index: GraphIndex, isOver: (taskId: string) => boolean): readonly FailureChoice[] {
  const { predecessors, predecessorStarts, successors, successorStarts } = index;
  const handled = new Set<number>();
  for (const [position, { triggerRule }] of nodes.entries()) {
    if (triggerRule === TriggerRule.ONE_FAILED)
      for (const dependency of positionsOf(position, predecessors, predecessorStarts)) handled.add(dependency);
  }
  return [...handled]
    .filter((position) => !isOver(nodes[position]!.id))
    .map((mayFail) => ({ mayFail, values: [false, true], readers: [...positionsOf(mayFail, successors, successorStarts)] }));
}
