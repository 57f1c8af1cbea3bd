import { toSnakeCase } from './form.js';

/** A JSON Schema, draft 2020-12. @public */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A schema of mappings that have at least one of the keys. @internal */
export function oneOfKeys(...keys: readonly string[]): JsonSchema {
  return { anyOf: keys.map((key) => ({ required: [key] })) };
}

/** Gives every property whose name has capitals its snake_case name beside it; a required one may come under either. @internal */
export function inFileNames(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(inFileNames);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { properties, required, ...rest } = schema as { properties?: Record<string, unknown>; required?: string[] } & Record<string, unknown>;
  const converted: Record<string, unknown> = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, key === 'default' ? value : inFileNames(value)]),
  );
  if (properties === undefined) return required === undefined ? converted : { ...converted, required };
  converted.properties = Object.fromEntries(
    Object.entries(properties).flatMap(([key, value]) => [...new Set([toSnakeCase(key), key])].map((name) => [name, inFileNames(value)])),
  );
  if (required !== undefined) {
    const either = required.filter((key) => toSnakeCase(key) !== key);
    converted.required = required.filter((key) => toSnakeCase(key) === key);
    if (either.length > 0) converted.allOf = either.map((key) => oneOfKeys(toSnakeCase(key), key));
  }
  return converted;
}
