import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scriptedProgress, scriptedTask } from '../../test/support/scripted-progress.js';
import type { ControlKind, ControlProgress, DegradationStep } from '../workflow/control-messages.js';
import type { ProjectPhase, ProjectProgress, TaskProgress } from '../workflow/project-types.js';
import { diffProgress } from './diff-progress.js';
import type { ProjectEvent } from './project-events.js';

const noControl: ControlProgress = {
  pausedAt: null,
  waitsForBudgetSince: null,
  thresholds: [],
  degradations: [],
  untold: 0,
  orders: [],
  maximumSlots: 10,
  money: { total: null, held: 0, spent: 0 },
};

const project = (rest: Partial<ProjectProgress> = {}): ProjectProgress =>
  scriptedProgress('p', { phase: 'planning', startedAt: 0, control: noControl, ...rest });

const task = (id: string, rest: Partial<TaskProgress> = {}): TaskProgress => ({ ...scriptedTask(id), ...rest });

/** Something that may happen next, to whichever task the number picks. */
type Step = readonly [what: 'start' | 'escalate' | 'settle' | 'retry' | 'skip' | 'order' | 'threshold' | 'degrade' | 'revise', pick: number];

const IDS = ['a', 'b', '__proto__', 'constructor', '1', '0'];
const SETTLED = ['succeeded', 'failed', 'cancelled'] as const;
const KINDS: readonly ControlKind[] = ['pause', 'resume', 'cancel-task', 'retry-task', 'raise-budget', 'set-concurrency'];

/** Plays steps, each a moment later than the one before, or so many of them in one moment: how the project stood after each, and what happened in truth. */
function play(steps: readonly Step[], pace = 1): { readonly moments: readonly ProjectProgress[]; readonly truth: readonly ProjectEvent[] } {
  const tasks = new Map(IDS.map((id) => [id, task(id)]));
  let control = noControl;
  let revisions = 0;
  const moments: ProjectProgress[] = [];
  const truth: ProjectEvent[] = [];
  for (const [index, [what, pick]] of steps.entries()) {
    const at = 1_000 + Math.floor(index / pace);
    const taskId = IDS[pick % IDS.length]!;
    const before = tasks.get(taskId)!;
    const change = (rest: Partial<TaskProgress>) => tasks.set(taskId, { ...before, ...rest });
    const settle = (state: (typeof SETTLED)[number] | 'skipped') => {
      change({ state, finishedAt: at });
      truth.push({ name: 'task-settled', taskId, state, attempts: 0, tokensSpent: 0, score: null, at });
    };
    if (what === 'start' && before.state === 'pending') {
      change({ state: 'running', startedAt: at });
      truth.push({ name: 'task-started', taskId, at });
    } else if (what === 'escalate' && before.state === 'running') {
      change({ state: 'waiting-for-person', escalatedAt: at });
      truth.push({ name: 'task-waits', taskId, at });
    } else if (what === 'settle' && (before.state === 'running' || before.state === 'waiting-for-person')) settle(SETTLED[pick % 3]!);
    else if (what === 'skip' && before.state === 'pending') settle('skipped');
    else if (what === 'retry' && (before.state === 'failed' || before.state === 'cancelled')) {
      tasks.set(taskId, task(taskId));
    } else if (what === 'order') {
      const receipt = { order: control.orders.length + 1, kind: KINDS[pick % KINDS.length]!, reason: 'Because.', effect: 'Done.', takenAt: at };
      control = { ...control, orders: [...control.orders, receipt] };
      truth.push({ name: 'paused', ...receipt });
    } else if (what === 'threshold') {
      const crossing = { share: [0.5, 0.8, 0.95][pick % 3]!, of: 'tokens', at } as const;
      control = { ...control, thresholds: [...control.thresholds, crossing] };
      truth.push({ name: 'budget-threshold', ...crossing });
    } else if (what === 'degrade') {
      const step = { at, step: 'fewer-candidates' as DegradationStep, taskId, words: 'Fewer.' };
      control = { ...control, degradations: [...control.degradations, step] };
      truth.push({ name: 'degraded', ...step });
    } else if (what === 'revise') revisions += 1;
    moments.push(project({ phase: 'executing', tasks: [...tasks.values()], control, revisions }));
  }
  return { moments, truth };
}

