import type { GraphIndex } from '../structure/graph-index.js';
import { positionsOf } from '../structure/graph-walk.js';
import type { TaskNode } from '../task-node.js';
import { TriggerRule } from '../trigger-rule.js';
import type { ConditionAtStart, ConditionFormulas } from './condition-formulas.js';
import type { OutputVariable } from './condition-variables.js';
import type { FormulaAlgebra } from './formula-algebra.js';
import {
  type Clause,
  type Constraint,
  constraintFormula,
  type Formula,
  isCertain,
  type Reason,
  type Refutation,
  UNCONSTRAINED,
} from './run-formula.js';
import type { SureOutcome, SureOutcomes } from './sure-outcomes.js';
import { hasEveryValue, isEmptyDomain, type ListedDomain, presentDomain } from './value-domain.js';

/** Tasks whose own failure may be what a handler handles: beyond, it may be any. */
const ORIGIN_LIMIT = 16;

export const SUCCEEDED: ListedDomain = { missing: false, listed: new Set(['succeeded']), excluded: false };
export const FAILED: ListedDomain = { missing: false, listed: new Set(['failed']), excluded: false };

/** What the start of a task says about outputs and outcomes as they are in the end. */
export interface Lasting {
  /** By its condition alone. */
  readonly condition: Formula;
  /** With what the tasks that its condition needs took to run, and with what its trigger rule makes of them. */
  readonly all: Formula;
  /** Two tasks that its condition needs, of which the first success decides it. */
  readonly decidedBy: readonly [number, number] | null;
}

/** What is known of a graph when it is asked what follows from the start of a task. */
interface StartContext {
  readonly nodes: readonly TaskNode[];
  readonly index: GraphIndex;
  readonly sure: SureOutcomes;
  readonly formulas: ConditionFormulas;
  /** What it takes for each task to run, as far as it is known. */
  readonly runs: readonly Formula[];
  readonly hasBegun: ((taskId: string) => boolean) | undefined;
  /** Positions with dependencies that name no task. */
  readonly incomplete: ReadonlySet<number>;
}

/** Says what follows from the start of a task for those upstream. */
export class StartFormulas {
  readonly #context: StartContext;

  constructor(context: StartContext) {
    this.#context = context;
  }

