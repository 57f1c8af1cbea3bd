import type { Quote, QuotedTask } from './estimate-command.js';
import { plainText } from './plain-text.js';
import { shownDollars } from './shown-dollars.js';

/** Most tasks drawn one by one. */
const DRAWN_TASKS = 200;

const LONGEST_ID = 60;

/** A quote as lines for people: what each task and all of them together come to, and what that rests on. */
export function drawEstimate({ name, budgetTotal, budgetDollars, slots, model, planningTokens, reviewTokens, estimate }: Quote): readonly string[] {
  const title = plainText(name, 200);
  const review = `Beside that, the review of the whole project may take up to ${count(reviewTokens)} tokens where it must ask the model.`;
  if (estimate === null) {
    return [
      `${title}: a model must plan this project before its tasks can be estimated.`,
      `Planning takes at most ${count(planningTokens)} tokens of the budget of ${count(budgetTotal)}. ${review}`,
      ...describeDollars(budgetDollars, null),
    ];
  }
  const { tasks, tokens, milliseconds, microDollars, succeeded } = estimate;
  const isPaid = microDollars.p90 > 0;
  const rows = [
    ['task', 'tokens P50', 'P90', ...(isPaid ? ['$ P50', 'P90'] : []), 'time P50', 'P90', 'rests on'],
    ...tasks.slice(0, DRAWN_TASKS).map((task) => [plainText(task.id, LONGEST_ID), ...figures(task, isPaid), basisOf(task)]),
    ...(tasks.length > DRAWN_TASKS ? [[`and ${count(tasks.length - DRAWN_TASKS)} more`]] : []),
    [`in all, ${slots} at once`, ...figures({ tokens, milliseconds, microDollars }, isPaid), ''],
  ];
  return [
    `${title}: ${count(tasks.length)} ${tasks.length === 1 ? 'task' : 'tasks'}, ${model === null ? 'no model seen yet' : `model ${plainText(model, 200)}`}`,
    ...align(rows),
    '',
    `P50 is enough in half of all cases, P90 in nine of ten. The budget is ${count(budgetTotal)} tokens.`,
    ...describeDollars(budgetDollars, microDollars.p90),
    review,
    ...describeBasis(tasks, succeeded),
  ];
}

/** Nothing where no money is limited. */
function describeDollars(budgetDollars: number | null, p90: number | null): readonly string[] {
  if (budgetDollars === null) return [];
  const unknown = p90 === 0 ? ' No task that these figures rest on cost any money: where the model has no price, the dollars limit nothing.' : '';
  return [`The budget of money is ${shownDollars(budgetDollars * 1e6)}.${unknown}`];
}

function figures(
  { tokens, microDollars, milliseconds }: Pick<QuotedTask, 'tokens' | 'microDollars' | 'milliseconds'>,
  isPaid: boolean,
): readonly string[] {
  const money = isPaid ? [dollars(microDollars.p50), dollars(microDollars.p90)] : [];
  return [count(tokens.p50), count(tokens.p90), ...money, duration(milliseconds.p50), duration(milliseconds.p90)];
}

function describeBasis(tasks: readonly QuotedTask[], succeeded: number): readonly string[] {
  const planned = tasks.filter(({ basis }) => basis === 'plan').length;
  if (planned === tasks.length) return ['No finished task of these kinds is known: all figures are those of the plan, which says at most how much.'];
  const unknown =
    planned === 0
      ? []
      : [`Of ${count(planned)} of ${count(tasks.length)} tasks no finished one of the kind is known: their figures are those of the plan.`];
  const share = Math.round(succeeded * 100);
  return [...unknown, `In ${share} of 100 such projects every task passes without a person; the others cost what is shown, too.`];
}

const basisOf = ({ basis, observations }: QuotedTask): string =>
  basis === 'plan' ? 'the plan' : `${count(observations)} ${observations === 1 ? 'task' : 'tasks'}${basis === 'alike' ? ' and alike' : ''}`;

function align(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const gap = ' '.repeat(widths[column]! - [...cell].length);
        return column === 0 ? cell + gap : gap + cell;
      })
      .join('  ')
      .trimEnd(),
  );
}

const count = (value: number): string => Math.round(value).toLocaleString('en-US');
const dollars = (microDollars: number): string => shownDollars(microDollars).slice(1);

function duration(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return seconds < 3_600 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
