import { evaluateCondition } from '../run/evaluate-condition.js';
import type { GraphIndex } from '../structure/graph-index.js';
import { positionsOf } from '../structure/graph-walk.js';
import type { TaskNode } from '../task-node.js';
import { TriggerRule } from '../trigger-rule.js';
import { comparisonsOf } from './comparisons-of.js';
import { ConditionFormulas } from './condition-formulas.js';
import {
  type ClaimContext,
  type ConditionProblem,
  describeEarlyDecision,
  describeEarlyStart,
  describeProblem,
  type ProblemKind,
} from './describe-condition-problem.js';
import { FormulaAlgebra } from './formula-algebra.js';
import { type Formula, isCertain, isRefuted, loosened, UNCONSTRAINED } from './run-formula.js';
import { FAILED, type Lasting, StartFormulas, SUCCEEDED } from './start-formulas.js';
import { SureOutcomes } from './sure-outcomes.js';
import type { ListedDomain, ValueDomain } from './value-domain.js';

/** What is proven about the runs of a graph from its trigger rules and conditions, whatever tasks hand on and whichever fail. */
export interface ConditionAnalysis {
  /** In topological order, each at its root: a task behind one is not reported because of it. */
  readonly problems: readonly ConditionProblem[];
  /** `no` only where it is proven that no run starts both. */
  canBothRun(first: number, second: number): BothRun;
  /** False only where it is proven that no run starts a task in which another one has succeeded by then. */
  canFollow(position: number, producer: number): boolean;
}

/** Whether some run starts both of two tasks; unknown where their conditions are too large to tell. */
export type BothRun = 'yes' | 'no' | 'unknown';

/** Constraints and parts of domains that one analysis may look at: some 20 ms. */
const ANALYSIS_WORK = 1_000_000;
/** For all pairs of which it is asked whether both may run, together; beyond, nobody can tell. */
const PAIR_WORK = 4_000_000;
/** For all that is asked about who follows whom, together; beyond, all may. */
const WIRING_WORK = 1_000_000;
const WALK_WORK = 400_000;
/**
 * Finds conditions that never hold, joins of branches that exclude each other, and tasks whose condition excludes what their dependencies
 * need to run; and tells which tasks exclude each other.
 *
 * Every task that runs may succeed, and then hands on every output it declares with any value of its type, or fail. The runs of each task
 * are described by a formula over outputs and outcomes upstream, from its trigger rule and its condition, which leaves out what can't be
 * told or is too large: what is claimed is certain, but not everything is found. Comparisons with undeclared outputs, or with values of
 * another type, are left out. A graph without conditions and without `one-failed` is passed over.
 *
 * @param order - Positions in topological order; what is on a cycle or behind one is left out.
 * @param hasBegun - Whether a task is at work or settled, in a graph that is being carried out. Where it is absent, nothing is said of tasks
 * with the rule `always` whose condition needs an output: they start at once, but their dependencies may have come before them.
 */
export function analyseConditions(
  nodes: readonly TaskNode[],
  index: GraphIndex,
  order: Int32Array,
  hasBegun?: (taskId: string) => boolean,
): ConditionAnalysis {
  const constrained = nodes.some(({ when, triggerRule }) => when !== undefined || triggerRule === TriggerRule.ONE_FAILED);
  return constrained ? new FormulaAnalysis(nodes, index, order, hasBegun) : { problems: [], canBothRun: () => 'yes', canFollow: () => true };
}

const NOT_FAILED: ListedDomain = { missing: false, listed: new Set(['failed']), excluded: true };
const NOTHING_SAID: Lasting = { condition: UNCONSTRAINED, all: UNCONSTRAINED, decidedBy: null };

