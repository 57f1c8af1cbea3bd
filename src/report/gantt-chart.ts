import { displayName } from './display-text.js';
import { formatDuration, formatNumbered, parseInstant } from './format-quantity.js';
import { type Markup, markup } from './markup.js';
import type { ProjectReport, TaskReport } from './project-report.js';
import { slotUsage } from './slot-usage.js';
import { appearanceOfOutcome, appearanceOfState } from './state-appearance.js';
import { timeAxisTicks } from './time-axis.js';

const ROW = 32;
const BAR = 14;
const USAGE = 40;

/** A task with the bars of its runs, from its start to its end in milliseconds since 1970. */
interface GanttRow {
  readonly task: TaskReport;
  readonly bars: readonly RunBar[];
  readonly start: number;
  readonly end: number;
}

/** A bar of a row: one run of an agent, or the whole task where its runs have no times. */
interface RunBar {
  readonly start: number;
  readonly end: number;
  readonly tone: string;
  readonly title: string;
}

/**
 * Draws who worked when: a row for each task, a bar for each run, the critical path as a line through its tasks, and below it how many
 * slots were busy. Horizontal places are percentages, so that the drawing takes any width without scaling its text.
 *
 * @internal
 */
export function renderGanttChart(report: ProjectReport): Markup {
  const rows = report.tasks.map((task) => {
    const bars = runBars(task, parseInstant(report.finishedAt));
    const start = earliest(bars.map((bar) => bar.start));
    return { task, bars, start, end: latest([parseInstant(task.finishedAt) ?? Number.NEGATIVE_INFINITY, ...bars.map((bar) => bar.end)]) };
  });
  const bars = rows.flatMap((row) => row.bars);
  if (bars.length === 0) return markup`<p class="empty">No task started, so there is nothing to draw.</p>`;

  const start = earliest([parseInstant(report.startedAt) ?? Number.POSITIVE_INFINITY, ...bars.map((bar) => bar.start)]);
  const end = latest([parseInstant(report.finishedAt) ?? Number.NEGATIVE_INFINITY, ...rows.map((row) => row.end)]);
  const span = Math.max(1, end - start);
  const x = (instant: number) => ((instant - start) / span) * 100;
  const critical = new Set(report.schedule.criticalPath);
  const height = rows.length * ROW;
  const ticks = timeAxisTicks(span);

  const grid = ticks.map(
    ({ offset }) => markup`<line class="grid" x1="${x(start + offset)}%" x2="${x(start + offset)}%" y1="0" y2="${height + USAGE + 18}"></line>`,
  );
  const axis = ticks.map(({ offset, label }, index) => {
    const place = x(start + offset);
    return markup`<text class="axis${index % 2 === 1 ? ' between' : ''}" x="${place}%" y="${height + USAGE + 34}" text-anchor="${index === 0 ? 'start' : place > 94 ? 'end' : 'middle'}">${label}</text>`;
  });
  const drawn = rows.map(({ task, bars: runs, start: first, end: last }, index) => {
    const middle = index * ROW + ROW / 2;
    const top = middle - BAR / 2;
    const onPath = critical.has(task.node.id) ? ' critical' : '';
    const rail = runs.length === 0 ? null : markup`<line class="rail" x1="${x(first)}%" x2="${x(last)}%" y1="${middle}" y2="${middle}"></line>`;
    return [
      rail,
      ...runs.map(
        (bar) =>
          markup`<rect class="bar ${bar.tone}${onPath}" x="${x(bar.start)}%" y="${top}" width="${Math.max(0.3, x(bar.end) - x(bar.start))}%" height="${BAR}" rx="3"><title>${bar.title}</title></rect>`,
      ),
    ];
  });

  const usage = slotUsage(bars);
  const peak = latest([0, ...usage.map((step) => step.busy)]);
  const slots = Number.isFinite(report.schedule.slots) ? Math.max(0, report.schedule.slots) : 0;
  const scale = USAGE / Math.max(peak, slots, 1);
  const floor = height + 14 + USAGE;
  const steps = usage.map(({ from, to, busy }) => {
    const tall = busy * scale;
    return markup`<rect class="usage" x="${x(from)}%" y="${floor - tall}" width="${x(to) - x(from)}%" height="${tall}"><title>${formatNumbered(busy, 'slot')} busy</title></rect>`;
  });

  const labels = rows.map(({ task }, index) => {
    const { label, sign, tone } = appearanceOfState(task.state);
    return markup`<a class="gantt-label${critical.has(task.node.id) ? ' critical' : ''}" href="#task-${index}"><span class="sign ${tone}" title="${label}" aria-hidden="true">${sign}</span> <span class="gantt-name">${displayName(task.node.id)}</span></a>`;
  });
  const durations = rows.map(
    ({ bars: runs, start: first, end: last }) => markup`<span class="gantt-time">${runs.length === 0 ? '–' : formatDuration(last - first)}</span>`,
  );
  const summary = `${formatNumbered(rows.length, 'task')} over ${formatDuration(span)}; critical path: ${report.schedule.criticalPath.map(displayName).join(', then ') || 'none'}.`;

  return markup`<div class="gantt">
<div class="gantt-labels">${labels}<span class="gantt-label usage-label">Slots busy</span></div>
<svg class="gantt-drawing" role="img" aria-label="${`When each task ran. ${summary}`}" width="100%" height="${height + USAGE + 40}">
${grid}${criticalPathLine(report.schedule.criticalPath, rows, x)}${drawn}
<line class="limit" x1="0%" x2="100%" y1="${floor - slots * scale}" y2="${floor - slots * scale}"></line>${steps}
<line class="base" x1="0%" x2="100%" y1="${floor}" y2="${floor}"></line>${axis}
</svg>
<div class="gantt-times">${durations}<span class="gantt-time usage-label">${`peak ${peak} of ${slots}`}</span></div>
</div>`;
}

