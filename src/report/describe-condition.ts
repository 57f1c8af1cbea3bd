import type { Comparison, ComparisonOperator, Condition } from '../graph/condition.js';

const SIGNS: Readonly<Record<ComparisonOperator, string>> = {
  equals: '=',
  'not-equals': '≠',
  'one-of': 'in',
  'less-than': '<',
  'at-most': '≤',
  'greater-than': '>',
  'at-least': '≥',
};

/** Beyond this nobody reads on. */
const DEEPEST = 20;

/** A condition for people, in one line. Example: `triage.severity = "high" and not (triage.known = true)`. @internal */
export function describeCondition(condition: Condition, depth = 0): string {
  if (depth > DEEPEST) return '…';
  if ('all' in condition) return join(condition.all, ' and ', 'always', depth);
  if ('any' in condition) return join(condition.any, ' or ', 'never', depth);
  if ('not' in condition) return `not (${describeCondition(condition.not, depth + 1)})`;
  return describeComparison(condition);
}

function join(parts: readonly Condition[], word: string, ofNone: string, depth: number): string {
  if (parts.length === 0) return ofNone;
  const joined = parts.map((part) => describeCondition(part, depth + 1)).join(word);
  return depth === 0 || parts.length === 1 ? joined : `(${joined})`;
}

function describeComparison({ task, output, operator, value }: Comparison): string {
  const shown = Array.isArray(value) ? `[${value.map((allowed) => JSON.stringify(allowed)).join(', ')}]` : JSON.stringify(value);
  return `${task}.${output} ${SIGNS[operator]} ${shown}`;
}
