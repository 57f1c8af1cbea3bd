import { topologicalGenerations } from '../graph/structure/topological-generations.js';
import type { TaskNode } from '../graph/task-node.js';
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
 * The critical path is the chain of dependencies that took longest, each task counted from start to finish; one that a task did not wait for, as its
 * trigger rule may allow, is no link of a chain. Work, which is what fills slots,
 * counts the attempts where all their times are known, so that a wait for a person is none, else the whole task. A task without both times
 * took no time. Dependencies on unknown tasks, and cycles, are left out. Without recursion, O(tasks + dependencies).
 *
 * @param options - `slots`: agents that could work at once, at least 1. `now`: the instant, in milliseconds since 1970, at which a run that goes on is
 * looked at; what has started and not finished is counted until then.
 *
 * @public
 */
export function scheduleReport(options: { readonly tasks: readonly ScheduledTask[]; readonly slots: number; readonly now?: number }): ScheduleReport {
  const { slots, now } = options;
  const until = now === undefined ? null : new Date(now).toISOString();
  const tasks = options.tasks.map((task) => (task.finishedAt === null && task.startedAt !== null ? { ...task, finishedAt: until } : task));
  const durations = new Map(tasks.map((task) => [task.node.id, durationBetween(task.startedAt, task.finishedAt) ?? 0]));
  const finishes = new Map(tasks.map((task) => [task.node.id, parseInstant(task.finishedAt)]));
  const dependencies = new Map(
    tasks.map(({ node, startedAt }) => {
      const start = parseInstant(startedAt) ?? Number.POSITIVE_INFINITY;
      return [node.id, node.dependencies.filter((id) => durations.has(id) && (finishes.get(id) ?? start) <= start)];
    }),
  );

  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  const works = new Map<string, number>();
  for (const task of tasks) {
    if (durationBetween(task.startedAt, task.finishedAt) === null) continue;
    first = Math.min(first, parseInstant(task.startedAt)!);
    last = Math.max(last, parseInstant(task.finishedAt)!);
    works.set(task.node.id, workOf(task));
  }

  const { path, milliseconds } = longestChain(dependencies, durations);
  // Whenever a slot is idle, some chain of tasks goes on: what it does fills one slot of them, what it waits for people fills none.
  const idle = new Map(tasks.map((task) => [task.node.id, durations.get(task.node.id)! - (works.get(task.node.id) ?? 0) / Math.max(1, slots)]));
  const makespan = Math.max(0, last - first);
  const work = [...works.values()].reduce((sum, each) => sum + each, 0);
  const share = work / Math.max(1, slots);
  const lowerBound = Math.max(milliseconds, Math.ceil(share));
  return {
    makespanMilliseconds: makespan,
    lowerBoundMilliseconds: lowerBound,
    ratio: lowerBound > 0 ? makespan / lowerBound : null,
    criticalPath: path,
    criticalPathMilliseconds: milliseconds,
    workMilliseconds: work,
    slots,
    grahamBoundMilliseconds: Math.ceil(share + longestChain(dependencies, idle).milliseconds),
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
