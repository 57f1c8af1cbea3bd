import { z } from 'zod';
import { inFileNames, type JsonSchema, oneOfKeys } from './json-schema-in-file-names.js';
import { projectSpecShape } from './project-spec-schema.js';

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
      budget: {
        type: 'object',
        properties: { tokens: properties.budgetTotal, dollars: properties.budgetDollars },
        required: ['tokens'],
        additionalProperties: false,
      },
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
