import type { Comparison } from '../condition.js';
import { evaluateCondition } from '../run/evaluate-condition.js';
import type { GraphIndex } from '../structure/graph-index.js';
import { positionsOf } from '../structure/graph-walk.js';
import type { TaskNode } from '../task-node.js';
import { TriggerRule } from '../trigger-rule.js';
import { comparisonsOf } from './comparisons-of.js';
import { conditionFormula } from './condition-formula.js';
import { ConditionVariables, type OutputVariable } from './condition-variables.js';
import { type ClaimContext, type ConditionProblem, describeEarlyStart, describeProblem, type ProblemKind } from './describe-condition-problem.js';
import { FormulaAlgebra } from './formula-algebra.js';
import { type Clause, type Constraint, constraintFormula, type Formula, isRefuted, refutedFormula, UNCONSTRAINED } from './run-formula.js';
import { type SureOutcome, SureOutcomes } from './sure-outcomes.js';
import { domainOf, intersectDomains, isEmptyDomain, type ListedDomain, presentDomain, type ValueDomain, wholeDomain } from './value-domain.js';

/** What is proven about the runs of a graph from its trigger rules and conditions, whatever tasks hand on and whichever fail. */
export interface ConditionAnalysis {
  /** In topological order, each at its root: a task behind one is not reported because of it. */
  readonly problems: readonly ConditionProblem[];
  /** False only where it is proven that no run starts both. */
  canBothRun(first: number, second: number): boolean;
  /** False only where it is proven that no run starts a task in which another one succeeds. */
  canFollow(position: number, producer: number): boolean;
}

/** Constraints and parts of domains that one analysis may look at: some 20 ms. */
const ANALYSIS_WORK = 1_000_000;
/** For all pairs that are asked for together; beyond, any two may run, or one follow the other. */
const PAIR_WORK = 1_000_000;
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
  return constrained ? new FormulaAnalysis(nodes, index, order, hasBegun) : { problems: [], canBothRun: () => true, canFollow: () => true };
}

const SUCCEEDED: ListedDomain = { missing: false, listed: new Set(['succeeded']), excluded: false };
const FAILED: ListedDomain = { missing: false, listed: new Set(['failed']), excluded: false };
const NOT_FAILED: ListedDomain = { missing: false, listed: new Set(['failed']), excluded: true };

/** A condition as it was when the task began. */
interface ConditionAtStart {
  readonly formula: Formula;
  /** Of outputs that may have been missing then and be there later. */
  readonly open: ReadonlySet<number>;
}

const NOTHING_OPEN: ReadonlySet<number> = new Set();

class FormulaAnalysis implements ConditionAnalysis {
  readonly problems: ConditionProblem[] = [];
  readonly #nodes: readonly TaskNode[];
  readonly #index: GraphIndex;
  readonly #hasBegun: ((taskId: string) => boolean) | undefined;
  readonly #incomplete: ReadonlySet<number>;
  readonly #context: ClaimContext;
  readonly #algebra = new FormulaAlgebra(ANALYSIS_WORK);
  readonly #pairAlgebra = new FormulaAlgebra(PAIR_WORK);
  readonly #wiringAlgebra = new FormulaAlgebra(PAIR_WORK);
  readonly #outputs: ConditionVariables;
  readonly #sure: SureOutcomes;
  /** What each number stands for: an output, or the outcome of the task at a position. They rise along the order. */
  readonly #variables: (OutputVariable | number)[] = [];
  readonly #numbers = new Map<OutputVariable, number>();
  /** The variable of a task's outcome, or -1: only those that a handler of failures depends on have one. */
  readonly #outcomes: Int32Array;
  /** In how many conditions a variable is. */
  readonly #uses: number[] = [];
  /** In whose condition it was last seen. */
  readonly #usedBy: number[] = [];
  /** What all conditions leave of a variable. */
  readonly #common: (ValueDomain | undefined)[] = [];
  /** What it takes for each task to run. */
  readonly #runs: Formula[];
  readonly #reported = new Set<number>();

