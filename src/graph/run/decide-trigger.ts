import { graphError, showId } from '../graph-error.js';
import type { SettledState } from '../task-state.js';
import { TriggerRule } from '../trigger-rule.js';

/** What a trigger rule makes of a task: it may start, must wait, or is settled without a start. @public */
export type TriggerDecision = 'ready' | 'wait' | 'skipped' | 'upstream-failed' | 'cancelled';

/**
 * Decides by a trigger rule, given which states occur among the dependencies; how often each occurs never matters. Without dependencies a
 * task may start, whatever the rule.
 *
 * Semantics of Airflow, which has no cancelled tasks: here one counts as failed, and what can't start because of it is cancelled too, unless
 * something failed as well. A rule is decided as early as it can be: a single failure settles `all-success`.
 *
 * @param settled - States that occur among the settled dependencies.
 * @param unsettled - Whether other dependencies are not settled yet.
 *
 * @public
 */
export function decideTrigger(rule: TriggerRule, settled: ReadonlySet<SettledState>, unsettled: boolean): TriggerDecision {
  let seen = unsettled ? UNSETTLED : 0;
  for (const state of settled) seen |= SEEN[state];
  return decide(rule, seen);
}

/** Bits of what was seen among the dependencies of a task. */
export const SEEN: Readonly<Record<SettledState, number>> = { succeeded: 1, failed: 2, 'upstream-failed': 4, skipped: 8, cancelled: 16 };
export const UNSETTLED = 32;
/** How many sets of such bits there are. */
export const SEEN_SETS = 64;

const RULES: readonly TriggerRule[] = Object.values(TriggerRule);

/** The number of a rule in {@link triggerTable}; absent is `all-success`. @throws KamachiqError `graph.unknown-trigger-rule` */
export function ruleNumber(rule: TriggerRule = TriggerRule.ALL_SUCCESS): number {
  const number = RULES.indexOf(rule);
  if (number < 0) throw graphError('graph.unknown-trigger-rule', `Expected one of ${RULES.join(', ')}, got ${showId(String(rule))}.`);
  return number;
}

/** Makes a table with the decision of rule `r` on the bits `seen` at `r * SEEN_SETS + seen`. */
export const triggerTable = (): readonly TriggerDecision[] =>
  RULES.flatMap((rule) => Array.from({ length: SEEN_SETS }, (_, seen) => decide(rule, seen)));

function decide(rule: TriggerRule, seen: number): TriggerDecision {
  const succeeded = (seen & SEEN.succeeded) !== 0;
  const skipped = (seen & SEEN.skipped) !== 0;
  const unsettled = (seen & UNSETTLED) !== 0;
  const failed = (seen & (SEEN.failed | SEEN['upstream-failed'])) !== 0;
  const stopped = failed ? 'upstream-failed' : (seen & SEEN.cancelled) !== 0 ? 'cancelled' : null;
  if (seen === 0) return 'ready';
  switch (rule) {
    case TriggerRule.ALL_SUCCESS:
      return stopped ?? (skipped ? 'skipped' : unsettled ? 'wait' : 'ready');
    case TriggerRule.ALL_DONE:
      return unsettled ? 'wait' : 'ready';
    case TriggerRule.NONE_FAILED:
      return stopped ?? (unsettled ? 'wait' : 'ready');
    case TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS:
      return stopped ?? (unsettled ? 'wait' : succeeded ? 'ready' : 'skipped');
    case TriggerRule.ONE_SUCCESS:
      return succeeded ? 'ready' : unsettled ? 'wait' : (stopped ?? 'skipped');
    case TriggerRule.ONE_FAILED:
      return stopped !== null ? 'ready' : unsettled ? 'wait' : 'skipped';
    case TriggerRule.ALWAYS:
      return 'ready';
  }
}
