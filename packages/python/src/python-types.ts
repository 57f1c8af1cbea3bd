import type { JsonValue } from 'kamachiq';

/** Types that parameters and results of generated functions may have. @public */
export const PYTHON_TYPES = ['int', 'float', 'bool', 'str', 'list[int]', 'list[float]', 'list[str]'] as const;

/** One of {@link PYTHON_TYPES}. @public */
export type PythonType = (typeof PYTHON_TYPES)[number];

const types: ReadonlySet<string> = new Set(PYTHON_TYPES);

export const isPythonType = (text: string): text is PythonType => types.has(text);

/** The type of a list's items; null for a type that is no list. */
export function itemTypeOf(type: string): string | null {
  return /^list\[(.+)\]$/.exec(type)?.[1] ?? null;
}

/** Whether a JSON value stands for a value of the type: `5` is a float too, `true` is no int, integers stay within 2^53. */
export function isValueOf(value: JsonValue, type: string): boolean {
  const itemType = itemTypeOf(type);
  if (itemType !== null) return Array.isArray(value) && value.every((item: JsonValue) => isValueOf(item, itemType));
  switch (type) {
    case 'int':
      return Number.isSafeInteger(value);
    case 'float':
      return typeof value === 'number' && Number.isFinite(value);
    case 'str':
      return typeof value === 'string';
    case 'bool':
      return typeof value === 'boolean';
    default:
      return false;
  }
}
