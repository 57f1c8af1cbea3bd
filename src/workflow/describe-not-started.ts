import { decideTrigger } from '../graph/run/decide-trigger.js';
import { isSettled } from '../graph/run/task-transitions.js';
import { TriggerRule } from '../graph/trigger-rule.js';
import type { AbridgedRun } from './abridged-run.js';

/**
 * Why a task ended without having been started, in a sentence; null where it was, or where that is plain. Of a condition that didn't hold nothing is
 * said here: the report says which it was, and what it was held against.
 */
export function describeNotStarted(run: AbridgedRun, id: string): string | null {
  const state = run.state(id);
  const predecessors = run.predecessors(id);
  if (state === 'skipped') {
    const { triggerRule = TriggerRule.ALL_SUCCESS } = run.node(id);
    const states = predecessors.map((dependency) => run.state(dependency));
    // By a rule that lets it start, only its condition can have kept it.
    if (decideTrigger(triggerRule, new Set(states.filter(isSettled)), !states.every(isSettled)) === 'ready') return null;
    const skipped = predecessors.filter((_, place) => states[place] === 'skipped');
    if (triggerRule === TriggerRule.ONE_FAILED) return 'Nothing failed that it would make up for.';
    return `Skipped before it: ${skipped.join(', ')}.`;
  }
  if (state !== 'upstream-failed' && state !== 'cancelled') return null;
  const missing = predecessors.filter((dependency) => run.state(dependency) !== 'succeeded');
  return missing.length === 0 ? null : `It needs ${missing.join(', ')}.`;
}
