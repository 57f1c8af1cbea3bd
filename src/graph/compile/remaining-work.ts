import type { Comparison, Condition } from '../condition.js';
import type { TaskOutputs } from '../output-type.js';
import { evaluateCondition } from '../run/evaluate-condition.js';
import type { TaskNode } from '../task-node.js';
import type { CompileContext } from './compile-context.js';

/** What a plan still needs: nothing for what has begun, and nothing left open that was decided by what tasks handed on. */
export function remainingWork(
  nodes: readonly TaskNode[],
  { hasBegun = () => false, outputsOf = () => undefined }: Pick<CompileContext, 'hasBegun' | 'outputsOf'>,
): readonly TaskNode[] {
  return nodes.map((node) => {
    if (hasBegun(node.id)) return { ...node, estimatedTokens: 0, estimatedMinutes: 0 };
    return node.when === undefined ? node : { ...node, when: decideKnown(node.when, outputsOf) };
  });
}

const HOLDS: Condition = { all: [] };
const FAILS: Condition = { any: [] };

/** Replaces what is known by what always or never holds. As deep as the condition nests. */
function decideKnown(condition: Condition, outputsOf: (id: string) => TaskOutputs | undefined): Condition {
  const decide = (part: Condition) => decideKnown(part, outputsOf);
  if ('all' in condition) return { all: condition.all.map(decide) };
  if ('any' in condition) return { any: condition.any.map(decide) };
  if ('not' in condition) return { not: decide(condition.not) };
  const comparison: Comparison = condition;
  if (outputsOf(comparison.task) === undefined) return comparison;
  return evaluateCondition(comparison, outputsOf) ? HOLDS : FAILS;
}
