import { KamachiqError } from '../../errors/kamachiq-error.js';
import type { PlanRule, RuleBreach } from '../../ports/plan-rule.js';
import { showId } from '../graph-error.js';
import type { GraphFinding } from '../graph-finding.js';
import type { TaskGraphDocument } from '../task-graph-document.js';

/** What a rule can't look at is not approved by it. */
function findBreaches(rule: PlanRule, plan: TaskGraphDocument): readonly RuleBreach[] {
  try {
    return rule.findBreaches(plan);
  } catch (cause) {
    throw new KamachiqError({
      code: 'graph.rule-failed',
      message: `Expected the rule ${showId(rule.id)} to say what breaks it, got: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'Mend the rule: it must answer for every plan.',
      cause,
    });
  }
}

/** Breaches of the rules that a host brought. */
export function ruleFindings(plan: TaskGraphDocument, rules: readonly PlanRule[]): readonly GraphFinding[] {
  return rules.flatMap((rule) =>
    findBreaches(rule, plan).map(({ taskIds, message, witness = taskIds, suggestion = `Keep the rule: ${rule.text}`, severity = 'error' }) => ({
      code: 'graph.rule-breach' as const,
      severity,
      taskIds,
      message: `The rule ${showId(rule.id)} is broken: ${message}`,
      witness: [rule.id, ...witness],
      suggestion,
    })),
  );
}
