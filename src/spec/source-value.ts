import type { JsonValue } from '../ports/json-value.js';

/** A value as it stands in a text, with the offset where it begins, before anybody has judged it. @internal */
export type SourceValue =
  | { readonly kind: 'text'; readonly value: string; readonly offset: number }
  /** `written` keeps what a number hides: `2.0`, `05`, `1e3`. */
  | { readonly kind: 'number'; readonly value: number; readonly written: string; readonly offset: number }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly written: string; readonly offset: number }
  | { readonly kind: 'null'; readonly offset: number }
  | { readonly kind: 'list'; readonly items: readonly SourceValue[]; readonly offset: number }
  | SourceMapping;

/** Keeps every key, the repeated and the dangerous too: only the reader of the forms decides. @internal */
export interface SourceMapping {
  readonly kind: 'mapping';
  readonly entries: readonly SourceEntry[];
  readonly offset: number;
}

/** @internal */
export interface SourceEntry {
  readonly key: string;
  readonly offset: number;
  readonly value: SourceValue;
}

const unsafeKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** True for keys that reach an object's prototype. @internal */
export function isUnsafeKey(key: string): boolean {
  return unsafeKeys.has(key);
}

/** Plain JSON of a value. Of a repeated key the first counts, unsafe keys are left out: both were reported by `findStructureProblems`. @internal */
export function toJsonValue(source: SourceValue): JsonValue {
  switch (source.kind) {
    case 'text':
    case 'boolean':
      return source.value;
    case 'number':
      // JSON has no negative zero.
      return source.value === 0 ? 0 : source.value;
    case 'null':
      return null;
    case 'list':
      return source.items.map(toJsonValue);
    case 'mapping': {
      const plain: Record<string, JsonValue> = {};
      for (const { key, value } of source.entries) if (!isUnsafeKey(key) && !Object.hasOwn(plain, key)) plain[key] = toJsonValue(value);
      return plain;
    }
  }
}
