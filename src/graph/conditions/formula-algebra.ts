import { type Clause, type Constraint, type Formula, isRefuted, isUnconstrained, loosened, type Refutation, UNCONSTRAINED } from './run-formula.js';
import { uniteClauses } from './unite-clauses.js';
import { intersectDomains, intersectionSize, isEmptyDomain, sameDomain } from './value-domain.js';

const CLAUSE_LIMIT = 32;
const VARIABLE_LIMIT = 64;
const REFUTATION_LIMIT = 16;

/**
 * Conjunction and disjunction of formulas, within limits: beyond 32 clauses, 64 variables in one, or the work allowed, constraints are left
 * out. So a formula may hold where what it stands for doesn't, never the other way round; where that may be, it is loose.
 */
export class FormulaAlgebra {
  #workLeft: number;
  /** Whether constraints were left out in what is being done. */
  #isLoose = false;
  readonly #keepsPresence: boolean;

  /**
   * @param work - How many constraints and parts of domains may be looked at.
   * @param keepsPresence - Whether an output that may have any value, but must be there, is a constraint. @defaultValue false
   */
  constructor(work: number, keepsPresence = false) {
    this.#workLeft = work;
    this.#keepsPresence = keepsPresence;
  }

  /** Whether constraints are left out from now on. */
  get isSpent(): boolean {
    return this.#workLeft <= 0;
  }

  /** @param position - The task that runs only when both hold. */
  all(first: Formula, second: Formula, position: number): Formula {
    if (isRefuted(first) || first === second) return first;
    if (isRefuted(second)) return second;
    if (isUnconstrained(second) && second.refutations.length === 0) return second.isLoose ? loosened(first) : first;
    if (isUnconstrained(first) && first.refutations.length === 0) return first.isLoose ? loosened(second) : second;
    if (this.isSpent) return loosened(first);
    this.#isLoose = first.isLoose || second.isLoose;
    const refutations: Refutation[] = [];
    for (const { refutations: known } of [first, second]) {
      for (const refutation of known) if (refutations.length < REFUTATION_LIMIT) refutations.push(refutation);
    }
    const clauses: Clause[] = [];
    for (const clause of first.clauses) {
      for (const other of second.clauses) {
        const joined = this.#join(clause, other);
        if (isClause(joined)) this.#enter(clauses, joined, position);
        else if (refutations.length < REFUTATION_LIMIT) refutations.push(joined);
      }
    }
    return { clauses, refutations, isLoose: this.#isLoose };
  }

  /**
   * @param formulas - At least one.
   * @param position - The task that runs only when one of them holds.
   */
  any(formulas: readonly Formula[], position: number): Formula {
    if (formulas.length === 1) return formulas[0]!;
    if (formulas.some((formula) => isUnconstrained(formula) && !formula.isLoose)) return UNCONSTRAINED;
    this.#isLoose = formulas.some(({ isLoose }) => isLoose);
    const clauses: Clause[] = [];
    const refutations: Refutation[] = [];
    for (const formula of formulas) {
      if (this.isSpent) return loosened(UNCONSTRAINED);
      for (const clause of formula.clauses) this.#enter(clauses, clause, position);
      for (const refutation of formula.refutations) if (refutations.length < REFUTATION_LIMIT) refutations.push(refutation);
    }
    return { clauses, refutations, isLoose: this.#isLoose };
  }

  /** Both clauses in one, or why they exclude each other. */
  #join(first: Clause, second: Clause): Clause | Refutation {
    if (first === second) return first;
    this.#workLeft -= first.length + second.length;
    const joined: Constraint[] = [];
    let sameAsFirst = true;
    let sameAsSecond = true;
    let i = 0;
    let j = 0;
    while (i < first.length || j < second.length) {
      const order = i === first.length ? 1 : j === second.length ? -1 : first[i]!.variable - second[j]!.variable;
      if (order < 0) {
        joined.push(first[i]!);
        sameAsSecond = false;
        i += 1;
      } else if (order > 0) {
        joined.push(second[j]!);
        sameAsFirst = false;
        j += 1;
      } else {
        const both = this.#narrow(first[i]!, second[j]!);
        if (isEmptyDomain(both.domain)) return both;
        joined.push(both);
        if (both !== first[i]) sameAsFirst = false;
        if (both !== second[j]) sameAsSecond = false;
        i += 1;
        j += 1;
      }
    }
    if (sameAsFirst) return first;
    if (sameAsSecond) return second;
    // The last variables are those that came up last on the way through the graph.
    if (joined.length <= VARIABLE_LIMIT) return joined;
    this.#isLoose = true;
    return joined.slice(-VARIABLE_LIMIT);
  }

  #narrow(first: Constraint, second: Constraint): Constraint {
    if (first.domain === second.domain) return first;
    this.#workLeft -= intersectionSize(first.domain, second.domain);
    const domain = intersectDomains(first.domain, second.domain);
    if (sameDomain(domain, first.domain)) return first;
    if (sameDomain(domain, second.domain)) return second;
    return { variable: first.variable, domain, reason: { first: first.reason, second: second.reason } };
  }

  /** Adds a clause, as one with others where that changes nothing, and with the last where there are too many. */
  #enter(clauses: Clause[], added: Clause, position: number): void {
    let clause = added;
    for (let index = 0; index < clauses.length; index += 1) {
      const existing = clauses[index]!;
      const united = this.#unite(existing, clause, position, false);
      if (united === existing) return;
      if (united === null) continue;
      // What holds more widely may be one with those before.
      clauses.splice(index, 1);
      clause = united;
      index = -1;
    }
    if (clauses.length < CLAUSE_LIMIT) {
      clauses.push(clause);
      return;
    }
    this.#isLoose = true;
    this.#enter(clauses, this.#unite(clauses.pop()!, clause, position, true)!, position);
  }

  #unite(first: Clause, second: Clause, position: number, loosely: boolean): Clause | null {
    const { clause, work } = uniteClauses(first, second, position, { loosely, keepsPresence: this.#keepsPresence });
    this.#workLeft -= work;
    return clause;
  }
}

const isClause = (joined: Clause | Refutation): joined is Clause => Array.isArray(joined);
