import { callActivity } from './activity-proxies.js';
import type { EndedTask, TaskExecution } from './activity-types.js';
import { wholeResult } from './brief-result.js';
import { describeEnd } from './describe-end.js';
import { isCancelled } from './is-cancelled.js';
import type { TaskEvent } from './task-events.js';
import { CancellationScope, getExternalWorkflowHandle } from './temporal.js';

/**
 * Has the project told of tasks that began in a run before: this one is not their parent, and learns nothing of them by itself. A cancellation of what
 * is done here reaches them. Never rejects.
 *
 * @param tasks - By id.
 */
export async function awaitCarried(tasks: ReadonlyMap<string, TaskExecution>, receive: (event: TaskEvent) => void): Promise<void> {
  const open = new Map([...tasks].map(([taskId, task]) => [task.workflowId, { taskId, task }]));
  const scope = CancellationScope.current();
  const cancelOpen = () =>
    CancellationScope.nonCancellable(async () => {
      const handles = [...open.values()].map(({ task }) => getExternalWorkflowHandle(task.workflowId, task.runId));
      // Those that ended meanwhile need no word any more.
      await Promise.all(handles.map((handle) => handle.cancel().catch(() => undefined)));
    });
  scope.cancelRequested.catch(cancelOpen);
  while (open.size > 0) {
    const ended = await CancellationScope.nonCancellable(() =>
      callActivity('awaitTasks', `${open.size} tasks of the run before`, { tasks: [...open.values()].map(({ task }) => task) }),
    ).catch((error: unknown) => [...open.values()].map(({ task }) => ({ workflowId: task.workflowId, error })));
    for (const end of ended) {
      const taskId = open.get(end.workflowId)?.taskId;
      if (taskId === undefined || !open.delete(end.workflowId)) continue;
      receive('error' in end ? lost(taskId, describeEnd('The task', end.workflowId, end.error)) : eventOf(taskId, end));
    }
  }
}

function eventOf(taskId: string, { result, end, reason }: EndedTask): TaskEvent {
  if (result !== null) return { kind: 'task-ended', taskId, result: wholeResult(result) };
  if (end === 'operator') return lost(taskId, 'The task was ended by an operator.');
  if (end === 'cancelled') return lost(taskId, `The task was ${isCancelled() ? 'stopped with the project' : 'cancelled by an operator'}.`, true);
  return lost(taskId, reason ?? '');
}

const lost = (taskId: string, reason: string, cancelled = false): TaskEvent => ({ kind: 'task-lost', taskId, reason, cancelled });
