import { ApplicationFailure } from '@temporalio/common';
import type { TaskNode } from '../graph/task-node.js';
import type { FinalizeProjectInput, TaskRecord } from '../workflow/activity-types.js';
import { unpacked } from '../workflow/packed-json.js';
import type { ProjectStore } from './project-store.js';
import type { SpoiltContents } from './spoilt-contents.js';

/**
 * Lays beside each task how it was planned; where the plan is lost, what its project's workflow knows of that.
 *
 * @throws ApplicationFailure `kamachiq.report.plan-lost`, where the store has the plan no more
 */
export async function withPlannedNodes(
  { tasks: told, planned }: Pick<FinalizeProjectInput, 'tasks' | 'planned'>,
  store: ProjectStore,
  spoilt: SpoiltContents,
): Promise<readonly TaskRecord[]> {
  const tasks = unpacked(told);
  if (planned === undefined) {
    if (tasks.some(({ node }) => node.inputs === undefined)) spoilt.note(THE_PLAN);
    return tasks.map(({ node, ...task }) => ({ ...NOTHING_DONE, ...task, node: { ...UNTOLD, ...node } as TaskNode }));
  }
  const plan = await spoilt.read(THE_PLAN, () => store.getPlan(planned), null);
  const nodes = new Map<string, TaskNode>(plan?.nodes.map((node) => [node.id, node]));
  return tasks.map(({ node, ...task }) => {
    const whole = nodes.get(node.id);
    if (whole === undefined) throw planLost(node.id);
    return { ...NOTHING_DONE, ...task, node: whole };
  });
}

const THE_PLAN = 'the plan';
const NOTHING_DONE = { startedAt: null, finishedAt: null, attempts: [], records: [], verdict: null, manifest: null, reason: null };
const UNTOLD = { inputs: {}, writes: [], successCriteria: [] };

const planLost = (taskId: string) =>
  ApplicationFailure.create({
    type: 'kamachiq.report.plan-lost',
    message: `The store has no plan with the task ${taskId.slice(0, 60)} any more.`,
    nonRetryable: true,
  });
