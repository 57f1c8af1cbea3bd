import type { TaskNode } from '../graph/task-node.js';
import { topologicalGenerations } from '../graph/topological-generations.js';
import { parseInstant } from './format-quantity.js';
import type { ScheduleReport, TaskReport } from './project-report.js';

/** A task as far as its place in the schedule goes; a {@link TaskReport} is one. @public */
export interface ScheduledTask extends Pick<TaskReport, 'startedAt' | 'finishedAt'> {
  readonly node: Pick<TaskNode, 'id' | 'dependencies'>;
  readonly attempts: readonly Pick<TaskReport['attempts'][number], 'startedAt' | 'finishedAt'>[];
}

/**
 * Measures how well tasks were packed: the makespan beside the shortest that was possible with the durations they turned out to have.
 *
 * The critical path is the chain of dependencies that took longest, each task counted from start to finish. Work, which is what fills slots,
 * counts the attempts where all their times are known, so that a wait for a person is none, else the whole task. A task without both times
 * took no time. Dependencies on unknown tasks, and cycles, are left out. Without recursion, O(tasks + dependencies).
 *
 * @param options - `slots`: agents that could work at once, at least 1.
 *
 * @public
 */
export function scheduleReport(options: { readonly tasks: readonly ScheduledTask[]; readonly slots: number }): ScheduleReport {
  const { tasks, slots } = options;
  const durations = new Map(tasks.map((task) => [task.node.id, durationBetween(task.startedAt, task.finishedAt) ?? 0]));
  const dependencies = new Map(tasks.map(({ node }) => [node.id, node.dependencies.filter((id) => durations.has(id))]));

  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  let work = 0;
  for (const task of tasks) {
    if (durationBetween(task.startedAt, task.finishedAt) === null) continue;
    first = Math.min(first, parseInstant(task.startedAt)!);
    last = Math.max(last, parseInstant(task.finishedAt)!);
    work += workOf(task);
  }

  const { path, milliseconds } = longestChain(dependencies, durations);
  return {
    makespanMilliseconds: Math.max(0, last - first),
    lowerBoundMilliseconds: Math.max(milliseconds, Math.ceil(work / Math.max(1, slots))),
    criticalPath: path,
    slots,
  };
}

function workOf(task: ScheduledTask): number {
  const attempts = task.attempts.map((attempt) => durationBetween(attempt.startedAt, attempt.finishedAt));
  const known = attempts.filter((duration) => duration !== null);
  if (known.length === 0 || known.length < attempts.length) return durationBetween(task.startedAt, task.finishedAt)!;
  return known.reduce((sum, duration) => sum + duration, 0);
}

function durationBetween(start: string | null | undefined, finish: string | null | undefined): number | null {
  const from = parseInstant(start);
  const to = parseInstant(finish);
  return from === null || to === null ? null : Math.max(0, to - from);
}

function longestChain(dependencies: ReadonlyMap<string, readonly string[]>, durations: ReadonlyMap<string, number>) {
  const lengths = new Map<string, number>();
  const previous = new Map<string, string>();
  let end: string | null = null;
  for (const id of topologicalGenerations(dependencies).generations.flat()) {
    let longest = 0;
    for (const dependency of dependencies.get(id)!) {
      const length = lengths.get(dependency)!;
      // A predecessor that took no time still belongs to the chain when nothing longer does.
      if (length > longest || !previous.has(id)) previous.set(id, dependency);
      longest = Math.max(longest, length);
    }
    lengths.set(id, longest + durations.get(id)!);
    if (end === null || lengths.get(id)! > lengths.get(end)!) end = id;
  }

  const path: string[] = [];
  for (let id: string | undefined = end ?? undefined; id !== undefined; id = previous.get(id)) path.push(id);
  return { path: path.reverse(), milliseconds: end === null ? 0 : lengths.get(end)! };
}
