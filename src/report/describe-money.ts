import { formatMoney, formatPercentage } from './format-quantity.js';
import type { MoneyReport } from './project-report.js';

/** What was spent of what money there was. Example: `$0.0125 of $1.00 (1 %)`. @internal */
export const describeMoney = ({ total, spent }: MoneyReport): string =>
  total === null ? formatMoney(spent) : `${formatMoney(spent)} of ${formatMoney(total)} (${formatPercentage(spent, total)})`;
