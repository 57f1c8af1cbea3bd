import type { JsonValue } from './json-value.js';

/**
 * The one text that stands for a value: JSON without white space, keys sorted by UTF-16 code units, texts and numbers as ECMAScript writes them.
 * Equal values give equal texts, and different ones different texts, whatever the order of their keys.
 *
 * RFC 8785, and beyond it: an absent field and an undefined one are the same; half of a surrogate pair, which the RFC refuses, is written as its
 * escape, as `JSON.stringify` writes it, so that any text that a model wrote has its own form. What JSON can't carry (`NaN`) is null, as there.
 * Without recursion, whatever the depth.
 */
export function canonicalJson(value: JsonValue): string {
  const parts: string[] = [];
  const open: Container[] = [];
  begin(value, parts, open);
  for (let container = open.at(-1); container !== undefined; container = open.at(-1)) {
    if (container.next === container.values.length) {
      parts.push(container.keys === null ? ']' : '}');
      open.pop();
      continue;
    }
    const place = container.next;
    container.next += 1;
    if (place > 0) parts.push(',');
    if (container.keys !== null) parts.push(JSON.stringify(container.keys[place]), ':');
    begin(container.values[place], parts, open);
  }
  return parts.join('');
}

/** A list or mapping that is being written. */
interface Container {
  readonly keys: readonly string[] | null;
  readonly values: readonly (JsonValue | undefined)[];
  next: number;
}

function begin(value: JsonValue | undefined, parts: string[], open: Container[]): void {
  if (typeof value !== 'object' || value === null) {
    parts.push(JSON.stringify(value) ?? 'null');
  } else if (isList(value)) {
    parts.push('[');
    open.push({ keys: null, values: value, next: 0 });
  } else {
    const keys = Object.keys(value)
      .filter((key) => value[key] !== undefined)
      .sort();
    parts.push('{');
    open.push({ keys, values: keys.map((key) => value[key]), next: 0 });
  }
}

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);
