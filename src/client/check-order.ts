import { randomUUID } from 'node:crypto';
import type { InputFinding } from '../errors/input-finding.js';
import { InvalidInputError } from '../errors/invalid-input-error.js';
import { inputLimits } from '../spec/input-limits.js';
import type { ControlOrder } from '../workflow/control-messages.js';
import { isReason, REASON_CHARACTERS } from '../workflow/revision-reason.js';
import { showOption } from './show-option.js';
import { isUpdateId, UPDATE_ID_CHARACTERS } from './update-id.js';

/** What orders say beside their reason, as it came from the caller. An order has those that it names. */
export interface OrderFields {
  readonly taskId?: unknown;
  readonly slots?: unknown;
  readonly tokens?: unknown;
  /** May be undefined beside tokens: none. */
  readonly dollars?: unknown;
}

/** An order that is fit to be sent. */
export interface CheckedOrder {
  readonly updateId: string;
  readonly argument: ControlOrder & Readonly<Record<string, unknown>>;
}

/** A million, as the project takes it: sums of budgets stay exact. */
const MOST_DOLLARS = 1_000_000;
const MICRO_DOLLARS = 1_000_000;

const isNumber = (value: unknown, least: number, most: number): value is number => typeof value === 'number' && value >= least && value <= most;

/** What each field must be, in words and by a check. */
const FIELDS: { readonly [Name in keyof Required<OrderFields>]: readonly [expected: string, fits: (value: unknown) => boolean] } = {
  taskId: [
    `the id of a task, of 1 to ${inputLimits.nameCharacters} characters`,
    (value) => typeof value === 'string' && value !== '' && value.length <= inputLimits.nameCharacters,
  ],
  slots: ['a whole number of at least 1', (value) => isNumber(value, 1, Number.MAX_SAFE_INTEGER) && Number.isInteger(value)],
  tokens: [
    `a whole number of tokens from 0 to ${inputLimits.budgetTokens}`,
    (value) => isNumber(value, 0, inputLimits.budgetTokens) && Number.isInteger(value),
  ],
  dollars: [
    `0 or a number of dollars from 0.000001 to ${MOST_DOLLARS}`,
    (value) => value === undefined || value === 0 || isNumber(value, 1 / MICRO_DOLLARS, MOST_DOLLARS),
  ],
};

/**
 * Checks what a project is asked to do, before it is asked. Whether the project can do it now is its own to say.
 *
 * @returns The order as it is sent: with an update id, and dollars as micro-dollars.
 * @throws InvalidInputError `input.invalid` with all findings at once
 */
export function checkOrder(fields: OrderFields, options: unknown): CheckedOrder {
  const findings: InputFinding[] = [];
  const refuse = (path: string, expected: string, got: unknown) =>
    findings.push({ code: 'client.invalid-option', path, expected, got: showOption(got) });
  for (const name of Object.keys(FIELDS) as (keyof OrderFields)[]) {
    const [expected, fits] = FIELDS[name];
    if (name in fields && !fits(fields[name])) refuse(name, expected, fields[name]);
  }
  const { reason, updateId = randomUUID() } = (options ?? {}) as { readonly reason?: unknown; readonly updateId?: unknown };
  if (!isReason(reason)) refuse('options.reason', `1 to ${REASON_CHARACTERS} characters that say why`, reason);
  if (!isUpdateId(updateId)) refuse('options.updateId', `1 to ${UPDATE_ID_CHARACTERS} characters of one line`, updateId);
  const { dollars = 0, ...others } = fields;
  const microDollars = Math.round(Number(dollars) * MICRO_DOLLARS);
  if (others.tokens === 0 && dollars === 0) refuse('tokens', 'tokens or dollars to add', 0);
  if (isReason(reason) && isUpdateId(updateId) && findings.length === 0) {
    return { updateId, argument: { ...others, ...('tokens' in others ? { microDollars } : {}), reason } };
  }
  throw new InvalidInputError('the order to the project', findings);
}
