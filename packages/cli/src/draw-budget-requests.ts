import type { BudgetRequests } from './budget-requests.js';
import { plainText } from './plain-text.js';
import { shownDollars } from './shown-dollars.js';

/** Characters shown of an id: as many as one can have. */
const LONGEST_ID = 1_000;

/** Projects that wait for a larger budget, each with the command that raises it. */
export function drawBudgetRequests({ requests, unanswered, more }: BudgetRequests): readonly string[] {
  return [
    ...requests.flatMap(({ projectId, since, tokensLeft, dollarsLeft }) => {
      const id = plainText(projectId, LONGEST_ID);
      const left = `${tokensLeft} tokens${dollarsLeft === null ? '' : ` and ${shownDollars(dollarsLeft)}`} left`;
      const amount = dollarsLeft === null ? '--tokens NUMBER' : '--tokens NUMBER --dollars NUMBER';
      return [
        id,
        `  waits for a larger budget since ${new Date(since).toISOString()}, with ${left}`,
        `  kamachiq raise-budget ${id} ${amount} --reason TEXT`,
      ];
    }),
    ...unanswered.flatMap(({ projectId, error }) => [
      plainText(projectId, LONGEST_ID),
      `  runs, but whether it waits for a larger budget is not known: ${plainText(error.message, 500)}`,
    ]),
    ...(more ? ['More run on this task queue than were asked whether they wait for a larger budget; `kamachiq status` tells it of each.'] : []),
  ];
}
