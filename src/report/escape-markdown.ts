import { displayName, displayText } from './display-text.js';

/**
 * Makes a text show as it is in Markdown, on one line, cleaned and cut: nothing in it becomes a link, an image, HTML, a table cell or a heading.
 *
 * @param limit - Characters kept. @default 600
 *
 * @internal
 */
export function escapeMarkdown(text: string, limit?: number): string {
  return displayText(text, limit)
    .trim()
    .replace(/[\\`*_{}[\]<>#|~$!&@^]/g, '\\$&')
    .replace(/:\/\//g, '\\://')
    .replace(/\b(www)\./gi, '$1\\.')
    .replace(/^(\d+)([.)])/, '$1\\$2')
    .replace(/^[-+=]/, '\\$&');
}

/**
 * Shows an id or a line that a program said as code; cleaned and cut, with as many backticks around it as it takes.
 *
 * @param limit - Characters kept. @default 400
 *
 * @internal
 */
export function markdownCode(text: string, limit = 400): string {
  const shown = displayText(text, limit).trim();
  if (shown === '') return '(empty)';
  // Renderers disagree on which pipes inside code end a cell of a table, and what follows a cell that ended early is no code any more.
  if (shown.includes('|')) return `<code>${escapeMarkdown(shown)}</code>`;
  const longest = [...shown.matchAll(/`+/g)].reduce((most, [ticks]) => Math.max(most, ticks.length), 0);
  const fence = '`'.repeat(longest + 1);
  const padding = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  return `${fence}${padding}${shown}${padding}${fence}`;
}

/** Shows an id as code, quoted where it is empty or begins or ends with a space. @internal */
export function markdownName(id: string): string {
  return markdownCode(displayName(id));
}

/** A table of finished cells; columns whose titles end in ` #` hold numbers, which stand at the right. @internal */
export function markdownTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const head = titles.map((title) => title.replace(/ #$/, ''));
  const rule = titles.map((title) => (title.endsWith(' #') ? '---:' : '---'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