/** What is told to somebody who looks at these moments and no others. */
const told = (moments: readonly ProjectProgress[]): readonly ProjectEvent[] =>
  moments.flatMap((moment, index) => diffProgress(moments[index - 1] ?? null, moment));

const steps = (kinds: readonly Step[0][], picks = fc.nat({ max: 100 })) =>
  fc.array(fc.tuple(fc.constantFrom(...kinds), picks), { minLength: 1, maxLength: 60, size: 'max' });
/** Two tasks, of which one fails and the other is cancelled. */
const FAILING = fc.constantFrom(1, 2);
/** Now often, now seldom: only who looks seldom misses a whole start of a task. */
const looks = fc.integer({ min: 1, max: 12 }).chain((rarity) =>
  fc.array(
    fc.nat({ max: rarity }).map((number) => number === 0),
    { minLength: 60, maxLength: 60 },
  ),
);
/** Any moments, and the last one. */
const pick = (moments: readonly ProjectProgress[], chosen: readonly boolean[]) =>
  moments.filter((_, index) => chosen[index] === true || index === moments.length - 1);

const timed = (events: readonly ProjectEvent[]) =>
  events.flatMap((event) => {
    const at = 'takenAt' in event ? event.takenAt : 'at' in event ? event.at : null;
    // Which of the orders it was is said by its number.
    return at === null ? [] : [{ at, ...('takenAt' in event ? { order: event.order } : event) }];
  });

