import { showId } from '../graph-error.js';
import { finding, type GraphFinding } from '../graph-finding.js';
import { decideTrigger } from '../run/decide-trigger.js';
import type { TaskNode } from '../task-node.js';
import { TriggerRule } from '../trigger-rule.js';

/** Tasks that the project can't do without and that would be skipped with one that it can do without. */
export function optionalFindings(nodes: readonly TaskNode[]): readonly GraphFinding[] {
  const optional = new Set(nodes.flatMap(({ id, optional: mayBeDropped }) => (mayBeDropped === true ? [id] : [])));
  if (optional.size === 0) return [];
  return nodes.flatMap(({ id, dependencies, triggerRule = TriggerRule.ALL_SUCCESS }) => {
    const dropped = dependencies.filter((dependency) => optional.has(dependency));
    if (dropped.length === 0 || optional.has(id)) return [];
    // As if all of these were dropped, and everything else succeeded.
    const states = new Set(dropped.length === new Set(dependencies).size ? (['skipped'] as const) : (['skipped', 'succeeded'] as const));
    if (triggerRule === TriggerRule.ONE_FAILED || decideTrigger(triggerRule, states, false) === 'ready') return [];
    const message = `Task ${showId(id)} needs ${dropped.map(showId).join(', ')}, which may be dropped: it would be skipped too.`;
    const suggestion =
      'Make it optional too, let it not depend on what may be dropped, or give it a trigger rule that goes on without, as none-failed.';
    return [finding('graph.optional-needed', [id], message, [id, ...dropped], suggestion)];
  });
}
