import type { Comparison, Condition } from '../condition.js';
import type { FormulaAlgebra } from './formula-algebra.js';
import { type Formula, refutedFormula, UNCONSTRAINED } from './run-formula.js';

/** What the formula of a condition needs to know. */
export interface ConditionReader {
  /** The task whose condition it is. */
  readonly position: number;
  readonly algebra: FormulaAlgebra;
  /** What it takes for a comparison to hold, or not to. */
  readonly compare: (comparison: Comparison, holds: boolean) => Formula;
}

/** What it takes for a condition to hold, or not to. As deep as the condition nests. */
export function conditionFormula(condition: Condition, holds: boolean, reader: ConditionReader): Formula {
  if ('all' in condition) return combine(condition.all, holds, holds, reader);
  if ('any' in condition) return combine(condition.any, holds, !holds, reader);
  if ('not' in condition) return conditionFormula(condition.not, !holds, reader);
  return reader.compare(condition, holds);
}

function combine(parts: readonly Condition[], holds: boolean, together: boolean, reader: ConditionReader): Formula {
  const { algebra, position } = reader;
  const formulas = parts.map((part) => conditionFormula(part, holds, reader));
  if (together) return formulas.reduce((all, formula) => algebra.all(all, formula, position), UNCONSTRAINED);
  return formulas.length === 0 ? refutedFormula(never(position)) : algebra.any(formulas, position);
}

/** Why nothing lets a task run. */
const never = (position: number) => {
  const domain = { missing: false, listed: new Set<string>(), excluded: false };
  return { variable: null, reason: { position, variable: null, domain } };
};