/** Down from where a task of the path ended to the row of the next, and along to where that began. */
function criticalPathLine(path: readonly string[], rows: readonly GanttRow[], x: (instant: number) => number): readonly Markup[] {
  const places = new Map(rows.map((row, index) => [row.task.node.id, { ...row, middle: index * ROW + ROW / 2 }]));
  const reached = path.map((id) => places.get(id)).filter((place) => place !== undefined && place.bars.length > 0);
  return reached.slice(1).flatMap((place, index) => {
    const before = reached[index]!;
    const from = x(before.end);
    return [
      markup`<line class="path" x1="${from}%" x2="${from}%" y1="${before.middle}" y2="${place!.middle}"></line>`,
      markup`<line class="path" x1="${from}%" x2="${x(place!.start)}%" y1="${place!.middle}" y2="${place!.middle}"></line>`,
    ];
  });
}

function runBars(task: TaskReport, projectEnd: number | null): readonly RunBar[] {
  const name = displayName(task.node.id);
  const runs: RunBar[] = [];
  for (const { attempt, remediation, outcome, startedAt, finishedAt } of task.attempts) {
    const start = parseInstant(startedAt);
    const end = parseInstant(finishedAt);
    if (start === null || end === null) continue;
    const { label, tone } = appearanceOfOutcome(outcome);
    const which = remediation > 0 ? `remediation ${remediation}, attempt ${attempt}` : `attempt ${attempt}`;
    runs.push({ start, end: Math.max(start, end), tone, title: `${name}, ${which}: ${label}, ${formatDuration(Math.max(0, end - start))}` });
  }
  if (runs.length > 0 && runs.length === task.attempts.length) return runs;

  const start = parseInstant(task.startedAt);
  if (start === null) return runs;
  const end = Math.max(start, parseInstant(task.finishedAt) ?? projectEnd ?? start);
  const { label, tone } = appearanceOfState(task.state);
  return [{ start, end, tone, title: `${name}: ${label}, ${formatDuration(end - start)}` }];
}

// Not Math.min(...values): a report may hold more tasks than a call takes arguments.
const earliest = (values: readonly number[]) => values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
const latest = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
