import { Context } from '@temporalio/activity';
import type { TaskNode } from '../graph/task-node.js';
import { firstHold } from '../planning/estimates/first-hold.js';
import { loadEstimator } from '../planning/estimates/load-estimator.js';
import { outlineTask } from '../planning/estimates/outline-task.js';
import type { ActivityEnvironment } from './activity-environment.js';
import { withinPatience } from './within-patience.js';

/**
 * What the first attempts of tasks are given by what tasks of their kinds took, in their order; null where the plan's own figure stands. Nothing where that is
 * so for all of them. A store that can't be read keeps no project from being carried out.
 */
export async function firstHolds(
  { observations, templates, personas, model }: Pick<ActivityEnvironment, 'observations' | 'templates' | 'personas' | 'model'>,
  nodes: readonly TaskNode[],
): Promise<{ readonly holds?: readonly (number | null)[] }> {
  if (observations === undefined) return {};
  // A name that nothing goes by comes from the model: the store is not asked about it.
  const outlines = nodes.map((node) => (templates.find(node.template) === null ? null : outlineTask(node, templates, personas, model.id)));
  try {
    const known = outlines.filter((outline) => outline !== null);
    const estimator = await withinPatience('the observation store', loadEstimator(observations, known));
    const holds = outlines.map((outline) => outline && firstHold(estimator.estimate(outline), outline.plannedTokens));
    return holds.some((hold) => hold !== null) ? { holds } : {};
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    Context.current().log.warn(`What earlier projects took is not known: first attempts are given what the plan says. ${why}`);
    return {};
  }
}
