/**
 * An expression over the outputs of tasks upstream: a comparison, or a combination of others. Plain JSON, looked at and never executed as code.
 *
 * A comparison with an output that isn't there, or is of another type, doesn't hold; so `not` of it does. `all` of nothing holds, `any` of
 * nothing doesn't.
 *
 * @public
 */
export type Condition = { readonly all: readonly Condition[] } | { readonly any: readonly Condition[] } | { readonly not: Condition } | Comparison;

/** Compares one output with a constant. Example: `{ task: 'triage', output: 'severity', operator: 'equals', value: 'high' }`. @public */
export type Comparison = {
  /** Id of the task that hands the output on. */
  readonly task: string;
  /** Name of the output. */
  readonly output: string;
} & (
  | { readonly operator: 'equals' | 'not-equals'; readonly value: ComparedValue }
  | { readonly operator: 'one-of'; readonly value: readonly ComparedValue[] }
  | { readonly operator: 'less-than' | 'at-most' | 'greater-than' | 'at-least'; readonly value: number }
);

/** @public */
export type ComparedValue = string | number | boolean;

/** @public */
export type ComparisonOperator = Comparison['operator'];