  constructor(nodes: readonly TaskNode[], index: GraphIndex, order: Int32Array, hasBegun?: (taskId: string) => boolean) {
    this.#nodes = nodes;
    this.#index = index;
    this.#hasBegun = hasBegun;
    this.#incomplete = new Set(index.unknown.map(({ position }) => position));
    this.#outputs = new ConditionVariables(nodes, index);
    this.#sure = new SureOutcomes(nodes, index, order, WALK_WORK);
    this.#outcomes = new Int32Array(nodes.length).fill(-1);
    this.#runs = new Array<Formula>(nodes.length).fill(UNCONSTRAINED);
    const inType = (variable: number, domain: ValueDomain) => this.#inType(domain, this.#variables[variable]!);
    this.#context = { nodes, index, variables: this.#variables, inType };
    const conditions = this.#readConditions(order);
    for (const position of order) this.#runs[position] = this.#runsOf(position, conditions.get(position));
  }

  canBothRun(first: number, second: number): boolean {
    if (this.#reported.has(first) || this.#reported.has(second)) return false;
    return !isRefuted(this.#pairAlgebra.all(this.#runs[first]!, this.#runs[second]!, second));
  }

  canFollow(position: number, producer: number): boolean {
    if (this.#reported.has(position) || this.#reported.has(producer)) return true;
    const algebra = this.#wiringAlgebra;
    const succeeds = algebra.all(this.#runs[producer]!, this.#ends(producer, SUCCEEDED, position), position);
    return !isRefuted(algebra.all(this.#runs[position]!, succeeds, position));
  }

  #readConditions(order: Int32Array): ReadonlyMap<number, ConditionAtStart> {
    const { predecessors, predecessorStarts } = this.#index;
    const handled = new Uint8Array(this.#nodes.length);
    for (const [position, { triggerRule }] of this.#nodes.entries()) {
      if (triggerRule !== TriggerRule.ONE_FAILED) continue;
      for (const dependency of positionsOf(position, predecessors, predecessorStarts)) handled[dependency] = 1;
    }
    const conditions = new Map<number, ConditionAtStart>();
    for (const position of order) {
      if (handled[position] === 1) {
        this.#outcomes[position] = this.#variables.length;
        this.#variables.push(position);
        this.#uses.push(0);
      }
      const condition = this.#readCondition(position);
      if (condition === null) continue;
      conditions.set(position, condition);
      this.#countUses(position, condition);
    }
    return conditions;
  }

  #countUses(position: number, { formula, open }: ConditionAtStart): void {
    for (const clause of formula.clauses) {
      for (const { variable, domain } of clause) {
        if (domain.missing && open.has(variable)) continue;
        if (this.#usedBy[variable] !== position) this.#uses[variable]! += 1;
        this.#usedBy[variable] = position;
        const common = this.#common[variable];
        if (common === undefined) this.#common[variable] = domain;
        else if (common !== domain && !isEmptyDomain(common)) this.#common[variable] = intersectDomains(common, domain);
      }
    }
  }

  /** Whether what one condition says of a variable may exclude what another one says. */
  #isDisputed(variable: number): boolean {
    const common = this.#common[variable];
    return this.#uses[variable]! > 1 && common !== undefined && isEmptyDomain(common);
  }

  #readCondition(position: number): ConditionAtStart | null {
    const { when } = this.#nodes[position]!;
    if (when === undefined) return null;
    let open: Set<number> | null = null;
    /** What was asked last: comparisons of one output tend to stand together. */
    let upstream = -1;
    let outcome: SureOutcome = 'open';
    const compare = (comparison: Comparison, holds: boolean): Formula => {
      const output = this.#outputs.find(comparison);
      const said = output === null ? null : domainOf(comparison, output.type, holds);
      if (output === null || said === null || output.position === position) return UNCONSTRAINED;
      if (output.position !== upstream) {
        upstream = output.position;
        outcome = this.#sure.before(position, upstream);
      }
      const variable = this.#numberOf(output);
      if (outcome === 'open') {
        open ??= new Set();
        open.add(variable);
      }
      const claim = { position, variable, domain: outcome === 'succeeded' ? presentDomain(said) : said };
      const domain = this.#inType(claim.domain, output);
      if (isEmptyDomain(domain)) return refutedFormula({ variable, reason: claim });
      return constraintFormula({ variable, domain, reason: claim });
    };
    const formula = conditionFormula(when, true, { position, algebra: this.#algebra, compare });
    return { formula, open: open ?? NOTHING_OPEN };
  }

  #runsOf(position: number, condition: ConditionAtStart | undefined): Formula {
    const trigger = this.#triggerOf(position);
    const lasting = condition === undefined ? UNCONSTRAINED : this.#lasting(position, condition);
    const runs = this.#algebra.all(trigger, lasting, position);
    if (!isRefuted(runs)) {
      if (condition === undefined || !this.#startsTooEarly(position)) return runs;
      this.problems.push(describeEarlyStart(position, condition.formula, this.#context));
      this.#reported.add(position);
      return UNCONSTRAINED;
    }
    if (isRefuted(trigger)) this.#report('dead-join', position, trigger);
    if (isRefuted(lasting)) this.#report('contradictory-condition', position, lasting);
    if (!isRefuted(trigger) && !isRefuted(lasting)) this.#report('unreachable', position, runs);
    this.#reported.add(position);
    return UNCONSTRAINED;
  }

  #report(kind: ProblemKind, position: number, { refutations }: Formula): void {
    this.problems.push(describeProblem(kind, position, refutations, this.#context));
  }

  /** Whether a task starts at once, and its condition doesn't hold then. */
  #startsTooEarly(position: number): boolean {
    const { triggerRule, when, dependencies } = this.#nodes[position]!;
    const hasBegun = this.#hasBegun;
    if (hasBegun === undefined || triggerRule !== TriggerRule.ALWAYS || when === undefined || dependencies.length === 0) return false;
    const nothingThere = comparisonsOf(when).every((comparison) => this.#outputs.find(comparison) !== null && !hasBegun(comparison.task));
    return nothingThere && !evaluateCondition(when, () => undefined);
  }

  /** What it takes for the trigger rule to let a task run. */
  #triggerOf(position: number): Formula {
    const { predecessors, predecessorStarts } = this.#index;
    const dependencies = positionsOf(position, predecessors, predecessorStarts);
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
        return all((dependency) => this.#ends(dependency, NOT_FAILED, position));
      case TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS:
        return this.#algebra.all(
          any((dependency) => this.#succeeds(dependency, position)),
          all((dependency) => this.#ends(dependency, NOT_FAILED, position)),
          position,
        );
      case TriggerRule.ONE_SUCCESS:
        return any((dependency) => this.#succeeds(dependency, position));
      case TriggerRule.ONE_FAILED:
        return any((dependency) => this.#ends(dependency, FAILED, position));
      default:
        return UNCONSTRAINED;
    }
  }

  #succeeds(dependency: number, position: number): Formula {
    return this.#algebra.all(this.#runs[dependency]!, this.#ends(dependency, SUCCEEDED, position), position);
  }

  /** That a task ends in a certain way, because another one runs only then. */
  #ends(dependency: number, domain: ListedDomain, position: number): Formula {
    const variable = this.#outcomes[dependency]!;
    return variable < 0 ? UNCONSTRAINED : constraintFormula({ variable, domain, reason: { position, variable, domain } });
  }

  /** What a condition that held at the start of its task says about outputs and outcomes as they are in the end. */
  #lasting(position: number, { formula, open }: ConditionAtStart): Formula {
    const clauses = formula.clauses.map((clause) => {
      const lasting: Constraint[] = [];
      const outcomes = new Map<number, Constraint>();
      for (const constraint of clause) {
        const { variable, domain, reason } = constraint;
        if (!(domain.missing && open.has(variable)) && this.#isDisputed(variable)) lasting.push(constraint);
        const outcome = this.#outcomes[(this.#variables[variable] as OutputVariable).position]!;
        if (!domain.missing && outcome >= 0) outcomes.set(outcome, { variable: outcome, domain: SUCCEEDED, reason });
      }
      if (outcomes.size === 0 && lasting.length === clause.length) return clause;
      return [...lasting, ...outcomes.values()].sort((a, b) => a.variable - b.variable);
    });
    if (clauses.every((clause, at) => clause === formula.clauses[at])) return formula;
    const single = (clause: Clause): Formula => ({ clauses: [clause], refutations: [] });
    const { clauses: lasting } = this.#algebra.any(clauses.map(single), position);
    return { clauses: lasting, refutations: formula.refutations };
  }

  #inType(domain: ValueDomain, variable: OutputVariable | number): ValueDomain {
    return typeof variable !== 'number' && variable.type === 'integer' ? wholeDomain(domain) : domain;
  }

  #numberOf(output: OutputVariable): number {
    const known = this.#numbers.get(output);
    if (known !== undefined) return known;
    const number = this.#variables.length;
    this.#numbers.set(output, number);
    this.#variables.push(output);
    this.#uses.push(0);
    return number;
  }
}