  /**
   * What follows from the start of a task under a condition.
   *
   * @param producer - A task that has succeeded when the condition is looked at.
   */
  lasting(position: number, condition: ConditionAtStart, algebra: FormulaAlgebra, producer?: number): Lasting {
    const { formula, unsure } = condition;
    const own: Clause[] = [];
    const all: Formula[] = [];
    const refutations = [...formula.refutations];
    let decidedBy: readonly [number, number] | null = null;
    let isSame = true;
    for (const clause of formula.clauses) {
      /** What must have succeeded for the clause to hold, beyond what the trigger rule asks for, and why. */
      const producers = new Map<number, Reason | null>(producer === undefined ? [] : [[producer, null]]);
      for (const { variable, domain, reason } of clause) {
        if (domain.missing || !unsure.has(variable)) continue;
        const upstream = (this.#context.formulas.variables[variable] as OutputVariable).position;
        if (!producers.has(upstream)) producers.set(upstream, reason);
      }
      const lasting = this.#lastingClause(clause, condition, producers);
      if (!Array.isArray(lasting)) {
        refutations.push(lasting as Refutation);
        isSame = false;
        continue;
      }
      own.push(lasting);
      if (lasting !== clause) isSame = false;
      if (producers.size === 0) {
        all.push(single(lasting));
        continue;
      }
      const early = this.#decidedBy(position, producers);
      if (early === null) all.push(this.#withProducers(position, lasting, producers, algebra));
      else decidedBy = early;
      isSame = false;
    }
    if (isSame) return { condition: formula, all: formula, decidedBy };
    const unite = (some: readonly Formula[]): Formula => {
      if (some.length === 0) return { clauses: [], refutations, isLoose: formula.isLoose };
      const united = algebra.any(some, position);
      return { clauses: united.clauses, refutations: [...refutations, ...united.refutations], isLoose: united.isLoose || formula.isLoose };
    };
    const alone = unite(own.map(single));
    const isAlone = all.length === own.length && all.every(({ clauses: [clause] }, at) => clause === own[at]);
    return { condition: alone, all: isAlone ? alone : unite(all), decidedBy };
  }

  #lastingClause(clause: Clause, { open }: ConditionAtStart, producers: ReadonlyMap<number, Reason | null>): Clause | Refutation {
    const lasting: Constraint[] = [];
    const outcomes = new Map<number, Constraint>();
    for (const constraint of clause) {
      const { variable, reason } = constraint;
      const { position: upstream } = this.#context.formulas.variables[variable] as OutputVariable;
      let kept = constraint;
      if (constraint.domain.missing && open.has(variable)) {
        const [outcome, because] = this.#outcomeBefore(producers, upstream);
        if (outcome === 'open') continue;
        if (outcome === 'succeeded') {
          const why = because === null ? reason : { first: because, second: reason };
          kept = { variable, domain: presentDomain(constraint.domain), reason: why };
          if (isEmptyDomain(kept.domain)) return { variable, reason: why };
        }
      }
      if (this.#context.formulas.isDisputed(variable) && !hasEveryValue(kept.domain)) lasting.push(kept);
      const outcome = this.#context.formulas.outcomes[upstream]!;
      if (!kept.domain.missing && outcome >= 0) outcomes.set(outcome, { variable: outcome, domain: SUCCEEDED, reason });
    }
    if (outcomes.size === 0 && lasting.length === clause.length && lasting.every((each, at) => each === clause[at])) return clause;
    return [...lasting, ...outcomes.values()].sort((a, b) => a.variable - b.variable);
  }

  /** What is certain of a task when others have succeeded, and which of them says so. */
  #outcomeBefore(succeeded: ReadonlyMap<number, Reason | null>, upstream: number): readonly [SureOutcome, Reason | null] {
    let best: readonly [SureOutcome, Reason | null] = ['open', null];
    for (const [position, reason] of succeeded) {
      const outcome = position === upstream ? 'succeeded' : this.#context.sure.beforeStarted(position, upstream);
      if (outcome === 'succeeded') return [outcome, reason];
      if (outcome === 'settled') best = [outcome, reason];
    }
    return best;
  }

  /**
   * Two tasks that must have succeeded by the first success among the dependencies, of which one is such a success and the other one can't be as
   * early: no run does that. What has begun may have succeeded before this task was added.
   */
  #decidedBy(position: number, producers: ReadonlyMap<number, Reason | null>): readonly [number, number] | null {
    const { triggerRule } = this.#context.nodes[position]!;
    const hasBegun = this.#context.hasBegun;
    if (hasBegun === undefined || triggerRule !== TriggerRule.ONE_SUCCESS) return null;
    const mayHaveSucceeded = (task: number) => hasBegun(this.#context.nodes[task]!.id);
    let needed = -1;
    for (const dependency of this.#dependenciesOf(position)) {
      for (const producer of producers.keys()) {
        if (producer === dependency || mayHaveSucceeded(producer)) continue;
        if (this.#context.sure.beforeStarted(producer, dependency) === 'succeeded') return [dependency, producer];
      }
      if (!producers.has(dependency)) continue;
      if (needed >= 0 && !(mayHaveSucceeded(needed) && mayHaveSucceeded(dependency))) return [needed, dependency];
      needed = dependency;
    }
    return null;
  }

  /** A clause with what it takes for the tasks to run that it needs. */
  #withProducers(position: number, clause: Clause, producers: ReadonlyMap<number, Reason | null>, algebra: FormulaAlgebra): Formula {
    let formula = single(clause);
    for (const [producer, reason] of producers) {
      if (reason !== null) formula = algebra.all(formula, because(reason, this.#context.runs[producer]!), position);
    }
    if (this.#context.nodes[position]!.triggerRule !== TriggerRule.ONE_FAILED || this.#context.incomplete.has(position)) return formula;
    const succeeded = new Set(producers.keys());
    const failures = Array.from(this.#dependenciesOf(position), (dependency) =>
      this.#comesBefore(dependency, succeeded) ? this.#refuted(dependency, position) : this.#fails(dependency, position, algebra, succeeded),
    );
    if (failures.length === 0) return formula;
    let failed = algebra.any(failures, position);
    for (const reason of producers.values()) if (reason !== null) failed = because(reason, failed);
    return algebra.all(formula, failed, position);
  }

  /**
   * That a task fails, or can't run because of a failure, because its handler runs only then: some task ran for that and failed.
   *
   * @param succeeded - Tasks that have succeeded instead, with what they needed.
   */
  #fails(dependency: number, position: number, algebra: FormulaAlgebra, succeeded: ReadonlySet<number>): Formula {
    const ends = this.ends(dependency, FAILED, position);
    const origins: Formula[] = [];
    const seen = new Set([dependency]);
    // What is found while it is walked is walked too.
    for (const origin of seen) {
      if (seen.size > ORIGIN_LIMIT) return ends;
      if (this.#hasSucceeded(origin, succeeded)) continue;
      const runs = this.#context.runs[origin]!;
      if (isCertain(runs)) return ends;
      origins.push(origin === dependency ? runs : algebra.all(runs, this.ends(origin, FAILED, position), position));
      if (this.#context.incomplete.has(origin)) return ends;
      if (PASSES_FAILURE_ON.has(this.#context.nodes[origin]!.triggerRule ?? TriggerRule.ALL_SUCCESS)) {
        for (const before of this.#dependenciesOf(origin)) seen.add(before);
      }
    }
    return origins.length === 0 ? this.#refuted(dependency, position) : algebra.all(ends, algebra.any(origins, position), position);
  }

  /** That a failure lets a task run which can't be the first. */
  #refuted(dependency: number, position: number): Formula {
    const { clauses } = this.ends(dependency, FAILED, position);
    return { clauses: [], refutations: clauses.flatMap((clause) => clause.map(({ variable, reason }) => ({ variable, reason }))), isLoose: false };
  }

  /** Whether a task is settled before one of others begins, and so decides what its failure decides before that can succeed. */
  #comesBefore(dependency: number, others: ReadonlySet<number>): boolean {
    // What has begun may have failed before a handler was added.
    if (this.#context.hasBegun === undefined || this.#context.hasBegun(this.#context.nodes[dependency]!.id)) return false;
    for (const other of others) if (other !== dependency && this.#context.sure.beforeStarted(other, dependency) !== 'open') return true;
    return false;
  }

  #hasSucceeded(position: number, succeeded: ReadonlySet<number>): boolean {
    if (succeeded.has(position)) return true;
    for (const each of succeeded) if (this.#context.sure.beforeStarted(each, position) === 'succeeded') return true;
    return false;
  }

  /** That a task ends in a certain way, because another one runs only then. */
  ends(dependency: number, domain: ListedDomain, position: number): Formula {
    const variable = this.#context.formulas.outcomes[dependency]!;
    return variable < 0 ? UNCONSTRAINED : constraintFormula({ variable, domain, reason: { position, variable, domain } });
  }

  #dependenciesOf(position: number): Int32Array {
    const { predecessors, predecessorStarts } = this.#context.index;
    return positionsOf(position, predecessors, predecessorStarts);
  }
}

const single = (clause: Clause): Formula => ({ clauses: [clause], refutations: [], isLoose: false });

/** The same formula, which holds for a reason more. */
function because(reason: Reason, { clauses, refutations, isLoose }: Formula): Formula {
  const explain = <Part extends { readonly reason: Reason }>(part: Part): Part => ({ ...part, reason: { first: reason, second: part.reason } });
  return { clauses: clauses.map((clause) => clause.map(explain)), refutations: refutations.map(explain), isLoose };
}

/** Rules by which a task can't run any more because of a failure. */
const PASSES_FAILURE_ON: ReadonlySet<TriggerRule> = new Set([
  TriggerRule.ALL_SUCCESS,
  TriggerRule.NONE_FAILED,
  TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS,
  TriggerRule.ONE_SUCCESS,
]);
