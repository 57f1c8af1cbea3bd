import type { Comparison } from '../condition.js';
import type { GraphIndex } from '../structure/graph-index.js';
import { positionsOf } from '../structure/graph-walk.js';
import type { TaskNode } from '../task-node.js';
import { TriggerRule } from '../trigger-rule.js';
import { conditionFormula } from './condition-formula.js';
import { ConditionNumbers, type ConditionPart } from './condition-numbers.js';
import { ConditionVariables, type OutputVariable } from './condition-variables.js';
import type { Variable } from './describe-condition-problem.js';
import { FormulaAlgebra } from './formula-algebra.js';
import { constraintFormula, type Formula, loosened, refutedFormula, UNCONSTRAINED } from './run-formula.js';
import type { SureOutcome, SureOutcomes } from './sure-outcomes.js';
import { domainOf, intersectDomains, isEmptyDomain, type ListedDomain, presentDomain, type ValueDomain, wholeDomain } from './value-domain.js';

/** Constraints and parts of domains that may be looked at for conditions by themselves: some 20 ms. */
const CONDITION_WORK = 1_000_000;

const HOLDS: ListedDomain = { missing: false, listed: new Set([true]), excluded: false };
const HOLDS_NOT: ListedDomain = { missing: false, listed: new Set([false]), excluded: false };
const NONE: ReadonlySet<number> = new Set();

/** A condition as it was when the task began. */
export interface ConditionAtStart {
  readonly formula: Formula;
  /** Of outputs that may have been missing then and be there later. */
  readonly open: ReadonlySet<number>;
  /** Of outputs of tasks that need not have succeeded then, unless the condition says so. */
  readonly unsure: ReadonlySet<number>;
}

/** The conditions of a graph as formulas, each by itself, and the variables that they are about. */
export class ConditionFormulas {
  readonly outputs: ConditionVariables;
  /** What each number stands for. Outputs and outcomes rise along the order. */
  readonly variables: Variable[] = [];
  /** The variable of a task's outcome, or -1: only those that a handler of failures depends on have one. */
  readonly outcomes: Int32Array;
  /** By the position of the task. */
  readonly conditions: ReadonlyMap<number, ConditionAtStart>;
  /** What parts of conditions exclude each other, solved or not. */
  readonly parts: ReadonlyMap<number, Formula>;
  readonly #nodes: readonly TaskNode[];
  readonly #index: GraphIndex;
  readonly #sure: SureOutcomes;
  readonly #algebra = new FormulaAlgebra(CONDITION_WORK, true);
  readonly #numbers = new Map<OutputVariable, number>();
  /** In how many conditions a variable is. */
  readonly #uses: number[] = [];
  /** In whose condition it was last seen. */
  readonly #usedBy: number[] = [];
  /** What all conditions leave of a variable. */
  readonly #common: (ValueDomain | undefined)[] = [];

  constructor(nodes: readonly TaskNode[], index: GraphIndex, order: Int32Array, sure: SureOutcomes) {
    this.#nodes = nodes;
    this.#index = index;
    this.#sure = sure;
    this.outputs = new ConditionVariables(nodes, index);
    this.outcomes = new Int32Array(nodes.length).fill(-1);
    const parts = new Map<number, readonly ConditionPart[]>();
    this.conditions = this.#readConditions(order, parts);
    this.parts = this.#formulasOf(parts);
  }

  /** Whether what one condition says of a variable may exclude what another one says. */
  isDisputed(variable: number): boolean {
    const common = this.#common[variable];
    return this.#uses[variable]! > 1 && common !== undefined && isEmptyDomain(common);
  }

  /** What of a domain is of the type of its variable. */
  inType(variable: number, domain: ValueDomain): ValueDomain {
    const about = this.variables[variable]!;
    return typeof about !== 'number' && 'type' in about && about.type === 'integer' ? wholeDomain(domain) : domain;
  }

  #readConditions(order: Int32Array, parts: Map<number, readonly ConditionPart[]>): ReadonlyMap<number, ConditionAtStart> {
    const { predecessors, predecessorStarts } = this.#index;
    const handled = new Uint8Array(this.#nodes.length);
    for (const [position, { triggerRule }] of this.#nodes.entries()) {
      if (triggerRule !== TriggerRule.ONE_FAILED) continue;
      for (const dependency of positionsOf(position, predecessors, predecessorStarts)) handled[dependency] = 1;
    }
    const conditions = new Map<number, ConditionAtStart>();
    const numbers = new ConditionNumbers();
    for (const position of order) {
      if (handled[position] === 1) this.outcomes[position] = this.#newVariable(position);
      const condition = this.#readCondition(position, numbers, parts);
      if (condition === null) continue;
      conditions.set(position, condition);
      this.#countUses(position, condition);
    }
    return conditions;
  }

