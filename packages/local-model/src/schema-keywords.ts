import type { ModelCallError } from 'kamachiq';
import { invalidRequest } from './request-problem.js';

export type Schema = Readonly<Record<string, unknown>>;

const annotations: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  '$anchor',
  '$comment',
  '$defs',
  'definitions',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
]);

/** What each type may be narrowed by in a grammar. */
export const keywordsOfType: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required', 'additionalProperties'],
  array: ['items', 'prefixItems', 'minItems', 'maxItems'],
  string: ['minLength', 'maxLength'],
  integer: ['minimum', 'maximum'],
  number: [],
  boolean: [],
  null: [],
};

export function unsupported(place: string, what: string): ModelCallError {
  return invalidRequest(
    `answerSchema at ${place} asks for ${what}, which a grammar can't hold the model to.`,
    'Leave it out of answerSchema and check the answer for it.',
  );
}

/** @throws ModelCallError for the first keyword that is neither an annotation nor among the known. */
export function allowOnly(schema: Schema, known: readonly string[], place: string): void {
  for (const keyword of Object.keys(schema)) {
    if (!known.includes(keyword) && !annotations.has(keyword)) throw unsupported(place, `the keyword ${JSON.stringify(keyword)}`);
  }
}

export function list(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw unsupported(place, 'something other than a list with at least one member');
  return value;
}

export function strings(value: unknown, place: string): readonly string[] {
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) throw unsupported(place, 'something other than a list of names');
  return value;
}

/** A member by its own name, never an inherited one. */
export function named(container: Schema | undefined, name: string): unknown {
  return container !== undefined && Object.hasOwn(container, name) ? container[name] : undefined;
}

/** The type of a schema that names none but narrows one; undefined where nothing says it. */
export function impliedType(schema: Schema): string | undefined {
  return Object.keys(keywordsOfType).find((type) => keywordsOfType[type]!.some((keyword) => schema[keyword] !== undefined));
}

export function typesOf(type: unknown, place: string): readonly string[] {
  if (type === undefined) return Object.keys(keywordsOfType);
  const types = Array.isArray(type) ? type : [type];
  for (const each of types) {
    if (typeof each !== 'string' || !Object.hasOwn(keywordsOfType, each)) throw unsupported(place, `the type ${JSON.stringify(each)}`);
  }
  return types;
}

export function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

/** A count of items or characters; null where the schema has none. */
export function count(schema: Schema, keyword: string, place: string): number | null {
  const value = schema[keyword];
  if (value === undefined) return null;
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw unsupported(place, `${keyword} of ${JSON.stringify(value)}`);
  return value as number;
}

/** A limit on a whole number; null where the schema has none, or one beyond every safe integer. */
export function bound(schema: Schema, keyword: string, place: string, limit: number): number | null {
  const value = schema[keyword];
  if (value === undefined || value === limit) return null;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw unsupported(place, `${keyword} of ${JSON.stringify(value)}`);
  return value;
}
