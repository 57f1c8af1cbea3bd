import { z } from 'zod';
import { toSnakeCase } from './form.js';
import { projectSpecShape } from './project-spec-schema.js';

/** A JSON Schema, draft 2020-12. @public */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * Describes a spec file, so that editors can complete and check it: the keys of `projectSpecSchema` in snake_case and camelCase with the same
 * types and limits, and the shorthands that files may use. What holds between the parts of a spec is `parseProjectSpec`'s to check.
 *
 * @public
 */
export const projectSpecJsonSchema: JsonSchema = makeSchema();

function makeSchema(): JsonSchema {
  const { $schema, ...canonical } = z.toJSONSchema(projectSpecShape, { io: 'input', unrepresentable: 'any' }) as ObjectSchema & { $schema: string };
  const { packageName, ...properties } = canonical.properties;
  const functions = properties.functions as ListSchema;
  const acceptance = properties.acceptance as ListSchema;
  const written = { type: ['string', 'number', 'boolean'] };
  const check = acceptance.items.properties;
  const spec = {
    ...canonical,
    required: ['name'],
    properties: {
      ...properties,
      description: { type: 'string', pattern: '\\S', description: 'The goal where there are no goals; else the first line of the context.' },
      context: { ...properties.context, type: ['string', 'object'], additionalProperties: { type: 'string' } },
      package: packageName!,
      packageName: packageName!,
      budget: { type: 'object', properties: { tokens: properties.budgetTotal }, required: ['tokens'], additionalProperties: false },
      functions: { ...functions, items: withSignature(functions.items) },
      acceptance: {
        ...acceptance,
        items: {
          ...acceptance.items,
          properties: {
            ...check,
            run: { ...check.run, items: written },
            ...Object.fromEntries(['stdin', 'stdout', 'stderrContains'].map((key) => [key, { ...check[key], ...written }])),
          },
        },
      },
    },
    allOf: [oneOfKeys('goals', 'description'), oneOfKeys('budgetTotal', 'budget_total', 'budget')],
  };
  return { $schema, $id: 'project-spec.schema.json', title: 'kamachiq project spec', ...(inFileNames(spec) as ObjectSchema) };
}

interface ObjectSchema {
  readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly required?: readonly string[];
}

interface ListSchema {
  readonly items: ObjectSchema;
  readonly [key: string]: unknown;
}

function withSignature(schema: ObjectSchema): object {
  const longForm = ['name', 'parameters', 'returns'];
  const signature = { type: 'string', description: 'Stands for name, parameters and returns.', examples: ['name(parameter: type) -> type'] };
  const alternatives = [
    { required: ['signature'], not: { anyOf: longForm.map((key) => ({ required: [key] })) } },
    { required: longForm, not: { required: ['signature'] } },
  ];
  return { ...schema, properties: { signature, ...schema.properties }, required: ['sentence'], oneOf: alternatives };
}

function oneOfKeys(...keys: readonly string[]): object {
  return { anyOf: keys.map((key) => ({ required: [key] })) };
}

/** Gives every property whose name has capitals its snake_case name beside it; a required one may come under either. */
function inFileNames(schema: unknown): unknown {
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
