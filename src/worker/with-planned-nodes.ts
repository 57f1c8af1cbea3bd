import { ApplicationFailure } from '@temporalio/common';
import type { TaskNode } from '../graph/task-node.js';
import type { FinalizeProjectInput, TaskRecord } from '../workflow/activity-types.js';
import type { ProjectStore } from './project-store.js';
import type { SpoiltContents } from './spoilt-contents.js';

/**
 * Lays beside each task how it was planned.
 *
 * @throws ApplicationFailure `kamachiq.report.plan-lost`, where the store has the plan no more
 */
export async function withPlannedNodes(
  { tasks, planned }: Pick<FinalizeProjectInput, 'tasks' | 'planned'>,
  store: ProjectStore,
  spoilt: SpoiltContents,
): Promise<readonly TaskRecord[]> {
  // Without a plan in the store every task comes whole.
  if (planned === undefined) return tasks as readonly TaskRecord[];
  const plan = await spoilt.read('the plan', () => store.getPlan(planned), null);
  const nodes = new Map<string, TaskNode>(plan?.nodes.map((node) => [node.id, node]));
  return tasks.map(({ node, ...task }) => {
    const whole = nodes.get(node.id);
    if (whole === undefined) throw planLost(node.id);
    return { ...task, node: whole };
  });
}

const planLost = (taskId: string) =>
  ApplicationFailure.create({
    type: 'kamachiq.report.plan-lost',
    message: `The store has no plan with the task ${taskId.slice(0, 60)} any more.`,
    nonRetryable: true,
  });
