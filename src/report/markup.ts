import { displayText } from './display-text.js';
import { escapeHtml } from './escape-html.js';

/** A piece of HTML or SVG that is safe to put into a document. @internal */
export class Markup {
  readonly text: string;

  /** @param text - Trusted: never anything a model, a spec or a sandbox said. */
  constructor(text: string) {
    this.text = text;
  }
}

/** Texts are cut where they are named; this keeps whole files out where somebody forgot. UTF-16 units. */
const LAST_LIMIT = 10_000;

/** What can stand in a template of {@link markup}. @internal */
export type Fragment = Markup | string | number | null | readonly Fragment[];

/**
 * Template tag for HTML and SVG. Strings put in are cleaned, cut and escaped, numbers rounded to two decimals; only other markup goes in as it
 * is. So no text reaches a document unescaped because somebody forgot. Attribute values must stand in double quotes.
 *
 * @internal
 */
export function markup(strings: TemplateStringsArray, ...values: readonly Fragment[]): Markup {
  let text = strings[0]!;
  values.forEach((value, index) => {
    text += render(value) + strings[index + 1]!;
  });
  return new Markup(text);
}

function render(value: Fragment): string {
  if (value === null) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'string') return escapeHtml(displayText(value, LAST_LIMIT));
  if (typeof value === 'number') return Number.isFinite(value) ? String(Math.round(value * 100) / 100) : '0';
  return value.map(render).join('');
}
