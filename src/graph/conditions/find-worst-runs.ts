import type { JsonValue } from '../../ports/json-value.js';
import { showId } from '../graph-error.js';
import { evaluateCondition } from '../run/evaluate-condition.js';
import type { GraphIndex } from '../structure/graph-index.js';
import { positionsOf } from '../structure/graph-walk.js';
import { remainingPaths } from '../structure/remaining-paths.js';
import type { TaskNode } from '../task-node.js';
import { TriggerRule } from '../trigger-rule.js';
import { conditionChoices, type OutputChoice } from './condition-choices.js';
import { describeValue } from './describe-domain.js';
import { RunSimulation } from './run-simulation.js';

/** The dearest and the longest run that were found, each possible. */
export interface WorstRuns {
  readonly tokens: {
    readonly total: number;
    /** Values that tasks hand on in that run, and which fail; none where every run needs as much. Examples: `"triage"."severity" equals "high"`, `"try" fails`. */
    readonly choices: readonly string[];
  };
  readonly minutes: {
    readonly total: number;
    /** The ids of tasks of which each waits for the one before, first to last. */
    readonly path: readonly string[];
    readonly choices: readonly string[];
  };
  /** Whether every combination was tried: no run in which only tasks with a handler fail is worse, but for the order of events. */
  readonly complete: boolean;
}

const RUN_LIMIT = 1_024;
/** Dependencies and comparisons that are looked at in all runs together: some 20 ms. */
const WORK_LIMIT = 400_000;

/**
 * Finds the dearest and the longest run, by the values of the outputs that conditions look at, and by which tasks fail of those that have a
 * handler, a task with the rule `one-failed` that depends on them; everything else that starts succeeds. A minute is `estimatedMinutes`, none where that is absent; tasks start as soon as they can, with slots enough.
 *
 * Tries every combination that makes a difference, up to 1,024 runs and 400,000 dependencies looked at; where there are more, a greedy
 * guess, improved one at a time. Then worse runs may be left, but those found are possible.
 *
 * @param order - Positions in topological order; what is on a cycle or behind one is left out.
 * @param hasBegun - Whether a task is at work or settled: it doesn't fail. @defaultValue none is
 */
export function findWorstRuns(
  nodes: readonly TaskNode[],
  index: GraphIndex,
  order: Int32Array,
  hasBegun: (taskId: string) => boolean = () => false,
): WorstRuns {
  return new WorstRunSearch(nodes, index, order, hasBegun).search();
}

interface Run {
  readonly total: number;
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
  readonly #choices: readonly (OutputChoice | FailureChoice)[];
  readonly #choicesComplete: boolean;
  /** Comparisons of each condition. */
  readonly #comparisons: Int32Array;
  readonly #simulation: RunSimulation;
  readonly #outputs: (Record<string, JsonValue> | undefined)[];
  /** 1 for each task that fails if it starts. */
  readonly #fails: Uint8Array;
  /** Tasks that conditions and failures decide about, and those behind them. */
  readonly #affected: Int32Array;
  readonly #unaffected: { tokens: number; minutes: number } = { tokens: 0, minutes: 0 };
  readonly #runLimit: number;
  #worst: Record<Measure, Run> | null = null;
  readonly #least: Record<Measure, number> = { tokens: Number.POSITIVE_INFINITY, minutes: Number.POSITIVE_INFINITY };
  readonly #picks: Int32Array;
  #runs = 0;
  #allTold = true;

  constructor(nodes: readonly TaskNode[], index: GraphIndex, order: Int32Array, hasBegun: (taskId: string) => boolean) {
    this.#nodes = nodes;
    this.#index = index;
    this.#order = order;
    this.#weights = {
      tokens: Float64Array.from(nodes, ({ estimatedTokens }) => estimatedTokens),
      minutes: Float64Array.from(nodes, ({ estimatedMinutes }) => estimatedMinutes ?? 0),
    };
    const { choices, comparisons, complete } = conditionChoices(nodes, index);
    const failures = failureChoices(nodes, index, hasBegun);
    this.#choices = [...choices, ...failures];
    this.#fails = new Uint8Array(nodes.length);
    this.#choicesComplete = complete;
    this.#comparisons = comparisons;
    this.#picks = new Int32Array(this.#choices.length);
    this.#outputs = new Array<Record<string, JsonValue> | undefined>(nodes.length).fill(undefined);
    for (const number of this.#choices.keys()) this.#pick(number, 0);
    this.#simulation = new RunSimulation(nodes, index, order, this.#weights.minutes);
    this.#simulation.simulate(order, this.#outputs, this.#fails);
    const affected = this.#findAffected(failures);
    this.#affected = order.filter((position) => affected[position] === 1);
    this.#unaffected = this.#measure(order.filter((position) => affected[position] === 0));
    let work = 1;
    for (const position of this.#affected) {
      work += 1 + index.predecessorStarts[position + 1]! - index.predecessorStarts[position]! + comparisons[position]!;
    }
    this.#runLimit = Math.max(1, Math.min(RUN_LIMIT, Math.floor(WORK_LIMIT / work)));
  }

