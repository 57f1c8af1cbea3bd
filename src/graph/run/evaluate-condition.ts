import type { JsonValue } from '../../ports/json-value.js';
import type { Comparison, Condition } from '../condition.js';
import type { TaskOutputs } from '../output-type.js';

/**
 * Whether a condition holds for the outputs that are there; `outputsOf` answers undefined for a task that has handed nothing on. As deep as
 * the condition nests, which the schema bounds.
 *
 * @public
 */
export function evaluateCondition(condition: Condition, outputsOf: (taskId: string) => TaskOutputs | undefined): boolean {
  if ('all' in condition) return condition.all.every((part) => evaluateCondition(part, outputsOf));
  if ('any' in condition) return condition.any.some((part) => evaluateCondition(part, outputsOf));
  if ('not' in condition) return !evaluateCondition(condition.not, outputsOf);
  const outputs = outputsOf(condition.task);
  // What is inherited, as `constructor` is, is no output.
  if (outputs === undefined || !Object.hasOwn(outputs, condition.output)) return false;
  return compare(outputs[condition.output]!, condition);
}

function compare(actual: JsonValue, { operator, value }: Comparison): boolean {
  switch (operator) {
    case 'equals':
      return actual === value;
    case 'not-equals':
      return typeof actual === typeof value && actual !== value;
    case 'one-of':
      return value.some((allowed) => allowed === actual);
    default:
      return typeof actual === 'number' && COMPARISONS[operator](actual, value);
  }
}

const COMPARISONS = {
  'less-than': (actual: number, value: number) => actual < value,
  'at-most': (actual: number, value: number) => actual <= value,
  'greater-than': (actual: number, value: number) => actual > value,
  'at-least': (actual: number, value: number) => actual >= value,
};