  #countUses(position: number, { formula, open }: ConditionAtStart): void {
    for (const clause of formula.clauses) {
      for (const { variable, domain: said } of clause) {
        const domain = open.has(variable) ? presentDomain(said) : said;
        if (this.#usedBy[variable] !== position) this.#uses[variable]! += 1;
        this.#usedBy[variable] = position;
        const common = this.#common[variable];
        if (common === undefined) this.#common[variable] = domain;
        else if (common !== domain && !isEmptyDomain(common)) this.#common[variable] = intersectDomains(common, domain);
      }
    }
  }

  #readCondition(position: number, numbers: ConditionNumbers, parts: Map<number, readonly ConditionPart[]>): ConditionAtStart | null {
    const { when } = this.#nodes[position]!;
    if (when === undefined) return null;
    let open: Set<number> | null = null;
    let unsure: Set<number> | null = null;
    /** What was asked last: comparisons of one output tend to stand together. */
    let upstream = -1;
    let outcome: SureOutcome = 'open';
    /** Whether it holds only as long as something is missing that may come. */
    let mayTurn = false;
    const compare = (comparison: Comparison, holds: boolean): Formula => {
      const output = this.outputs.find(comparison);
      const said = output === null ? null : domainOf(comparison, output.type, holds);
      if (output === null || said === null || output.position === position) {
        mayTurn ||= !holds;
        return UNCONSTRAINED;
      }
      if (output.position !== upstream) {
        upstream = output.position;
        outcome = this.#sure.before(position, upstream);
      }
      const variable = this.#numberOf(output);
      if (outcome !== 'succeeded') {
        unsure ??= new Set();
        unsure.add(variable);
      }
      if (outcome === 'open') {
        mayTurn ||= !holds;
        open ??= new Set();
        open.add(variable);
      }
      const claim = { position, variable, domain: outcome === 'succeeded' ? presentDomain(said) : said };
      const domain = this.inType(variable, claim.domain);
      if (isEmptyDomain(domain)) return refutedFormula({ variable, reason: claim });
      return constraintFormula({ variable, domain, reason: claim });
    };
    const formula = conditionFormula(when, true, { position, algebra: this.#algebra, compare });
    const found = mayTurn ? [] : numbers.partsOf(when);
    if (found.length > 0) parts.set(position, found);
    return { formula: this.#sure.isSpent ? loosened(formula) : formula, open: open ?? NONE, unsure: unsure ?? NONE };
  }

  /** What is known of parts of conditions that hold for one task and don't for another. */
  #formulasOf(parts: ReadonlyMap<number, readonly ConditionPart[]>): ReadonlyMap<number, Formula> {
    const known = new Map<number, { readonly position: number; holds: boolean; isDisputed: boolean }>();
    for (const [position, some] of parts) {
      for (const { number, holds } of some) {
        const before = known.get(number);
        if (before === undefined) known.set(number, { position, holds, isDisputed: false });
        else before.isDisputed ||= before.holds !== holds;
      }
    }
    const variables = new Map<number, number>();
    for (const [number, { position, isDisputed }] of known) if (isDisputed) variables.set(number, this.#newVariable({ conditionOf: position }));
    const formulas = new Map<number, Formula>();
    for (const [position, some] of parts) {
      let formula = UNCONSTRAINED;
      for (const { number, holds } of some) {
        const variable = variables.get(number);
        if (variable === undefined) continue;
        const domain = holds ? HOLDS : HOLDS_NOT;
        formula = this.#algebra.all(formula, constraintFormula({ variable, domain, reason: { position, variable, domain } }), position);
      }
      if (formula !== UNCONSTRAINED) formulas.set(position, formula);
    }
    return formulas;
  }

  #numberOf(output: OutputVariable): number {
    const known = this.#numbers.get(output);
    if (known !== undefined) return known;
    const number = this.#newVariable(output);
    this.#numbers.set(output, number);
    return number;
  }

  #newVariable(variable: Variable): number {
    this.#uses.push(0);
    return this.variables.push(variable) - 1;
  }
}
