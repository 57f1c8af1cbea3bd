import type { Comparison, Condition } from '../condition.js';
import { evaluateCondition } from '../run/evaluate-condition.js';
import { isSettled } from '../run/task-transitions.js';
import type { TaskNode } from '../task-node.js';
import type { RunProgress } from './run-progress.js';

/**
 * What a plan still needs: nothing for what has begun, and nothing left open that is decided. What is ready or has begun waits for nothing more,
 * and of what is settled it is known what it handed on.
 */
export function remainingWork(nodes: readonly TaskNode[], progress: RunProgress): readonly TaskNode[] {
  return nodes.map((node) => {
    const { when, triggerRule, ...rest } = node;
    if (progress.hasBegun(node.id)) return { ...rest, estimatedTokens: 0, estimatedMinutes: 0 };
    if (progress.stateOf(node.id) === 'ready') return rest;
    return when === undefined ? node : { ...node, when: decideKnown(when, progress) };
  });
}

const HOLDS: Condition = { all: [] };
const FAILS: Condition = { any: [] };

/** Replaces what is known by what always or never holds. As deep as the condition nests. */
function decideKnown(condition: Condition, progress: RunProgress): Condition {
  const decide = (part: Condition) => decideKnown(part, progress);
  if ('all' in condition) return { all: condition.all.map(decide) };
  if ('any' in condition) return { any: condition.any.map(decide) };
  if ('not' in condition) return { not: decide(condition.not) };
  const comparison: Comparison = condition;
  const { outputsOf, stateOf, isDead } = progress;
  if (isDead(comparison.task)) return FAILS;
  if (outputsOf === undefined || !isSettled(stateOf(comparison.task))) return comparison;
  return evaluateCondition(comparison, outputsOf) ? HOLDS : FAILS;
}
