import type { TimedTask } from './simulate-run.js';

/** What no schedule on so many slots can be shorter than. */
export interface MakespanBounds {
  readonly criticalPath: number;
  /** The longest path, or all the work shared out evenly, whichever is more. */
  readonly plain: number;
  /** The plain bound, or more: counts the slots that must stand idle at the beginning and at the end because not enough can be at work then. */
  readonly ramped: number;
  /** What list scheduling never takes longer than (Graham 1969). */
  readonly graham: number;
}

/** @param tasks - Each after all it depends on. */
export function makespanBounds(tasks: readonly TimedTask[], slots: number): MakespanBounds {
  const positions = new Map(tasks.map(({ id }, position) => [id, position]));
  const earliestEnds = new Array<number>(tasks.length).fill(0);
  for (const [position, { dependencies, duration }] of tasks.entries()) {
    earliestEnds[position] = duration + dependencies.reduce((latest, id) => Math.max(latest, earliestEnds[positions.get(id)!]!), 0);
  }
  const remaining = tasks.map(({ duration }) => duration);
  for (let position = tasks.length - 1; position >= 0; position -= 1) {
    for (const id of tasks[position]!.dependencies) {
      const dependency = positions.get(id)!;
      remaining[dependency] = Math.max(remaining[dependency]!, tasks[dependency]!.duration + remaining[position]!);
    }
  }
  const work = tasks.reduce((sum, { duration }) => sum + duration, 0);
  const criticalPath = Math.max(0, ...earliestEnds);
  const plain = Math.max(criticalPath, work / slots);
  const atBeginning = idleAtMargin(
    tasks.map(({ duration }, position) => [earliestEnds[position]! - duration, earliestEnds[position]!]),
    slots,
  );
  const atEnd = idleAtMargin(
    tasks.map(({ duration }, position) => [remaining[position]! - duration, remaining[position]!]),
    slots,
  );
  const ramped = Math.max(plain, work / slots + mostIdle(atBeginning, atEnd, plain));
  return { criticalPath, plain, ramped, graham: work / slots + (1 - 1 / slots) * criticalPath };
}

/** Slot time, shared out evenly, that stands idle in the first so many units of time, whatever the schedule. */
interface Idle {
  readonly until: number;
  readonly idle: number;
}

/**
 * Until any moment no schedule has done more work than one with as many slots as it likes, which is at work on each task as early as
 * dependencies allow; what the slots could have done beyond that is lost.
 *
 * @param spans - When each task is at work in that schedule.
 */
function idleAtMargin(spans: readonly (readonly [number, number])[], slots: number): readonly Idle[] {
  const events = spans.flatMap(([start, end]) => [
    { at: start, change: 1 },
    { at: end, change: -1 },
  ]);
  events.sort((a, b) => a.at - b.at);
  const idle: Idle[] = [{ until: 0, idle: 0 }];
  let [atWork, done, now] = [0, 0, 0];
  for (const { at, change } of events) {
    done += atWork * (at - now);
    now = at;
    atWork += change;
    idle.push({ until: now, idle: now - done / slots });
  }
  return idle;
}

/** The most that is lost at both margins together, where they don't overlap in the shortest schedule there may be. */
function mostIdle(atBeginning: readonly Idle[], atEnd: readonly Idle[], shortest: number): number {
  let most = 0;
  let bestAtEnd = 0;
  let taken = 0;
  for (const { until, idle } of atBeginning.toReversed()) {
    for (; taken < atEnd.length && until + atEnd[taken]!.until <= shortest; taken += 1) bestAtEnd = Math.max(bestAtEnd, atEnd[taken]!.idle);
    if (until <= shortest) most = Math.max(most, idle + bestAtEnd);
  }
  return most;
}
