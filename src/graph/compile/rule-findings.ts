import type { PlanRule } from '../../ports/plan-rule.js';
import { showId } from '../graph-error.js';
import type { GraphFinding } from '../graph-finding.js';
import type { TaskGraphDocument } from '../task-graph-document.js';

/** Breaches of the rules that a host brought. */
export function ruleFindings(plan: TaskGraphDocument, rules: readonly PlanRule[]): readonly GraphFinding[] {
  return rules.flatMap((rule) =>
    rule.findBreaches(plan).map(({ taskIds, message, witness = taskIds, suggestion = `Keep the rule: ${rule.text}`, severity = 'error' }) => ({
      code: 'graph.rule-breach' as const,
      severity,
      taskIds,
      message: `The rule ${showId(rule.id)} is broken: ${message}`,
      witness: [rule.id, ...witness],
      suggestion,
    })),
  );
}
