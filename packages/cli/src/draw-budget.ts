import type { LiveProject } from 'kamachiq/client';
import type { Palette } from './live-view.js';
import { shownDollars } from './shown-dollars.js';

/** What there is of one kind, how much of it is gone and how much is promised. */
interface Purse {
  /** Null where there is no limit. */
  readonly total: number | null;
  readonly held: number;
  readonly spent: number;
}

/**
 * Held, spent and left of a project, a line for tokens and one for dollars where it costs any: each as a bar and in numbers that add up to the whole.
 *
 * @param width - Columns that there are; infinite where nothing is to be cut.
 */
export function drawBudget({ budget, tasks, control }: LiveProject, width: number, colour: Palette): readonly string[] {
  // Also of attempts under review. More than is held no task can have spent.
  const inFlight = Math.min(
    budget.held,
    tasks.reduce((sum, { tokensUnsettled }) => sum + tokensUnsettled, 0),
  );
  const tokens = { total: budget.total, held: budget.held - inFlight, spent: budget.spent + inFlight };
  const { money } = control ?? {};
  const costs = money !== undefined && (money.total !== null || money.held + money.spent > 0);
  const cells = Math.max(10, Math.min(40, width - 50));
  return [
    `tokens ${drawPurse(tokens, cells, String, colour)}`,
    ...(costs ? [`${'money'.padEnd(6)} ${drawPurse(money, cells, shownDollars, colour)}`] : []),
    ...(isFree(budget, money) ? [colour.yellow('What worked until now has no price: the dollars limit nothing.'.slice(0, width))] : []),
  ];
}

/** Whether tokens are spent or held, and none of the money that is limited: so it is where no model has a price. */
const isFree = ({ held, spent }: LiveProject['budget'], money: Purse | undefined): boolean =>
  money !== undefined && money.total !== null && money.held + money.spent === 0 && held + spent > 0;

function drawPurse({ total, held, spent }: Purse, cells: number, shown: (amount: number) => string, colour: Palette): string {
  const gone = `${shown(spent)} spent, ${shown(held)} held`;
  if (total === null) return `${gone}, no limit`;
  const spentCells = Math.min(cells, Math.ceil((cells * spent) / Math.max(1, total)));
  const heldCells = Math.min(cells - spentCells, Math.ceil((cells * held) / Math.max(1, total)));
  const bar = `${colour.green('█'.repeat(spentCells))}${colour.yellow('▒'.repeat(heldCells))}${colour.dim('·'.repeat(cells - spentCells - heldCells))}`;
  return `${bar} ${gone}, ${shown(Math.max(0, total - spent - held))} left of ${shown(total)}`;
}
