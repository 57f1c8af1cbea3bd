import type { TaskNode } from '../graph/task-node.js';
import { parseInstant } from './format-quantity.js';
import type { ScheduleReport, TaskReport } from './project-report.js';
import { RunChains, type TaskTime } from './run-chains.js';

/** A task as far as its place in the schedule goes; a {@link TaskReport} is one. @public */
export interface ScheduledTask extends Pick<TaskReport, 'startedAt' | 'escalatedAt' | 'finishedAt'> {
  readonly node: Pick<TaskNode, 'id' | 'dependencies'>;
}

/**
 * Measures how well tasks were packed: the makespan beside a lower bound, with the durations that they turned out to have.
 *
 * The critical path is the chain of dependencies that took longest, each task counted from start to finish, waits for people included. A task
 * follows in a chain what it depends on, directly or through tasks that never started, as far as that had finished when it started: for what still
 * went on, as its trigger rule may allow, it did not wait. Tasks that never started are themselves no part of a chain.
 *
 * Work is what filled slots: a task from its start until it went to a person or finished. The lower bound, the longer of the critical path and the
 * work divided by slots, exceeds the makespan of no run in which at most `slots` tasks filled one at once. It is one for every schedule in which each
 * task starts after the same of its dependencies.
 *
 * Graham's bound holds for every run in which each task started as soon as what became of others let it and a slot was free, at any instant; one
 * that waited for tokens, or whose tasks were changed or skipped from outside, may go beyond.
 *
 * A task without both times took no time. Dependencies on unknown tasks, and cycles, are left out. Without recursion, O(tasks log tasks +
 * dependencies), and the dependencies of tasks that never started once more for every 32 tasks that these depend on.
 *
 * @param options - `slots`: agents that could work at once, at least 1. `now`: the instant, in milliseconds since 1970, at which a run that goes on is
 * looked at; what has started and not finished is counted until then.
 *
 * @public
 */
export function scheduleReport(options: { readonly tasks: readonly ScheduledTask[]; readonly slots: number; readonly now?: number }): ScheduleReport {
  const { tasks, now } = options;
  const slots = Math.max(1, options.slots);
  const times = tasks.map((task) => timeOf(task, now ?? Number.POSITIVE_INFINITY));
  const durations = times.map(durationOf);
  const works = tasks.map((task, position) => workOf(task, times[position]!, durations[position]!));
  const work = works.reduce((sum, each) => sum + each, 0);

  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const time of times) {
    if (time === null || time.finish === Number.POSITIVE_INFINITY) continue;
    first = Math.min(first, time.start);
    last = Math.max(last, time.finish);
  }

  const chains = new RunChains(
    tasks.map(({ node }) => node),
    times,
  );
  const critical = chains.heaviest(durations);
  // Whenever a slot is idle, some chain of tasks goes on: what it does fills one slot of them, what it waits for people fills none.
  const idle = chains.heaviest(durations.map((duration, position) => duration - works[position]! / slots));
  const makespan = Math.max(0, last - first);
  const lowerBound = Math.max(critical.weight, Math.ceil(work / slots));
  return {
    makespanMilliseconds: makespan,
    lowerBoundMilliseconds: lowerBound,
    ratio: lowerBound > 0 ? makespan / lowerBound : null,
    criticalPath: critical.path.map((position) => tasks[position]!.node.id),
    criticalPathMilliseconds: critical.weight,
    workMilliseconds: work,
    slots: options.slots,
    grahamBoundMilliseconds: Math.ceil(work / slots + idle.weight),
  };
}

/** @param until - When what goes on is looked at; a clock that is behind takes no task back to before its start. */
function timeOf({ startedAt, finishedAt }: ScheduledTask, until: number): TaskTime | null {
  const start = parseInstant(startedAt);
  return start === null ? null : { start, finish: Math.max(start, parseInstant(finishedAt) ?? until) };
}

const durationOf = (time: TaskTime | null) => (time === null || time.finish === Number.POSITIVE_INFINITY ? 0 : time.finish - time.start);

/** How long it filled a slot. */
function workOf({ escalatedAt }: ScheduledTask, time: TaskTime | null, duration: number): number {
  const escalated = parseInstant(escalatedAt);
  return escalated === null || time === null ? duration : Math.min(duration, Math.max(0, escalated - time.start));
}
