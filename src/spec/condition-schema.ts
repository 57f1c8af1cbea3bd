import { z } from 'zod';
import type { Condition } from '../graph/condition.js';
import { type ConditionPart, combinationKeys, listConditionParts } from './condition-parts.js';
import { inputLimits } from './input-limits.js';
import { isPlainMapping } from './lenient-access.js';
import { comparedValue, customIssue, taskId, valueName } from './text-schemas.js';

const makeComparison = <const Operator extends string, Value extends z.ZodType>(operators: readonly Operator[], value: Value) =>
  z.strictObject({
    task: taskId.meta({ description: 'Id of the task that hands the output on.' }),
    output: valueName.meta({ description: 'Name of the output.' }),
    operator: z.enum(operators),
    value,
  });

const comparisonShapes = [
  makeComparison(['equals', 'not-equals'], comparedValue),
  makeComparison(['one-of'], z.array(comparedValue).max(inputLimits.listItems)),
  makeComparison(['less-than', 'at-most', 'greater-than', 'at-least'], z.number()),
] as const;

const shapesByOperator = new Map(comparisonShapes.flatMap((shape) => shape.shape.operator.options.map((operator) => [operator as string, shape])));

/** @internal */
export const comparisonOperators = [...shapesByOperator.keys()];

/** Tells what is wrong with the rest of a comparison whose operator is none. */
const anyComparison = makeComparison(
  comparisonOperators,
  z.custom((value) => value !== undefined, { error: 'expected a value', params: { kind: 'missing', expected: 'a value' } }),
);

const conditions = z.array(z.lazy(() => recursiveShape)).max(inputLimits.listItems);

/** Recursive, so it is given only what `findConditionIssues` found nothing wrong with. */
const recursiveShape: z.ZodType<Condition> = z
  .union([
    z.strictObject({ all: conditions }),
    z.strictObject({ any: conditions }),
    z.strictObject({ not: z.lazy(() => recursiveShape) }),
    ...comparisonShapes,
  ])
  .meta({ id: 'condition' });

/** @internal */
export const conditionShape = z.preprocess((value, context) => {
  context.issues.push(...findConditionIssues(value));
  return value;
}, recursiveShape);

type Issue = z.core.$ZodRawIssue;

/** A union would tell what each of its alternatives misses; here the keys say which one was meant. */
function findConditionIssues(condition: unknown): readonly Issue[] {
  const parts = listConditionParts(condition);
  if (parts.length <= inputLimits.conditionParts) return parts.flatMap(findPartIssues);
  return [customIssue('too-large', [], condition, `a condition of at most ${inputLimits.conditionParts} parts`)];
}

function findPartIssues(part: ConditionPart): readonly Issue[] {
  const { value, path, depth, combination } = part;
  if (!isPlainMapping(value)) return [customIssue('wrong-type', path, value, 'a condition: all, any, not, or a comparison of an output')];
  if (combination !== null && depth === inputLimits.conditionDepth) {
    return [customIssue('too-deep', path, value, `at most ${inputLimits.conditionDepth} of all, any and not inside each other`)];
  }
  if (combination !== null) return findCombinationIssues(part, value, combination);
  const shape = shapesByOperator.get(value.operator as string) ?? anyComparison;
  return (shape.safeParse(value).error?.issues ?? []).map((issue) => ({ ...issue, input: value, path: [...path, ...issue.path] }) as Issue);
}

/** What is wrong with a combination itself. */
function findCombinationIssues({ path }: ConditionPart, value: Readonly<Record<string, unknown>>, combination: string): readonly Issue[] {
  const issues: Issue[] = [];
  for (const key of Object.keys(value)) {
    if (key === combination) continue;
    const kind = combinationKeys.some((known) => known === key) || Object.hasOwn(anyComparison.shape, key) ? 'conflict' : 'unknown-key';
    issues.push(customIssue(kind, [...path, key], value[key], `nothing beside ${combination}`));
  }
  const list = value[combination];
  if (combination === 'not') return issues;
  const at = { input: list, path: [...path, combination] };
  if (!Array.isArray(list)) issues.push({ ...at, code: 'invalid_type', expected: 'array' });
  else if (list.length > inputLimits.listItems) issues.push({ ...at, code: 'too_big', origin: 'array', maximum: inputLimits.listItems });
  return issues;
}
