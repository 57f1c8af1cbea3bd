import { describe, expect, it } from 'vitest';
import { grammarForJsonSchema } from './grammar-for-json-schema.js';

const refusal = (schema: unknown) => {
  try {
    grammarForJsonSchema(schema as Record<string, unknown>);
    return 'accepted';
  } catch (error) {
    return (error as Error & { code: string }).code === 'model.invalid-request' ? (error as Error).message : `other error: ${error}`;
  }
};

describe('grammarForJsonSchema', () => {
  it.each<[string, unknown, RegExp]>([
    ['a pattern', { type: 'string', pattern: '^a' }, /# .*"pattern"/],
    ['a format', { type: 'string', format: 'email' }, /"format"/],
    ['allOf', { allOf: [{ type: 'string' }] }, /"allOf"/],
    ['not', { not: {} }, /"not"/],
    ['uniqueItems', { type: 'array', uniqueItems: true }, /"uniqueItems"/],
    ['a keyword of another type', { type: 'integer', minLength: 2 }, /"minLength"/],
    ['multipleOf', { type: 'integer', multipleOf: 2 }, /"multipleOf"/],
    ['limits on fractions', { type: 'number', minimum: 0 }, /"minimum"/],
    ['a wide range', { type: 'integer', minimum: 0, maximum: 100_000 }, /more than 1024 apart/],
    ['a maximum alone', { type: 'integer', maximum: 10 }, /maximum without minimum/],
    ['an empty range', { type: 'integer', minimum: 3, maximum: 2 }, /minimum above maximum/],
    ['a required property that it does not describe', { type: 'object', properties: {}, required: ['a'] }, /"a" without a schema/],
    ['required of the wrong kind', { type: 'object', required: 5 }, /list of names/],
    ['an unknown type', { type: 'text' }, /the type "text"/],
    ['a type from the prototype', { type: 'constructor' }, /the type "constructor"/],
    ['a schema that nothing satisfies', { properties: { a: false } }, /#\/properties\/a .*false/],
    ['an enum without members', { enum: [] }, /at least one member/],
    ['an enum without a member of the type', { type: 'string', enum: [1] }, /none has the type/],
    ['a reference elsewhere', { $ref: 'other.json' }, /"other.json"/],
    ['a reference to nothing', { $ref: '#/$defs/a' }, /"#\/\$defs\/a"/],
    ['a reference to an inherited name', { $ref: '#/$defs/constructor', $defs: {} }, /constructor/],
    ['minLength above maxLength', { type: 'string', minLength: 2, maxLength: 1 }, /minLength above/],
    ['a negative count', { type: 'array', minItems: -1 }, /minItems of -1/],
    ['a list in place of a schema', { items: [] }, /#\/items/],
  ])('refuses %s, by name', (_, schema, message) => {
    expect(refusal(schema)).toMatch(message);
  });

  it('refuses what is no JSON, too deep, or too large, without a crash', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.items = cyclic;
    expect(refusal(cyclic)).toMatch(/plain JSON/);
    let deep: unknown = { type: 'string' };
    for (let level = 0; level < 100; level += 1) deep = { type: 'array', items: deep };
    expect(refusal(deep)).toMatch(/more than 64 levels/);
    expect(refusal({ properties: Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`p${index}`, {}])) })).toMatch(
      /more than 2000 rules/,
    );
  });

  it('takes annotations, and limits that every whole number keeps, for nothing', () => {
    const plain = grammarForJsonSchema({ type: 'integer' });
    expect(
      grammarForJsonSchema({
        $schema: 'x',
        title: 'n',
        description: 'd',
        type: 'integer',
        minimum: Number.MIN_SAFE_INTEGER,
        maximum: Number.MAX_SAFE_INTEGER,
      }),
    ).toBe(plain);
  });

  it('is the same for equal schemas', () => {
    const schema = { type: 'object', properties: { a: { $ref: '#' }, b: { enum: ['x', null] } }, required: ['b'] };
    expect(grammarForJsonSchema(structuredClone(schema))).toBe(grammarForJsonSchema(schema));
  });
});