describe('diffProgress', () => {
  it('tells, whichever moments are looked at, all that happened: once, and in its order', () => {
    fc.assert(
      fc.property(steps(['start', 'escalate', 'settle', 'skip', 'order', 'threshold', 'degrade', 'revise']), looks, (happened, chosen) => {
        const { moments, truth } = play(happened);
        const events = told(pick(moments, chosen));
        expect(timed(events)).toEqual(timed(truth));
        const revised = events.flatMap((event) => (event.name === 'plan-revised' ? [event.revision] : []));
        expect(revised).toEqual(Array.from({ length: moments.at(-1)!.revisions }, (_, index) => index + 1));
      }),
    );
  });

  it('tells what happened at once in an order that it can have had: orders first, ends before starts, each start before its end', () => {
    fc.assert(
      fc.property(steps(['start', 'escalate', 'settle', 'order', 'threshold']), looks, fc.integer({ min: 2, max: 6 }), (happened, chosen, pace) => {
        const { moments, truth } = play(happened, pace);
        // Nobody sees a moment in the middle.
        const whole = moments.filter((_, index) => index % pace === pace - 1 || index === moments.length - 1);
        const events = told(pick(whole, chosen));
        const keys = (list: readonly ProjectEvent[]) => timed(list).map((event) => JSON.stringify(event));
        expect(keys(events).toSorted()).toEqual(keys(truth).toSorted());
        const times = timed(events).map(({ at }) => at);
        expect(times).toEqual(times.toSorted((one, other) => one! - other!));
        const startedAt = new Map<string, number>();
        for (const [index, event] of events.entries()) {
          if (event.name === 'task-started') startedAt.set(event.taskId, event.at);
          if (event.name === 'task-settled') expect(startedAt.has(event.taskId)).toBe(true);
          const next = events[index + 1];
          const isBefore = event.name === 'task-started' && next?.name === 'task-settled' && event.at === next.at;
          if (isBefore) expect(startedAt.get(next.taskId)).toBe(next.at);
        }
      }),
    );
  });

  it('tells of tasks that were retried nothing that did not happen, nothing twice, and each one’s last start and end', () => {
    fc.assert(
      fc.property(steps(['start', 'settle', 'retry'], FAILING), looks, (happened, chosen) => {
        const { moments, truth } = play(happened);
        const events = timed(told(pick(moments, chosen)));
        const all = timed(truth);
        const keys = events.map((event) => JSON.stringify(event));
        expect(new Set(keys).size).toBe(keys.length);
        expect(keys.filter((key) => !all.some((event) => JSON.stringify(event) === key))).toEqual([]);
        expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).sort((one, other) => one! - other!));
        for (const { startedAt, finishedAt } of moments.at(-1)!.tasks) {
          for (const at of [startedAt, finishedAt]) if (at !== null) expect(events.filter((event) => event.at === at).length).toBe(1);
        }
      }),
    );
  });

  it('tells nothing where nothing happened', () => {
    fc.assert(
      fc.property(steps(['start', 'escalate', 'settle', 'retry', 'skip', 'order', 'threshold', 'degrade', 'revise']), (happened) => {
        const last = play(happened).moments.at(-1)!;
        expect(diffProgress(last, last)).toEqual([]);
        expect(diffProgress(JSON.parse(JSON.stringify(last)) as ProjectProgress, last)).toEqual([]);
      }),
    );
  });

  it('tells the phase before the work that belongs to it, or after the work that led to it, and the end last of all', () => {
    const names = (before: ProjectProgress | null, after: ProjectProgress) => diffProgress(before, after).map(({ name }) => name);
    const begun = project({ phase: 'executing', tasks: [task('a', { state: 'running', startedAt: 5 })] });
    expect(names(null, begun)).toEqual(['phase-changed', 'task-started']);
    const done = [task('a', { state: 'succeeded', startedAt: 5, finishedAt: 9 })];
    expect(names(begun, project({ phase: 'reviewing', tasks: done, reviews: ['r'] }))).toEqual(['task-settled', 'review-requested', 'phase-changed']);
    const ended = project({ phase: 'ended', tasks: done });
    expect(names(begun, ended)).toEqual(['task-settled', 'phase-changed', 'ended']);
    expect(names(null, ended)).toEqual(['task-started', 'task-settled', 'phase-changed', 'ended']);
    expect(names(ended, ended)).toEqual([]);
  });

  it('names every order after what it does, and what a project waits for', () => {
    const orders = KINDS.map((kind, index) => ({ order: index + 1, kind, reason: 'Because.', effect: 'Done.', takenAt: index }));
    const after = project({ control: { ...noControl, orders, waitsForBudgetSince: 50 } });
    expect(diffProgress(project(), after).map(({ name }) => name)).toEqual([
      'paused',
      'resumed',
      'task-cancelled',
      'task-retried',
      'budget-raised',
      'concurrency-changed',
      'budget-requested',
    ]);
    expect(diffProgress(after, project({ control: { ...after.control!, waitsForBudgetSince: null } }))).toEqual([]);
    expect(diffProgress(after, project({ control: { ...after.control!, waitsForBudgetSince: 70 } }))).toEqual([{ name: 'budget-requested', at: 70 }]);
  });

  it('tells that a task never began, and takes a project of a version without control', () => {
    const { control: _none, ...older } = project({ tasks: [task('a', { state: 'upstream-failed' })] });
    const settled = { name: 'task-settled', taskId: 'a', state: 'upstream-failed', attempts: 0, tokensSpent: 0, score: null, at: null };
    expect(diffProgress(project(), older)).toEqual([settled]);
    expect(diffProgress(older, older)).toEqual([]);
    const phases: readonly ProjectPhase[] = ['planning', 'executing', 'waiting-for-person', 'finalizing'];
    expect(told(phases.map((phase) => ({ ...older, phase }))).filter(({ name }) => name === 'phase-changed').length).toBe(4);
  });

  it('takes 10,000 tasks in one look', () => {
    const tasks = Array.from({ length: 10_000 }, (_, index) => task(`t${index}`, { state: 'succeeded', startedAt: index, finishedAt: index + 1 }));
    expect(diffProgress(null, project({ tasks })).length).toBe(20_001);
  });
});
