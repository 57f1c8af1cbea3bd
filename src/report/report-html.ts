import { renderBudgetBar } from './budget-bar.js';
import { renderModelCalls } from './calls-section.js';
import { renderControl } from './control-section.js';
import { describeContext } from './describe-context.js';
import { displayName, displayText } from './display-text.js';
import { renderFiles } from './files-section.js';
import { formatCount, formatInstant, formatNumbered } from './format-quantity.js';
import { renderHeadline } from './headline-section.js';
import { bulletList, section } from './html-parts.js';
import { Markup, markup } from './markup.js';
import { MOTTO } from './motto.js';
import { renderPlan } from './plan-section.js';
import type { ProjectReport } from './project-report.js';
import { renderChecks, renderQuality } from './quality-section.js';
import { REPORT_STYLE } from './report-style.js';
import { HATCHES, renderSchedule } from './schedule-section.js';
import { appearanceOfStatus } from './state-appearance.js';
import { renderTasks } from './tasks-section.js';

// Nothing may be loaded or executed, even if something unescaped ever got through.
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * Makes one HTML document of a report: complete in itself, without scripts, light and dark, readable offline and on paper. The same report
 * always makes the same document.
 *
 * Everything in the report is taken for hostile: escaped, control characters made visible, long texts and lists cut, which is said.
 *
 * @public
 */
export function renderReportHtml(report: ProjectReport): string {
  const budgetNote = `${formatCount(report.budget.spent)} of ${formatCount(report.budget.total)} tokens, prompts and answers together`;
  const [first, ...rest] = MOTTO.split('. ');
  return markup`${new Markup(`<!DOCTYPE html>\n<!--\n> ${MOTTO}\n-->`)}
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="color-scheme" content="light dark">
<title>${`${displayName(report.name)}: ${appearanceOfStatus(report.status).label}`}</title>
<style>${new Markup(REPORT_STYLE)}</style>
</head>
<body>
<p class="motto"><b>${first!}.</b> ${rest.join('. ')}</p>
${HATCHES}
<main>
${renderHeadline(report)}
${renderSchedule(report)}
${renderTasks(report)}
${renderQuality(report)}
${renderChecks(report)}
${renderFiles(report)}
${section('budget', 'Budget', budgetNote, renderBudgetBar(report))}
${renderControl(report)}
${renderPlan(report)}
${renderModelCalls(report)}
${renderContexts(report)}
${renderFooter(report)}
</main>
</body>
</html>
`.text;
}

function renderContexts({ contexts = [] }: ProjectReport): Markup | null {
  if (contexts.length === 0) return null;
  return section('contexts', 'Context of attempts', formatNumbered(contexts.length, 'attempt'), bulletList(contexts.map(describeContext)));
}

function renderFooter({ environment, startedAt, finishedAt, formatVersion }: ProjectReport): Markup {
  const list = (names: readonly string[]) => displayText(names.slice(0, 20).map(displayName).join(', ') || 'none', 500);
  return markup`<footer><dl class="pairs"><dt>Started</dt><dd>${formatInstant(startedAt)}</dd><dt>Finished</dt><dd>${formatInstant(finishedAt)}</dd><dt>Sandbox</dt><dd>${displayName(environment.sandbox)}</dd><dt>Instruments</dt><dd>${list(environment.instruments)}</dd><dt>Models</dt><dd>${list(environment.models)}</dd><dt>Made by</dt><dd>kamachiq, report format ${formatVersion}</dd></dl></footer>`;
}
