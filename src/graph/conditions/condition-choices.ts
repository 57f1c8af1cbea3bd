import type { JsonValue } from '../../ports/json-value.js';
import type { Comparison } from '../condition.js';
import { OutputType } from '../output-type.js';
import { evaluateCondition } from '../run/evaluate-condition.js';
import type { GraphIndex } from '../structure/graph-index.js';
import type { TaskNode } from '../task-node.js';
import { comparisonsOf } from './comparisons-of.js';
import { ConditionVariables, type OutputVariable } from './condition-variables.js';

/** An output that conditions look at, with one value for each way in which their comparisons can come out. */
export interface OutputChoice {
  readonly variable: OutputVariable;
  /** At least one. */
  readonly values: readonly JsonValue[];
  /** Tasks whose conditions look at it. */
  readonly readers: readonly number[];
}

/** What the conditions of a graph make of the values of outputs. */
export interface ConditionChoices {
  readonly choices: readonly OutputChoice[];
  /** Comparisons of the condition of each task, which is what evaluating it costs. */
  readonly comparisons: Int32Array;
  /** Whether the values stand for all others, which is so up to 64 of an output. */
  readonly complete: boolean;
}

const VALUE_LIMIT = 64;

/** Cuts the values of outputs into regions that no condition tells apart. Of undeclared outputs nothing is known: they are left out. */
export function conditionChoices(nodes: readonly TaskNode[], index: GraphIndex): ConditionChoices {
  const variables = new ConditionVariables(nodes, index);
  const comparisons = new Int32Array(nodes.length);
  const looks = new Map<OutputVariable, { readonly comparisons: Comparison[]; readonly readers: Set<number> }>();
  for (const [position, { when }] of nodes.entries()) {
    if (when === undefined) continue;
    for (const comparison of comparisonsOf(when)) {
      comparisons[position]! += 1;
      const variable = variables.find(comparison);
      if (variable === null) continue;
      let look = looks.get(variable);
      if (look === undefined) {
        look = { comparisons: [], readers: new Set() };
        looks.set(variable, look);
      }
      look.comparisons.push(comparison);
      look.readers.add(position);
    }
  }
  let complete = true;
  const choices = [...looks].map(([variable, look]): OutputChoice => {
    const candidates = candidateValues(variable.type, look.comparisons);
    if (candidates.length > VALUE_LIMIT) complete = false;
    const values = distinctValues(candidates.slice(0, VALUE_LIMIT), look.comparisons);
    return { variable, values, readers: [...look.readers] };
  });
  return { choices, comparisons, complete };
}

/** One of each of those that come out alike in every comparison. */
function distinctValues(values: readonly JsonValue[], comparisons: readonly Comparison[]): readonly JsonValue[] {
  if (comparisons.length > VALUE_LIMIT) return values;
  const byOutcome = new Map<string, JsonValue>();
  for (const value of values) {
    const outcome = comparisons.map((comparison) => {
      const outputs = Object.fromEntries([[comparison.output, value]]);
      return evaluateCondition(comparison, () => outputs) ? 1 : 0;
    });
    const key = outcome.join('');
    if (!byOutcome.has(key)) byOutcome.set(key, value);
  }
  return [...byOutcome.values()];
}

/** Values of a type: those that are compared with, and one of each gap that they leave. At least one. */
function candidateValues(type: OutputType, comparisons: readonly Comparison[]): readonly JsonValue[] {
  const constants = new Set(comparisons.flatMap(({ operator, value }) => (operator === 'one-of' ? value : [value])));
  switch (type) {
    case OutputType.BOOLEAN:
      return [true, false];
    case OutputType.STRING: {
      let other = 'other';
      while (constants.has(other)) other += ' one';
      return [...[...constants].filter((value) => typeof value === 'string'), other];
    }
    case OutputType.NUMBER:
      return numbersAround(constants, (low, high) => low / 2 + high / 2);
    case OutputType.INTEGER:
      return numbersAround(constants, (low) => Math.floor(low) + 1).filter(Number.isInteger);
    case OutputType.ARRAY:
      return [[]];
    case OutputType.OBJECT:
      return [{}];
  }
}

function numbersAround(constants: ReadonlySet<unknown>, between: (low: number, high: number) => number): readonly number[] {
  const points = [...constants].filter((value): value is number => Number.isFinite(value)).sort((a, b) => a - b);
  const first = points[0];
  if (first === undefined) return [0];
  const last = points.at(-1)!;
  const gaps: number[] = [];
  for (let index = 1; index < points.length; index += 1) {
    const value = between(points[index - 1]!, points[index]!);
    if (points[index - 1]! < value && value < points[index]!) gaps.push(value);
  }
  // Where numbers are so large that one more makes no difference, there is nothing to be found beyond them.
  const beyond = [Math.ceil(first) - 1, Math.floor(last) + 1].filter((value) => value < first || value > last);
  return [...points, ...gaps, ...beyond];
}
