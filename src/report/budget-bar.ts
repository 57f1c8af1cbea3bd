import { formatCount, formatPercentage } from './format-quantity.js';
import { type Markup, markup } from './markup.js';
import type { ProjectReport } from './project-report.js';
import { budgetShares } from './report-figures.js';

/**
 * Draws where the tokens went as one bar with a legend that says the same in words; a line marks the budget where it was overspent.
 *
 * @internal
 */
export function renderBudgetBar(report: Pick<ProjectReport, 'budget'>): Markup {
  const shares = budgetShares(report);
  const parts = [
    { name: 'Planning', tokens: shares.planning, kind: 'planning' },
    { name: 'Tasks', tokens: shares.tasks, kind: 'tasks' },
    { name: 'Review', tokens: shares.review, kind: 'review' },
    { name: 'Other', tokens: shares.other, kind: 'other' },
    { name: 'Unused', tokens: shares.unused, kind: 'unused' },
  ].filter(({ tokens, kind }) => tokens > 0 || kind !== 'other');

  const whole = Math.max(1, shares.whole);
  let offset = 0;
  const drawn = parts.map(({ name, tokens, kind }) => {
    const x = (offset / whole) * 100;
    offset += tokens;
    return markup`<rect class="share-${kind}" x="${x}%" y="0" width="${(tokens / whole) * 100}%" height="16"><title>${`${name}: ${formatCount(tokens)} tokens`}</title></rect>`;
  });
  const overspent = report.budget.total < shares.whole;
  const limit = (Math.max(0, report.budget.total) / whole) * 100;
  const mark = overspent ? markup`<line class="budget-limit" x1="${limit}%" x2="${limit}%" y1="0" y2="16"><title>Budget</title></line>` : null;
  const legend = parts.map(
    ({ name, tokens, kind }) =>
      markup`<li><span class="swatch share-${kind}" aria-hidden="true"></span><span class="legend-name">${name}</span> <b>${formatCount(tokens)}</b> <span class="muted">${formatPercentage(tokens, whole)}</span></li>`,
  );
  const words = parts.map(({ name, tokens }) => `${name} ${formatCount(tokens)}`).join(', ');
  return markup`<svg class="budget-bar" role="img" aria-label="${`Tokens of ${formatCount(report.budget.total)}: ${words}`}" width="100%" height="16">${drawn}${mark}</svg>
<ul class="legend">${legend}</ul>`;
}
