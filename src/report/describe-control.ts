import { displayName } from './display-text.js';
import { formatInstant } from './format-quantity.js';
import type { ControlReport, DegradationReport, OrderReport } from './project-report.js';

/** Characters of a line that {@link describeControl} makes: a reason of the greatest length, and what it came to. @internal */
export const CONTROL_CHARACTERS = 3_000;

/** What was made do with less, and what people stepped in with, a line each in the order of time; empty where neither was. @internal */
export function describeControl({ degradations, untold, orders }: ControlReport): readonly string[] {
  const told = [
    ...degradations.map((degradation) => ({ at: degradation.at, line: describeDegradation(degradation) })),
    ...orders.map((order) => ({ at: order.takenAt, line: describeOrder(order) })),
  ];
  const more = untold === 0 ? [] : [`And ${untold} more times something was made do with less.`];
  // Times of one form sort as texts; of equal times, what was made do with less stays first.
  return [...told.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).map(({ line }) => line), ...more];
}

const describeDegradation = ({ at, step, taskId, words }: DegradationReport) =>
  `${formatInstant(at)}, ${step}${taskId === null ? '' : ` of ${displayName(taskId)}`}: ${words}`;

const describeOrder = ({ order, kind, taskId, reason, effect, takenAt }: OrderReport) =>
  `${formatInstant(takenAt)}, order ${order}, ${kind}${taskId === undefined ? '' : ` ${displayName(taskId)}`}: ${effect.replace(/\.$/, '')}, because: ${reason}`;
