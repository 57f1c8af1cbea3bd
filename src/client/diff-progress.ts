import type { SettledState } from '../graph/task-state.js';
import type { ControlKind, Degradation, ThresholdCrossing } from '../workflow/control-messages.js';
import type { ProjectPhase, ProjectProgress, TaskProgress } from '../workflow/project-types.js';
import type { ProjectEvent } from './project-events.js';

type ProjectPart = Pick<ProjectProgress, 'phase' | 'tasks' | 'revisions' | 'reviews' | 'result' | 'control'>;

/**
 * What happened between two looks at a project.
 *
 * Whichever moments are looked at, each task's start and end is told exactly once, and so is each order, threshold and step down; what has a time comes in
 * its order, over all looks. Of a task that was retried between two looks, the last start and end are told. Told by what stands, not by what passed: phases
 * and reviews that came and went between two looks are not.
 *
 * O(tasks + orders) for one look.
 *
 * @param before - The look before; null where nothing was seen yet: then all that happened until now is told.
 */
export function diffProgress(before: ProjectPart | null, after: ProjectPart): readonly ProjectEvent[] {
  const phase: ProjectEvent[] = before?.phase === after.phase ? [] : [{ name: 'phase-changed', phase: after.phase, before: before?.phase ?? null }];
  const comesFirst = BEFORE_WORK.has(after.phase);
  return [
    ...(comesFirst ? phase : []),
    ...revisionsBetween(before, after),
    ...inOrder([...ordersBetween(before, after), ...tasksBetween(before, after), ...wantsBetween(before, after)]),
    ...notIn(before?.reviews ?? [], after.reviews, (reviewId) => reviewId).map((reviewId) => ({ name: 'review-requested', reviewId }) as const),
    ...(comesFirst ? [] : phase),
    ...(after.phase === 'ended' && before?.phase !== 'ended' ? [{ name: 'ended', result: after.result } as const] : []),
  ];
}

/** Phases that stand before what happened in them; with the others, the work is done. */
const BEFORE_WORK: ReadonlySet<ProjectPhase> = new Set<ProjectPhase>(['planning', 'executing']);

const ORDER_EVENTS: {
  readonly [Kind in ControlKind]: 'paused' | 'resumed' | 'task-cancelled' | 'task-retried' | 'budget-raised' | 'concurrency-changed';
} = {
  pause: 'paused',
  resume: 'resumed',
  'cancel-task': 'task-cancelled',
  'retry-task': 'task-retried',
  'raise-budget': 'budget-raised',
  'set-concurrency': 'concurrency-changed',
};

/** What comes first of what happened at once: a workflow's clock stands still while it decides. */
const Rank = { ORDER: 0, SETTLED: 1, STARTED: 2, WAITS: 3, SETTLED_AT_ONCE: 4, WANT: 5 } as const;

interface TimedEvent {
  /** Null where nobody knows, which is as late as can be. */
  readonly at: number | null;
  readonly rank: (typeof Rank)[keyof typeof Rank];
  readonly event: ProjectEvent;
}

const inOrder = (events: readonly TimedEvent[]): readonly ProjectEvent[] =>
  events.toSorted((one, other) => (one.at ?? Number.MAX_VALUE) - (other.at ?? Number.MAX_VALUE) || one.rank - other.rank).map(({ event }) => event);

function revisionsBetween(before: ProjectPart | null, { revisions }: ProjectPart): readonly ProjectEvent[] {
  const seen = before?.revisions ?? 0;
  return Array.from({ length: Math.max(0, revisions - seen) }, (_, index) => ({ name: 'plan-revised', revision: seen + index + 1 }));
}

function tasksBetween(before: ProjectPart | null, { tasks }: ProjectPart): readonly TimedEvent[] {
  const seen = new Map((before?.tasks ?? []).map((task) => [task.id, task]));
  return tasks.flatMap((task) => taskBetween(seen.get(task.id), task));
}

function taskBetween(before: TaskProgress | undefined, after: TaskProgress): readonly TimedEvent[] {
  const { id: taskId, state, startedAt, escalatedAt, finishedAt, attempts, tokensSpent, score } = after;
  const events: TimedEvent[] = [];
  if (startedAt !== null && startedAt !== before?.startedAt) {
    events.push({ at: startedAt, rank: Rank.STARTED, event: { name: 'task-started', taskId, at: startedAt } });
  }
  if (escalatedAt !== undefined && escalatedAt !== before?.escalatedAt) {
    events.push({ at: escalatedAt, rank: Rank.WAITS, event: { name: 'task-waits', taskId, at: escalatedAt } });
  }
  if (isSettled(state) && (before === undefined || !isSettled(before.state) || before.finishedAt !== finishedAt)) {
    const rank = finishedAt !== null && (finishedAt === startedAt || finishedAt === escalatedAt) ? Rank.SETTLED_AT_ONCE : Rank.SETTLED;
    events.push({ at: finishedAt, rank, event: { name: 'task-settled', taskId, state, attempts, tokensSpent, score, at: finishedAt } });
  }
  return events;
}

const OPEN: ReadonlySet<string> = new Set(['pending', 'ready', 'running', 'waiting-for-person']);
const isSettled = (state: TaskProgress['state']): state is SettledState => !OPEN.has(state);

function ordersBetween(before: ProjectPart | null, { control }: ProjectPart): readonly TimedEvent[] {
  const last = (before?.control?.orders ?? []).reduce((most, { order }) => Math.max(most, order), 0);
  const taken = (control?.orders ?? []).filter(({ order }) => order > last);
  return taken.map((receipt) => ({ at: receipt.takenAt, rank: Rank.ORDER, event: { name: ORDER_EVENTS[receipt.kind], ...receipt } }));
}

function wantsBetween(before: ProjectPart | null, { control }: ProjectPart): readonly TimedEvent[] {
  if (control === undefined) return [];
  const { thresholds, degradations, waitsForBudgetSince: at } = control;
  const seen = before?.control;
  const events: readonly ProjectEvent<'budget-threshold' | 'degraded' | 'budget-requested'>[] = [
    ...notIn(seen?.thresholds ?? [], thresholds, thresholdKey).map((crossing) => ({ name: 'budget-threshold', ...crossing }) as const),
    ...notIn(seen?.degradations ?? [], degradations, degradationKey).map((step) => ({ name: 'degraded', ...step }) as const),
    ...(at === null || at === seen?.waitsForBudgetSince ? [] : [{ name: 'budget-requested', at } as const]),
  ];
  return events.map((event) => ({ at: event.at, rank: Rank.WANT, event }));
}

/** A budget that was raised may be spent to the same share once more. */
const thresholdKey = ({ share, of, at }: ThresholdCrossing) => `${share} ${of} ${at}`;
const degradationKey = ({ at, step, taskId, words }: Degradation) => JSON.stringify([at, step, taskId, words]);

/** Those that are not among what was seen, by their keys. */
function notIn<Value>(seen: readonly Value[], values: readonly Value[], keyOf: (value: Value) => string): readonly Value[] {
  const keys = new Set(seen.map(keyOf));
  return values.filter((value) => !keys.has(keyOf(value)));
}
