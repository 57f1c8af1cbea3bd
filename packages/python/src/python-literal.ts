import type { JsonValue } from 'kamachiq';

/** Characters that don't show, or that change how the text around them shows. */
const INVISIBLE = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** The value as Python source: an expression on one line that evaluates to it. */
export function pythonLiteral(value: JsonValue): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'number') return Object.is(value, -0) ? '-0.0' : String(value);
  if (typeof value === 'string') return stringLiteral(value);
  if (isList(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${stringLiteral(key)}: ${pythonLiteral(item)}`)
    .join(', ')}}`;
}

/** JSON's escapes are Python's too; what doesn't show is escaped as well. */
export function stringLiteral(text: string): string {
  return JSON.stringify(text).replaceAll(INVISIBLE, escapeCharacter);
}

/** The text as the inside of a docstring: white space collapsed, nothing in it that could end the string. */
export function docstringText(text: string): string {
  const plain = text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll('\\', '\\\\')
    .replaceAll(/\p{Cs}/gu, '\ufffd');
  const closed = plain.replaceAll(/"{3,}|"+$/g, (quotes) => '\\"'.repeat(quotes.length));
  return closed.replaceAll(/[\u0000-\u001f]/g, escapeCharacter).replaceAll(INVISIBLE, escapeCharacter);
}

const escapeCharacter = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);
