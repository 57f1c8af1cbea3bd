import { CONTROL_CHARACTERS, describeControl } from './describe-control.js';
import { formatNumbered } from './format-quantity.js';
import { bulletList, section } from './html-parts.js';
import type { Markup } from './markup.js';
import type { ProjectReport } from './project-report.js';

/** What was made do with less, and what people stepped in with; nothing where neither was. @internal */
export function renderControl({ control }: ProjectReport): Markup | null {
  if (control === undefined) return null;
  const degraded = control.degradations.length + control.untold;
  const note = `${formatNumbered(degraded, 'degradation')}, ${formatNumbered(control.orders.length, 'order')}`;
  return section('control', 'Degradations and orders', note, bulletList(describeControl(control), { characters: CONTROL_CHARACTERS }));
}
