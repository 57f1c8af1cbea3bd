import type { LiveProject } from 'kamachiq/client';
import type { Palette } from './live-view.js';
import { plainText } from './plain-text.js';
import { shownSeconds } from './shown-seconds.js';

/** Most steps down, and most orders, that are drawn; the latest. */
const DRAWN = 5;

/** Characters of an id in a command that is to be copied. */
const LONGEST_ID = 1_000;

/**
 * What people and want did to a project, as lines of a terminal: agents at work, pause, shares of the budget that are spent, and what was made do with less, and orders with
 * their reasons. Nothing for a project of a version that knows none of it.
 *
 * @param width - Columns that there are; infinite where nothing is to be cut. Commands are never cut.
 */
export function drawControl(project: LiveProject, now: number, width: number, colour: Palette): readonly string[] {
  const { control, slots, tasks, projectId, finishedAt } = project;
  if (control === undefined) return [];
  const begun = tasks.filter(({ state }) => state === 'running');
  const waiting = begun.filter(({ waitsForTokens = false }) => waitsForTokens).length;
  const over = finishedAt !== null;
  return [
    ...(over ? [] : [colour.dim(plainText(describeAgents(begun.length - waiting, waiting, slots, control.maximumSlots), width))]),
    ...describeThresholds(project).map((line) => colour.dim(plainText(line, width))),
    ...(over ? [] : describeWants(project, now).map((line) => colour.yellow(plainText(line, width)))),
    ...(over || control.waitsForBudgetSince === null
      ? []
      : [colour.yellow(`a person is asked: kamachiq raise-budget ${plainText(projectId, LONGEST_ID)} --tokens NUMBER --reason TEXT`)]),
    ...describeDegradations(control).map((line) => colour.yellow(plainText(line, width))),
    ...describeOrders(project).map((line) => colour.dim(plainText(line, width))),
  ];
}

/** What was made do with less, a line each: the latest, and how many came before. */
export function describeDegradations({
  degradations,
  untold,
}: {
  readonly degradations: readonly { readonly step: string; readonly taskId: string | null; readonly words: string }[];
  readonly untold: number;
}): readonly string[] {
  const drawn = degradations.slice(-DRAWN);
  const others = degradations.length - drawn.length + untold;
  return [
    ...drawn.map(({ step, taskId, words }) => `made do with less, ${step}${taskId === null ? '' : ` of ${plainText(taskId, 60)}`}: ${words}`),
    ...(others === 0 ? [] : [`… and ${others} more times, see the report`]),
  ];
}

/** More may be at work than are allowed now: those end what they do. */
const describeAgents = (working: number, waiting: number, slots: number, maximum: number): string =>
  [
    `${working} ${working === 1 ? 'agent' : 'agents'} at work`,
    ...(waiting === 0 ? [] : [`${waiting} ${waiting === 1 ? 'waits' : 'wait'} for tokens`]),
    `${slots} at most, up to ${maximum} by set-concurrency`,
  ].join(', ');

/** What people stepped in with and why, a line each: the latest, and how many came before. */
function describeOrders({ control, startedAt }: LiveProject): readonly string[] {
  const orders = control?.orders ?? [];
  const drawn = orders.slice(-DRAWN);
  const others = orders.length - drawn.length;
  return [
    ...(others === 0 ? [] : [`${others} earlier ${others === 1 ? 'order' : 'orders'}, see the report`]),
    ...drawn.map(({ order, kind, taskId, takenAt, reason, effect }) => {
      const subject = taskId === undefined ? kind : `${kind} ${plainText(taskId, 60)}`;
      return `order ${order} after ${shownSeconds(takenAt - startedAt)}, ${subject}: ${effect.replace(/\.$/, '')}, because: ${reason}`;
    }),
  ];
}

function describeThresholds({ control, startedAt }: LiveProject): readonly string[] {
  const crossed = (control?.thresholds ?? []).map(
    ({ share, of, at }) => `${Math.round(share * 100)} % of the ${of === 'tokens' ? 'tokens' : 'dollars'} after ${shownSeconds(at - startedAt)}`,
  );
  return crossed.length === 0 ? [] : [`spent ${crossed.join(', ')}`];
}

function describeWants({ control, startedAt }: LiveProject, now: number): readonly string[] {
  const { pausedAt = null, waitsForBudgetSince = null, orders = [] } = control ?? {};
  const why = orders.findLast(({ kind }) => kind === 'pause')?.reason ?? '';
  return [
    ...(pausedAt === null ? [] : [`paused for ${shownSeconds(now - pausedAt)}${why === '' ? '' : `: ${why}`}`]),
    ...(waitsForBudgetSince === null
      ? []
      : [`waits for budget for ${shownSeconds(now - waitsForBudgetSince)}, since ${shownSeconds(waitsForBudgetSince - startedAt)}`]),
  ];
}
