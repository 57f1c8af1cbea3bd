import { formatMoney, formatPercentage } from './format-quantity.js';
import type { MoneyReport } from './project-report.js';

const LIMITS_NOTHING = 'No model of this project has a price: its dollars limit nothing.';

/** What was spent of what money there was, and where the limit was none. Example: `$0.0125 of $1.00 (1 %)`. @internal */
export function describeMoney({ total, spent, limitsNothing }: MoneyReport): string {
  const shown = total === null ? formatMoney(spent) : `${formatMoney(spent)} of ${formatMoney(total)} (${formatPercentage(spent, total)})`;
  return limitsNothing === true ? `${shown}. ${LIMITS_NOTHING}` : shown;
}