  search(): WorstRuns {
    let combinations = 1;
    for (const { values } of this.#choices) combinations = Math.min(combinations * values.length, RUN_LIMIT + 1);
    const enumerable = combinations <= this.#runLimit;
    if (enumerable) this.#tryAll(combinations);
    else {
      // Without a failure no run is in doubt: there is always one to go by.
      this.#try(new Int32Array(this.#choices.length));
      this.#improve('tokens', Math.ceil(this.#runLimit / 2));
      this.#improve('minutes', this.#runLimit);
    }
    const complete = enumerable && this.#choicesComplete && this.#allTold;
    const { tokens, minutes } = this.#worst!;
    const choicesOf = (measure: Measure) => (complete && this.#least[measure] === this.#worst![measure].total ? [] : this.#describeChoices());
    this.#try(tokens.picks);
    const tokenChoices = choicesOf('tokens');
    this.#try(minutes.picks);
    return {
      tokens: { total: tokens.total, choices: tokenChoices },
      minutes: { total: minutes.total, path: this.#longestPath(), choices: choicesOf('minutes') },
      complete,
    };
  }

  #tryAll(combinations: number): void {
    for (let combination = 0; combination < combinations; combination += 1) {
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

  /** Changes one value after the other and keeps what is no worse; where nothing is left to change, begins anew elsewhere. */
  #improve(measure: Measure, runLimit: number): void {
    let current = this.#guess(measure);
    let total = this.#try(current)[measure];
    let unchanged = 0;
    let seed = 1;
    for (let turn = 0; this.#runs < runLimit; turn += 1) {
      const choice = turn % this.#choices.length;
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
      if (unchanged < this.#choices.length) continue;
      // A linear congruential generator (Numerical Recipes): any spread of starts will do, as long as it is the same each time.
      current = Int32Array.from(this.#choices, (other) => {
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
    this.#picks[number] = pick;
    const choice = this.#choices[number]!;
    if ('mayFail' in choice) {
      this.#fails[choice.mayFail] = pick;
      return;
    }
    const { variable, values } = choice;
    // Without a prototype, so that every name is a name.
    const outputs: Record<string, JsonValue> = this.#outputs[variable.position] ?? Object.create(null);
    this.#outputs[variable.position] = outputs;
    outputs[variable.output] = values[pick]!;
  }

  #try(picks: Int32Array): Readonly<Record<Measure, number>> {
    for (let number = 0; number < picks.length; number += 1) if (picks[number] !== this.#picks[number]) this.#pick(number, picks[number]!);
    this.#simulation.simulate(this.#affected, this.#outputs, this.#fails);
    this.#runs += 1;
    if (this.#simulation.doubtful) {
      this.#allTold = false;
      return UNTOLD;
    }
    const affected = this.#measure(this.#affected);
    const tokens = affected.tokens + this.#unaffected.tokens;
    const minutes = Math.max(affected.minutes, this.#unaffected.minutes);
    this.#least.tokens = Math.min(this.#least.tokens, tokens);
    this.#least.minutes = Math.min(this.#least.minutes, minutes);
    const run = (total: number): Run => ({ total, picks: picks.slice() });
    this.#worst ??= { tokens: run(tokens), minutes: run(minutes) };
    if (tokens > this.#worst.tokens.total) this.#worst.tokens = run(tokens);
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

  #findAffected(failures: readonly FailureChoice[]): Uint8Array {
    const { predecessors, predecessorStarts } = this.#index;
    const affected = new Uint8Array(this.#nodes.length);
    for (const { mayFail } of failures) affected[mayFail] = 1;
    for (const position of this.#order) {
      let behind = affected[position]! | (this.#nodes[position]!.when === undefined ? 0 : 1);
      for (let edge = predecessorStarts[position]!; edge < predecessorStarts[position + 1]!; edge += 1) behind |= affected[predecessors[edge]!]!;
      affected[position] = behind;
    }
    return affected;
  }

  /** Of tasks that started, which failed, and what the others handed on where it could have been something else. */
  #describeChoices(): readonly string[] {
    return this.#choices.flatMap((choice, number) => {
      const position = 'mayFail' in choice ? choice.mayFail : choice.variable.position;
      if (this.#simulation.started[position] === 0) return [];
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
function failureChoices(nodes: readonly TaskNode[], index: GraphIndex, hasBegun: (taskId: string) => boolean): readonly FailureChoice[] {
  const { predecessors, predecessorStarts, successors, successorStarts } = index;
  const handled = new Set<number>();
  for (const [position, { triggerRule }] of nodes.entries()) {
    if (triggerRule === TriggerRule.ONE_FAILED)
      for (const dependency of positionsOf(position, predecessors, predecessorStarts)) handled.add(dependency);
  }
  return [...handled]
    .filter((position) => !hasBegun(nodes[position]!.id))
    .map((mayFail) => ({ mayFail, values: [false, true], readers: [...positionsOf(mayFail, successors, successorStarts)] }));
}
