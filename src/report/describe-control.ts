import { displayName } from './display-text.js';
import { formatInstant } from './format-quantity.js';
import type { ControlReport, DegradationReport, OrderReport } from './project-report.js';

/** Characters of a line that {@link describeControl} makes: a reason of the greatest length, and what it came to. @internal */
export const CONTROL_CHARACTERS = 3_000;

/** What was made do with less, and what people stepped in with, a line each; empty where neither was. @internal */
export function describeControl({ degradations, untold, orders }: ControlReport): readonly string[] {
  const more = untold === 0 ? [] : [`And ${untold} more times something was made do with less.`];
  return [...degradations.map(describeDegradation), ...more, ...orders.map(describeOrder)];
}

const describeDegradation = ({ at, step, taskId, words }: DegradationReport) =>
  `${formatInstant(at)}, ${step}${taskId === null ? '' : ` of ${displayName(taskId)}`}: ${words}`;

const describeOrder = ({ order, kind, taskId, reason, effect, takenAt }: OrderReport) =>
  `${formatInstant(takenAt)}, order ${order}, ${kind}${taskId === undefined ? '' : ` ${displayName(taskId)}`}: ${effect.replace(/\.$/, '')}, because: ${reason}`;
