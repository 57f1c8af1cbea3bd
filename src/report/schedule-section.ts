import { describeSchedule } from './describe-schedule.js';
import { displayName } from './display-text.js';
import { renderGanttChart } from './gantt-chart.js';
import { section } from './html-parts.js';
import { Markup, markup } from './markup.js';
import type { ProjectReport } from './project-report.js';
import { renderTaskGraph } from './task-graph-section.js';

const hatch = (tone: string) =>
  `<pattern id="hatch-${tone}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="var(--surface)"></rect><rect width="2.4" height="6" fill="var(--${tone})"></rect></pattern>`;

/** Fills that tell failed and lost runs apart without colour; needed once in a document with a Gantt chart. @internal */
export const HATCHES = new Markup(`<svg class="defs" aria-hidden="true"><defs>${hatch('bad')}${hatch('warn')}</defs></svg>`);

const KEYS = new Markup(`<ul class="keys">
<li><svg width="22" height="10"><rect class="bar critical good" width="22" height="10" rx="3"></rect></svg>on the critical path</li>
<li><svg width="22" height="10"><rect class="bar good" width="22" height="10" rx="3"></rect></svg>beside it</li>
<li><svg width="22" height="10"><rect class="bar bad" x="1" y="1" width="20" height="8" rx="2"></rect></svg>failed run</li>
<li><svg width="22" height="10"><rect class="bar warn" x="1" y="1" width="20" height="8" rx="2"></rect></svg>lost run</li>
<li><svg width="22" height="10"><line class="rail" x1="0" x2="22" y1="5" y2="5"></line></svg>review or waiting</li>
</ul>`);

/** When tasks ran, and how they depend on each other. @internal */
export function renderSchedule(report: ProjectReport): Markup {
  const { criticalPath } = report.schedule;
  const note = describeSchedule(report.schedule);
  const path = criticalPath.length === 0 ? 'No critical path' : `Critical path: ${criticalPath.map(displayName).join(' → ')}`;
  return markup`${section('schedule', 'Schedule', note, [renderGanttChart(report), report.tasks.length > 0 ? KEYS : null])}
${section('graph', 'Task graph', path, renderTaskGraph(report))}`;
}
