import type { ModelRequest } from 'kamachiq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalModel, localModel } from '../src/index.js';
import { modelFile } from './support/model-file.js';

const never = new AbortController().signal;
type Loose = Record<string, unknown>;

/** What the real model writes under the grammar, at a temperature that tries its edges. */
describe('localModel with an answerSchema', () => {
  let model: LocalModel;
  beforeAll(async () => {
    model = await localModel({ modelFile: modelFile(), contextTokens: 1024 });
  });
  afterAll(() => model.doClose());

  const optional = { type: 'object', properties: { a: { enum: [1] }, b: { enum: [2] }, c: { enum: [3] } }, required: ['b'] };
  const tree = {
    $defs: {
      leaf: { type: 'null' },
      node: { anyOf: [{ $ref: '#/$defs/leaf' }, { type: 'array', items: { $ref: '#/$defs/node' }, minItems: 1, maxItems: 1 }] },
    },
    $ref: '#/$defs/node',
  };
  it.each<[string, Loose, (value: never) => boolean]>([
    ['a limited string', { type: 'string', minLength: 3, maxLength: 5 }, (v: string) => [...v].length >= 3 && [...v].length <= 5],
    ['a whole number in a range', { type: 'integer', minimum: -2, maximum: 12 }, (v: number) => Number.isInteger(v) && v >= -2 && v <= 12],
    ['a whole number from 1 on', { type: 'integer', minimum: 1 }, (v: number) => Number.isSafeInteger(v) && v >= 1],
    ['a whole number', { type: 'integer' }, (v: number) => Number.isSafeInteger(v)],
    ['a number', { type: 'number' }, (v: number) => Number.isFinite(v)],
    ['several types', { type: ['boolean', 'null'] }, (v: unknown) => v === null || typeof v === 'boolean'],
    [
      'constants of all kinds',
      { enum: ['"q\\', { a: [1] }, '漢\n'] },
      (v: unknown) => ['"q\\', '漢\n', JSON.stringify({ a: [1] })].includes(typeof v === 'string' ? v : JSON.stringify(v)),
    ],
    ['optional properties', optional, (v: Loose) => v.b === 2 && Object.keys(v).every((key) => 'abc'.includes(key))],
    [
      'a hostile property name',
      { properties: JSON.parse('{"__proto__":{"const":1},"a\\"b":{"const":2}}'), required: ['a"b'] },
      (v: Loose) => v['a"b'] === 2,
    ],
    ['a list with limits', { type: 'array', items: { type: 'boolean' }, minItems: 2, maxItems: 3 }, (v: boolean[]) => v.length >= 2 && v.length <= 3],
    ['a tuple', { prefixItems: [{ const: 'x' }, { type: 'boolean' }], items: false, minItems: 2 }, (v: unknown[]) => v.length === 2 && v[0] === 'x'],
    ['an empty list', { type: 'array', maxItems: 0 }, (v: unknown[]) => v.length === 0],
    ['a map', { type: 'object', additionalProperties: { const: true } }, (v: Loose) => Object.values(v).every((value) => value === true)],
    ['no properties at all', { type: 'object', additionalProperties: false }, (v: Loose) => Object.keys(v).length === 0],
    ['a schema that refers to itself', tree, (v: unknown) => /^\[*null\]*$/.test(JSON.stringify(v))],
  ])('writes %s', async (_, answerSchema, holds) => {
    let finished = 0;
    for (const seed of [1, 2, 3]) {
      const request: ModelRequest = {
        messages: [{ role: 'user', text: 'Answer in JSON.' }],
        temperature: 1.5,
        seed,
        maxOutputTokens: 60,
        answerSchema,
      };
      const { text, finishReason } = await model.doGenerate(request, never);
      if (finishReason === 'length') continue;
      finished += 1;
      expect(holds(JSON.parse(text) as never), text).toBe(true);
    }
    expect(finished).toBeGreaterThan(0);
  });

  it('refuses a schema that refers to itself and nothing else', async () => {
    const answerSchema = { $defs: { a: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' };
    const request: ModelRequest = { messages: [{ role: 'user', text: 'Answer.' }], maxOutputTokens: 4, answerSchema };
    await expect(model.doGenerate(request, never)).rejects.toMatchObject({ code: 'model.invalid-request' });
  });
});
