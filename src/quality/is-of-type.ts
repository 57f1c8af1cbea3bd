import type { JsonValue } from '../ports/json-value.js';
import type { ValueType } from './check.js';

/** Whether a value that a sandbox observed is of a type; one that JSON can't hold is, when its class is among those given. Never recurses. */
export function isOfType(value: JsonValue, type: ValueType, classes: readonly string[]): boolean {
  const waiting: [JsonValue, ValueType][] = [[value, type]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [item, wanted] = next;
    if (isDescription(item)) {
      if (!classes.includes(item.$type)) return false;
    } else if (typeof wanted === 'object') {
      if (!Array.isArray(item)) return false;
      for (const inner of item as readonly JsonValue[]) waiting.push([inner, wanted.listOf]);
    } else if (!isPlain(item, wanted)) return false;
  }
  return true;
}

function isPlain(value: JsonValue, type: Exclude<ValueType, object>): boolean {
  switch (type) {
    case 'integer':
      return Number.isSafeInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'text':
      return typeof value === 'string';
  }
}

function isDescription(value: JsonValue): value is { readonly $type: string; readonly $repr: string } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && typeof (value as { readonly $type?: unknown }).$type === 'string';
}
