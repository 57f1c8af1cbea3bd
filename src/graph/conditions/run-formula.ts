import type { ValueDomain } from './value-domain.js';

/** A task runs only when a variable, an output or the outcome of a task, is in a domain; without a variable, it never runs. */
export interface Claim {
  readonly position: number;
  readonly variable: number | null;
  readonly domain: ValueDomain;
}

/** What a constraint follows from: a claim, or two reasons together. */
export type Reason = Claim | { readonly first: Reason; readonly second: Reason };

/** A variable is in a domain. */
export interface Constraint {
  readonly variable: number;
  readonly domain: ValueDomain;
  readonly reason: Reason;
}

/** Constraints that hold together, by rising variable, each variable once. */
export type Clause = readonly Constraint[];

/** Why a clause that might have been there can't hold: the reason leaves nothing to the variable. */
export interface Refutation {
  readonly variable: number | null;
  readonly reason: Reason;
}

/** In disjunctive normal form: holds where one of its clauses does, so never without any. */
export interface Formula {
  readonly clauses: readonly Clause[];
  /** Of clauses that went; not all of very many. */
  readonly refutations: readonly Refutation[];
  /** Whether constraints were left out of it because it grew too large. */
  readonly isLoose: boolean;
}

/** Holds always. */
export const UNCONSTRAINED: Formula = { clauses: [[]], refutations: [], isLoose: false };

/** Whether it never holds. */
export const isRefuted = ({ clauses }: Formula): boolean => clauses.length === 0;
/** Whether it holds always and says so: not every formula that does is told. */
export const isUnconstrained = ({ clauses }: Formula): boolean => clauses.length === 1 && clauses[0]!.length === 0;

/** Whether it holds always, and nothing was left out of it. */
export const isCertain = (formula: Formula): boolean => isUnconstrained(formula) && !formula.isLoose;

/** A formula of one constraint. */
export const constraintFormula = (constraint: Constraint): Formula => ({ clauses: [[constraint]], refutations: [], isLoose: false });

/** A formula that never holds. */
export const refutedFormula = (refutation: Refutation): Formula => ({ clauses: [], refutations: [refutation], isLoose: false });

/** The same formula, from which constraints were left out. */
export const loosened = (formula: Formula): Formula => (formula.isLoose ? formula : { ...formula, isLoose: true });
