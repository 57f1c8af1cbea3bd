import { KamachiqError } from '../errors/kamachiq-error.js';
import { type AbridgedTask, isWhole } from '../graph/abridged-task.js';
import type { TaskNode } from '../graph/task-node.js';
import type { StoredPlan } from './project-store.js';

/** A task as it was planned. @throws KamachiqError `graph.unknown-task` where it is abridged and the plan has none of its id */
export function plannedTask(task: AbridgedTask, plan: StoredPlan): TaskNode {
  if (isWhole(task)) return task;
  const whole = plan.nodes.find(({ id }) => id === task.id);
  if (whole !== undefined) return whole;
  throw new KamachiqError({
    code: 'graph.unknown-task',
    message: `Expected a task of the plan, got ${JSON.stringify(task.id.slice(0, 80))}, which is none of its ${plan.nodes.length}.`,
    remedy: 'Start the task with all of its fields, or with the plan that it is part of.',
    context: { taskId: task.id.slice(0, 80) },
  });
}
