import { displayText } from './display-text.js';
import { formatCount } from './format-quantity.js';
import { type Fragment, type Markup, markup } from './markup.js';
import type { Appearance } from './state-appearance.js';

/** Lines of a list that are shown. */
const MOST_LINES = 40;

/** A titled part of the page; `note` stands at the right of the title. @internal */
export function section(id: string, title: string, note: string, content: Fragment): Markup {
  return markup`<section aria-labelledby="${id}">
<div class="head"><h2 id="${id}">${title}</h2><p>${note}</p></div>
${content}
</section>
`;
}

/** A state by sign, word and colour. @internal */
export function stateLabel({ label, sign, tone }: Appearance): Markup {
  return markup`<span class="state ${tone}"><span class="sign" aria-hidden="true">${sign}</span> ${label}</span>`;
}

/**
 * Lines as a list; beyond the limit they are counted, not shown.
 *
 * @param characters - Kept of a line. @default 500
 *
 * @internal
 */
export function bulletList(lines: readonly string[], { characters = 500 }: { readonly characters?: number } = {}): Markup {
  const left = lines.length - MOST_LINES;
  const items = lines.slice(0, MOST_LINES).map((line) => markup`<li>${displayText(line, characters)}</li>`);
  return markup`<ul class="bullets">${items}${left > 0 ? markup`<li class="muted">${formatCount(left)} more, in report.json</li>` : null}</ul>`;
}

/** A column of a {@link table}. @internal */
export interface Column {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly number?: boolean;
}

/** A table that becomes a list of labelled values on a narrow screen. Every row has a cell for every column. @internal */
export function table(columns: readonly Column[], rows: readonly (readonly Fragment[])[]): Markup {
  const classOf = ({ number }: Column) => (number === true ? 'number' : 'text');
  const head = columns.map((column) => markup`<th scope="col" class="${classOf(column)}">${column.title}</th>`);
  const body = rows.map((cells) => {
    const drawn = columns.map((column, index) => markup`<td class="${classOf(column)}" data-label="${column.title}">${cells[index] ?? null}</td>`);
    return markup`<tr>${drawn}</tr>
`;
  });
  return markup`<table><thead><tr>${head}</tr></thead><tbody>
${body}</tbody></table>`;
}

/**
 * A thin bar filled to a part of 1, with a mark where a threshold lies.
 *
 * @internal
 */
export function meter(options: {
  readonly value: number;
  readonly mark?: number;
  readonly tone: string;
  readonly label: string;
  readonly height: number;
}): Markup {
  const { value, mark, tone, label, height } = options;
  const filled = clampPercentage(value);
  const threshold =
    mark === undefined
      ? null
      : markup`<line class="mark" x1="${clampPercentage(mark)}%" x2="${clampPercentage(mark)}%" y1="-3" y2="${height + 3}"></line>`;
  return markup`<svg class="meter ${tone}" role="img" aria-label="${label}" width="100%" height="${height}"><rect class="track" width="100%" height="${height}" rx="${height / 2}"></rect><rect class="fill" width="${filled}%" height="${height}" rx="${height / 2}"></rect>${threshold}</svg>`;
}

const clampPercentage = (part: number) => (Number.isFinite(part) ? Math.min(100, Math.max(0, part * 100)) : 0);
