import { evaluateCondition } from '../graph/run/evaluate-condition.js';
import type { GraphRun } from '../graph/run/graph-run.js';
import { TriggerRule } from '../graph/trigger-rule.js';

/**
 * Why a task ended without having been started, in a sentence; null where it was, or where that is plain. Of a condition that didn't hold nothing is
 * said here: the report says which it was, and what it was held against.
 */
export function describeNotStarted(run: GraphRun, id: string): string | null {
  const state = run.state(id);
  const predecessors = run.predecessors(id);
  if (state === 'skipped') {
    const { when, triggerRule = TriggerRule.ALL_SUCCESS } = run.node(id);
    const skipped = predecessors.filter((dependency) => run.state(dependency) === 'skipped');
    const passesOn = triggerRule === TriggerRule.ALL_SUCCESS && skipped.length > 0;
    if (!passesOn && when !== undefined && !evaluateCondition(when, (task) => run.outputs(task))) return null;
    return skipped.length > 0 ? `Skipped before it: ${skipped.join(', ')}.` : 'Nothing failed that it would make up for.';
  }
  if (state !== 'upstream-failed' && state !== 'cancelled') return null;
  const missing = predecessors.filter((dependency) => run.state(dependency) !== 'succeeded');
  return missing.length === 0 ? null : `It needs ${missing.join(', ')}.`;
}