class FormulaAnalysis implements ConditionAnalysis {
  readonly problems: ConditionProblem[] = [];
  readonly #nodes: readonly TaskNode[];
  readonly #index: GraphIndex;
  readonly #hasBegun: ((taskId: string) => boolean) | undefined;
  readonly #incomplete: ReadonlySet<number>;
  readonly #context: ClaimContext;
  readonly #algebra = new FormulaAlgebra(ANALYSIS_WORK);
  readonly #pairAlgebra = new FormulaAlgebra(PAIR_WORK);
  readonly #wiringAlgebra = new FormulaAlgebra(WIRING_WORK);
  readonly #sure: SureOutcomes;
  readonly #formulas: ConditionFormulas;
  readonly #starts: StartFormulas;
  /** What it takes for each task to run. */
  readonly #runs: Formula[];
  readonly #reported = new Set<number>();
  /** What was reported, and what can't run because of it. */
  readonly #never = new Set<number>();

  constructor(nodes: readonly TaskNode[], index: GraphIndex, order: Int32Array, hasBegun?: (taskId: string) => boolean) {
    this.#nodes = nodes;
    this.#index = index;
    this.#hasBegun = hasBegun;
    this.#incomplete = new Set(index.unknown.map(({ position }) => position));
    this.#sure = new SureOutcomes(nodes, index, order, WALK_WORK);
    this.#runs = new Array<Formula>(nodes.length).fill(UNCONSTRAINED);
    const formulas = new ConditionFormulas(nodes, index, order, this.#sure);
    this.#formulas = formulas;
    const inType = (variable: number, domain: ValueDomain) => formulas.inType(variable, domain);
    this.#context = { nodes, index, variables: formulas.variables, inType };
    this.#starts = new StartFormulas({ nodes, index, sure: this.#sure, formulas, runs: this.#runs, hasBegun, incomplete: this.#incomplete });
    for (const position of order) {
      this.#runs[position] = this.#runsOf(position);
      if ((this.#reported.has(position) || this.#isBehindNever(position)) && !hasBegun?.(nodes[position]!.id)) this.#never.add(position);
    }
  }

  canBothRun(first: number, second: number): BothRun {
    if (this.#never.has(first) || this.#never.has(second)) return 'no';
    const [one, other] = [this.#runs[first]!, this.#runs[second]!];
    if (isCertain(one) || isCertain(other)) return 'yes';
    const both = this.#pairAlgebra.all(one, other, second);
    return isRefuted(both) ? 'no' : both.isLoose ? 'unknown' : 'yes';
  }

  canFollow(position: number, producer: number): boolean {
    if (this.#reported.has(position) || this.#reported.has(producer)) return true;
    const algebra = this.#wiringAlgebra;
    const succeeds = algebra.all(this.#runs[producer]!, this.#starts.ends(producer, SUCCEEDED, position), position);
    const both = algebra.all(this.#runs[position]!, succeeds, position);
    if (isRefuted(both)) return false;
    const condition = this.#formulas.conditions.get(position);
    // Where it isn't settled when the condition is looked at, it may still succeed until the start.
    if (condition === undefined || condition.open.size === 0 || this.#sure.before(position, producer) === 'open') return true;
    return !isRefuted(algebra.all(both, this.#starts.lasting(position, condition, algebra, producer).all, position));
  }

  #runsOf(position: number): Formula {
    const condition = this.#formulas.conditions.get(position);
    const trigger = this.#triggerOf(position);
    const said = condition === undefined ? NOTHING_SAID : this.#starts.lasting(position, condition, this.#algebra);
    // First, so that it stays where the rest is too large.
    const own = this.#algebra.all(this.#formulas.parts.get(position) ?? UNCONSTRAINED, said.condition, position);
    // What a task itself asks for tells branches apart, even where what came before is too much.
    const alone = this.#algebra.isSpent && !isRefuted(trigger) ? loosened(own) : this.#algebra.all(trigger, own, position);
    const runs = said.all === said.condition ? alone : this.#algebra.all(alone, said.all, position);
    if (!isRefuted(runs)) {
      if (condition === undefined || !this.#startsTooEarly(position)) return runs;
      this.problems.push(describeEarlyStart(position, condition.formula, this.#context));
      this.#reported.add(position);
      return UNCONSTRAINED;
    }
    if (isRefuted(trigger)) this.#report('dead-join', position, trigger);
    if (isRefuted(own)) this.#report('contradictory-condition', position, own);
    if (!isRefuted(trigger) && !isRefuted(own)) {
      if (said.decidedBy === null || !isRefuted(said.all)) this.#report('unreachable', position, runs);
      else this.problems.push(describeEarlyDecision(position, said.decidedBy, this.#context));
    }
    this.#reported.add(position);
    return UNCONSTRAINED;
  }

  #isBehindNever(position: number): boolean {
    if (this.#never.size === 0) return false;
    const dependencies = this.#dependenciesOf(position);
    switch (this.#nodes[position]!.triggerRule ?? TriggerRule.ALL_SUCCESS) {
      case TriggerRule.ALL_SUCCESS:
        return dependencies.some((dependency) => this.#never.has(dependency));
      case TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS:
      case TriggerRule.ONE_SUCCESS:
        return dependencies.length > 0 && !this.#incomplete.has(position) && dependencies.every((dependency) => this.#never.has(dependency));
      default:
        return false;
    }
  }

  #report(kind: ProblemKind, position: number, { refutations }: Formula): void {
    this.problems.push(describeProblem(kind, position, refutations, this.#context));
  }

  /** Whether a task starts at once, and its condition doesn't hold then. */
  #startsTooEarly(position: number): boolean {
    const { triggerRule, when, dependencies } = this.#nodes[position]!;
    const hasBegun = this.#hasBegun;
    if (hasBegun === undefined || triggerRule !== TriggerRule.ALWAYS || when === undefined || dependencies.length === 0) return false;
    const nothingThere = comparisonsOf(when).every((comparison) => this.#formulas.outputs.find(comparison) !== null && !hasBegun(comparison.task));
    return nothingThere && !evaluateCondition(when, () => undefined);
  }

  /** What it takes for the trigger rule to let a task run. */
  #triggerOf(position: number): Formula {
    const dependencies = this.#dependenciesOf(position);
    const { triggerRule: rule = TriggerRule.ALL_SUCCESS } = this.#nodes[position]!;
    const all = (formulaOf: (dependency: number) => Formula): Formula => {
      let formula = UNCONSTRAINED;
      for (const dependency of dependencies) formula = this.#algebra.all(formula, formulaOf(dependency), position);
      return formula;
    };
    // A dependency that names no task may be any task.
    const any = (formulaOf: (dependency: number) => Formula): Formula =>
      dependencies.length === 0 || this.#incomplete.has(position) ? UNCONSTRAINED : this.#algebra.any(Array.from(dependencies, formulaOf), position);
    switch (rule) {
      case TriggerRule.ALL_SUCCESS:
        return all((dependency) => this.#succeeds(dependency, position));
      case TriggerRule.NONE_FAILED:
        return all((dependency) => this.#starts.ends(dependency, NOT_FAILED, position));
      case TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS:
        return this.#algebra.all(
          any((dependency) => this.#succeeds(dependency, position)),
          all((dependency) => this.#starts.ends(dependency, NOT_FAILED, position)),
          position,
        );
      case TriggerRule.ONE_SUCCESS:
        return any((dependency) => this.#succeeds(dependency, position));
      case TriggerRule.ONE_FAILED:
        return any((dependency) => this.#starts.ends(dependency, FAILED, position));
      default:
        return UNCONSTRAINED;
    }
  }

  #dependenciesOf(position: number): Int32Array {
    return positionsOf(position, this.#index.predecessors, this.#index.predecessorStarts);
  }

  #succeeds(dependency: number, position: number): Formula {
    return this.#algebra.all(this.#runs[dependency]!, this.#starts.ends(dependency, SUCCEEDED, position), position);
  }
}
