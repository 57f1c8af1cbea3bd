import { describeSchedule } from 'kamachiq';
import type { LiveProject, LiveTask } from 'kamachiq/client';
import { drawBudget } from './draw-budget.js';
import { drawControl } from './draw-control.js';
import { plainText } from './plain-text.js';
import { shownSeconds } from './shown-seconds.js';

/** Colours by name, or none. */
export interface Palette {
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
  readonly green: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const paint = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;
const same = (text: string) => text;

export const COLOURS: Palette = { dim: paint(2), bold: paint(1), green: paint(32), red: paint(31), yellow: paint(33), cyan: paint(36) };
export const NO_COLOURS: Palette = { dim: same, bold: same, green: same, red: same, yellow: same, cyan: same };

/** Most tasks drawn at once; those at work come first. */
const DRAWN_TASKS = 30;

/** Characters of an id of a task. */
const LONGEST_ID = 100;

/** Columns of a state on a terminal, and where lines have no edge: then each is written in full. */
const STATE_COLUMNS = { terminal: 16, endless: 18 };

/**
 * A project as lines of a terminal: phase and clock, the budget as a bar, what people and want did to it, and the tasks with state, attempt, tokens and score.
 *
 * @param width - Columns that there are; infinite where nothing is to be cut.
 */
export function drawProject(project: LiveProject, now: number, width: number, colour: Palette): readonly string[] {
  const { name, phase, startedAt, finishedAt, tasks } = project;
  const clock = shownSeconds((finishedAt ?? now) - startedAt);
  return [
    `${colour.bold(plainText(name, width - 30))}  ${colour.cyan(phase)}  ${clock}`,
    ...drawBudget(project, width, colour),
    ...drawControl(project, now, width, colour),
    ...drawTasks(tasks, now, width, colour),
    ...(project.schedule.makespanMilliseconds > 0 ? [colour.dim(describeSchedule(project.schedule).slice(0, width))] : []),
    ...project.reviews.map((id) => colour.yellow(`a person is asked: kamachiq review show ${plainText(id, 1_000)}`)),
  ];
}

function drawTasks(tasks: readonly LiveTask[], now: number, width: number, colour: Palette): readonly string[] {
  if (tasks.length === 0) return [];
  const most = Number.isFinite(width) ? 32 : LONGEST_ID;
  const longest = Math.min(most, Math.max(4, ...tasks.map(({ id }) => [...plainText(id, most)].length)));
  const drawn =
    tasks.length <= DRAWN_TASKS
      ? tasks
      : [...tasks.filter(({ finishedAt }) => finishedAt === null), ...tasks.filter(({ finishedAt }) => finishedAt !== null)].slice(0, DRAWN_TASKS);
  const stateColumns = Number.isFinite(width) ? STATE_COLUMNS.terminal : STATE_COLUMNS.endless;
  const header = `  ${'task'.padEnd(longest)}  ${'state'.padEnd(stateColumns)} ${'try'.padStart(3)} ${'tokens'.padStart(7)} ${'score'.padStart(5)} ${'time'.padStart(7)}`;
  const rows = drawn.map((task) => plainRow(task, { longest, stateColumns }, now, colour));
  if (tasks.length > drawn.length) rows.push(colour.dim(`  … and ${tasks.length - drawn.length} more`));
  return [colour.dim(header.slice(0, width)), ...rows];
}

function plainRow(
  task: LiveTask,
  { longest, stateColumns }: { readonly longest: number; readonly stateColumns: number },
  now: number,
  colour: Palette,
): string {
  const { id, state, phase, attempt, remediation, tokensSpent, score, startedAt, finishedAt, agent } = task;
  const [mark, tint] = MARKS[state](colour);
  const shown = state === 'running' && phase !== null && phase !== 'working' ? phase : state;
  const tries = attempt === 0 ? '' : `${attempt}${'+'.repeat(remediation)}`;
  const time = startedAt === null ? '' : shownSeconds((finishedAt ?? now) - startedAt);
  const working =
    agent === null
      ? ''
      : colour.dim(` candidate ${agent.candidates + 1}${agent.checksTotal > 0 ? `, last passed ${agent.checksPassed}/${agent.checksTotal}` : ''}`);
  const numbers = `${tries.padStart(3)} ${String(tokensSpent).padStart(7)} ${(score === null ? '' : score.toFixed(2)).padStart(5)} ${time.padStart(7)}`;
  return `${mark} ${plainText(id, longest).padEnd(longest)}  ${tint(shown.slice(0, stateColumns).padEnd(stateColumns))} ${numbers}${working}`;
}

const MARKS: { readonly [State in LiveTask['state']]: (colour: Palette) => readonly [string, (text: string) => string] } = {
  pending: ({ dim }) => [dim('·'), dim],
  ready: ({ dim }) => [dim('○'), dim],
  running: ({ cyan }) => [cyan('●'), cyan],
  'waiting-for-person': ({ yellow }) => [yellow('?'), yellow],
  succeeded: ({ green }) => [green('✓'), green],
  failed: ({ red }) => [red('✗'), red],
  skipped: ({ dim }) => [dim('-'), dim],
  'upstream-failed': ({ red }) => [red('✗'), red],
  cancelled: ({ yellow }) => [yellow('-'), yellow],
};
