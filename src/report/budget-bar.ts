import { describeMoney } from './describe-money.js';
import { formatCount, formatMoney, formatPercentage } from './format-quantity.js';
import { type Markup, markup } from './markup.js';
import type { ProjectReport } from './project-report.js';
import { budgetShares, moneyShares } from './report-figures.js';

interface Part {
  readonly name: string;
  readonly amount: number;
  readonly kind: 'planning' | 'tasks' | 'review' | 'other' | 'unused';
}

/**
 * Draws where the tokens went as one bar with a legend that says the same in words, and another of the money where there was any; a line marks the budget where it
 * was overspent.
 *
 * @internal
 */
export function renderBudgetBar(report: Pick<ProjectReport, 'budget' | 'tasks'>): Markup {
  const shares = budgetShares(report);
  const parts: readonly Part[] = [
    { name: 'Planning', amount: shares.planning, kind: 'planning' },
    { name: 'Tasks', amount: shares.tasks, kind: 'tasks' },
    { name: 'Review', amount: shares.review, kind: 'review' },
    { name: 'Other', amount: shares.other, kind: 'other' },
    { name: 'Unused', amount: shares.unused, kind: 'unused' },
  ];
  const drawn = parts.filter(({ amount, kind }) => amount > 0 || kind !== 'other');
  const unit = { what: 'Tokens', shown: formatCount, counted: (amount: number) => `${formatCount(amount)} tokens` };
  return markup`${renderBar(drawn, shares.whole, report.budget.total, unit)}${renderMoneyBar(report)}`;
}

function renderMoneyBar(report: Pick<ProjectReport, 'budget' | 'tasks'>): Markup | null {
  const { money } = report.budget;
  const shares = moneyShares(report);
  if (money === undefined || shares === null) return null;
  const parts: readonly Part[] = [
    { name: 'Tasks', amount: shares.tasks, kind: 'tasks' },
    { name: 'Planning and review', amount: shares.other, kind: 'other' },
    ...(shares.unused === null ? [] : [{ name: 'Unused', amount: shares.unused, kind: 'unused' } as const]),
  ];
  const unit = { what: 'Money', shown: formatMoney, counted: formatMoney };
  return markup`<p class="muted">Money: ${describeMoney(money)}</p>${renderBar(parts, shares.whole, money.total ?? shares.whole, unit)}`;
}

function renderBar(
  parts: readonly Part[],
  sum: number,
  total: number,
  unit: { readonly what: string; readonly shown: (amount: number) => string; readonly counted: (amount: number) => string },
): Markup {
  const whole = Math.max(1, sum);
  let offset = 0;
  const drawn = parts.map(({ name, amount, kind }) => {
    const x = (offset / whole) * 100;
    offset += amount;
    return markup`<rect class="share-${kind}" x="${x}%" y="0" width="${(amount / whole) * 100}%" height="16"><title>${`${name}: ${unit.counted(amount)}`}</title></rect>`;
  });
  const limit = (Math.max(0, total) / whole) * 100;
  const mark = total < sum ? markup`<line class="budget-limit" x1="${limit}%" x2="${limit}%" y1="0" y2="16"><title>Budget</title></line>` : null;
  const legend = parts.map(
    ({ name, amount, kind }) =>
      markup`<li><span class="swatch share-${kind}" aria-hidden="true"></span><span class="legend-name">${name}</span> <b>${unit.shown(amount)}</b> <span class="muted">${formatPercentage(amount, whole)}</span></li>`,
  );
  const words = parts.map(({ name, amount }) => `${name} ${unit.shown(amount)}`).join(', ');
  return markup`<svg class="budget-bar" role="img" aria-label="${`${unit.what} of ${unit.shown(total)}: ${words}`}" width="100%" height="16">${drawn}${mark}</svg>
<ul class="legend">${legend}</ul>`;
}
