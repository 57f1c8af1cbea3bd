import { isObservedOnly } from '../quality/is-observed-only.js';
import { displayName, displayText } from './display-text.js';
import { formatCount, formatDuration, formatInstant, formatPercentage, formatScore } from './format-quantity.js';
import { meter } from './html-parts.js';
import { type Fragment, type Markup, markup } from './markup.js';
import type { ProjectReport } from './project-report.js';
import { describeRepeatedWork, describeTaskStates, elapsedMilliseconds } from './report-figures.js';
import { appearanceOfStatus } from './state-appearance.js';

/** What a reader wants to know first: name, how it ended and why, and five figures. @internal */
export function renderHeadline(report: ProjectReport): Markup {
  const { label, sign, tone } = appearanceOfStatus(report.status);
  return markup`<header>
<div class="title"><h1>${displayName(report.name)}</h1><span class="status ${tone}"><span aria-hidden="true">${sign}</span>${label}</span></div>
<p class="reason prose">${displayText(report.reason)}</p>
<p class="facts"><span>Project <code>${displayName(report.projectId)}</code></span><span>${formatInstant(report.startedAt)}</span><span>Seed ${formatCount(report.seed).replaceAll(',', '')}</span></p>
</header>
<dl class="band">
${scoreTile(report)}${spendTile(report)}${timeTile(report)}${tasksTile(report)}${checksTile(report)}
</dl>
`;
}

function tile(label: string, figure: Fragment, note: Fragment, chart: Markup | null = null): Markup {
  return markup`<div class="tile"><dt>${label}</dt><dd><div class="figure">${figure}</div>${chart}<div class="note">${note}</div></dd></div>
`;
}

function scoreTile({ qualityScore: score, qualityThreshold: threshold }: ProjectReport): Markup {
  const shown = formatScore(score, threshold);
  const needed = `more than ${formatScore(threshold)} needed`;
  if (score === null) return tile('Quality score', shown, `not scored; ${needed}`);
  const chart = meter({ value: score, mark: threshold, tone: score > threshold ? 'good' : 'bad', label: `Score ${shown}, ${needed}`, height: 6 });
  return tile('Quality score', shown, needed, chart);
}

function spendTile({ budget }: ProjectReport): Markup {
  const part = formatPercentage(budget.spent, budget.total);
  const over = budget.spent > budget.total;
  const chart = meter({ value: budget.spent / budget.total, tone: over ? 'bad' : '', label: `${part} of the budget spent`, height: 6 });
  return tile('Tokens spent', formatCount(budget.spent), `${part} of ${formatCount(budget.total)}${over ? ', overspent' : ''}`, chart);
}

function timeTile(report: ProjectReport): Markup {
  const { makespanMilliseconds: makespan, lowerBoundMilliseconds: bound } = report.schedule;
  return tile('Elapsed', formatDuration(elapsedMilliseconds(report)), `makespan ${formatDuration(makespan)}, lower bound ${formatDuration(bound)}`);
}

function tasksTile({ tasks }: ProjectReport): Markup {
  const done = tasks.filter((task) => task.state === 'succeeded').length;
  const figure = markup`${formatCount(done)} <small>of ${formatCount(tasks.length)}</small>`;
  const note = tasks.length === 0 ? 'none planned' : done === tasks.length ? describeRepeatedWork(tasks) : describeTaskStates(tasks);
  return tile('Tasks succeeded', figure, note);
}

function checksTile(report: ProjectReport): Markup {
  const checks = report.checks.filter((check) => !isObservedOnly(check));
  const passed = checks.filter((check) => check.passed).length;
  const figure = markup`${formatCount(passed)} <small>of ${formatCount(checks.length)}</small>`;
  const failed = checks.length - passed;
  const note = checks.length === 0 ? 'none were executed' : failed === 0 ? 'executed in a fresh sandbox' : `${formatCount(failed)} failed`;
  return tile('Acceptance checks', figure, note);
}
