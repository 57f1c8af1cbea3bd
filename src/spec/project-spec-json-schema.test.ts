import { describe, expect, it } from 'vitest';
import { formatJsonSchema } from './fixtures/format-json-schema.js';
import { toSnakeCase } from './form.js';
import { projectSpecForm } from './input-forms.js';
import { projectSpecJsonSchema } from './project-spec-json-schema.js';
import { fileKeyOf } from './read-form.js';

describe('projectSpecJsonSchema', () => {
  it('is published as docs/project-spec.schema.json', async () => {
    await expect(formatJsonSchema(projectSpecJsonSchema)).toMatchFileSnapshot('../../docs/project-spec.schema.json');
  });

  it('knows exactly the keys that the loader knows', () => {
    const known = [...projectSpecForm.keys.keys()].flatMap((key) => [key, toSnakeCase(key), fileKeyOf(projectSpecForm, key)]);
    expect(Object.keys(projectSpecJsonSchema.properties as object).sort()).toEqual([...new Set(known)].sort());
  });

  it('requires goals or a description, and the budget under any of its names', () => {
    const oneOf = (...keys: string[]) => ({ anyOf: keys.map((key) => ({ required: [key] })) });
    expect(projectSpecJsonSchema).toMatchObject({
      required: ['name'],
      allOf: [oneOf('goals', 'description'), oneOf('budgetTotal', 'budget_total', 'budget')],
      properties: { tasks: { items: { required: ['id', 'type', 'description'], allOf: [oneOf('estimated_tokens', 'estimatedTokens')] } } },
    });
  });
});
