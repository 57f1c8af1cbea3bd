import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseModelJson } from './parse-model-json.js';

const schema = z.strictObject({ score: z.number().min(0).max(1), reason: z.string() });
const findings = (text: string, limits = {}) => {
  const result = parseModelJson(text, schema, limits);
  return result.ok ? [] : result.findings.map(({ code, path, expected, got }) => `${code} ${path}: ${expected} | ${got}`);
};

describe('parseModelJson', () => {
  it('finds the value in prose and fences', () => {
    const value = { score: 0.5, reason: 'a } b ] c' };
    const json = JSON.stringify(value, null, 1);
    const texts = [
      json,
      ` \ufeff${json}`,
      `Sure [1]! Here {it is}:\n\`\`\`json\n${json}\n\`\`\`\nAnything else?`,
      `{"other": 1}\n${json}`,
      `${json}${json}`,
    ];
    for (const text of texts) expect(parseModelJson(text, schema)).toEqual({ ok: true, value });
    expect(parseModelJson(' 42 ', z.number())).toEqual({ ok: true, value: 42 });
  });

  it('never throws, whatever the text', () => {
    const jsonish = fc
      .array(fc.constantFrom('{', '}', '[', ']', '"score"', ':', ',', '1', '"', '\\', 'null', ' ', '```json\n', '__proto__', '\u0000'), {
        maxLength: 40,
      })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(jsonish, fc.string({ unit: 'binary' }), fc.json()), (text) => {
        const result = parseModelJson(text, schema);
        if (!result.ok) expect(result.findings.length).toBeGreaterThan(0);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['nothing', '', 'answer.empty : a JSON value | nothing'],
    ['blanks', ' \n\t', 'answer.empty : a JSON value | nothing'],
    ['prose', 'I cannot do that.', 'answer.not-json : a JSON value | "I cannot do that."'],
    ['half an answer', '{"score": 0.5, "reas', 'answer.truncated : a closing quote | the end of the text'],
    [
      'an answer cut off around a whole one',
      '[{"score": 0.5, "reason": "x"}',
      'answer.truncated : a comma or a closing bracket | the end of the text',
    ],
    ['single quotes', "{'score': 1}", `answer.not-json : a key in double quotes | "'score': 1}"`],
    ['a comma too many, around a whole one', '[{"score": 0.5, "reason": "x"},]', 'answer.not-json : a value | "]"'],
    ['a wrong type', '{"score": "high", "reason": "x"}', 'answer.wrong-type score: a number | "high"'],
    ['a missing key', '{"score": 1}', 'answer.missing reason: a text | nothing'],
    [
      'a key twice',
      '{"score": 1, "reason": "x", "score": 0}',
      'answer.duplicate score: every key once | a second one on line 1, the first on line 1',
    ],
    [
      'a key that reaches prototypes',
      '{"score": 1, "reason": "x", "__proto__": {"admin": true}}',
      'answer.unsafe-key __proto__: a key that no object has by itself | "__proto__"',
    ],
    ['infinity', '{"score": 1e999, "reason": "x"}', 'answer.out-of-range score: a finite number | 1e999'],
    ['too much', `"${'a'.repeat(1_000_000)}"`, 'answer.too-large : at most 1,000,000 characters | 1,000,002'],
    ['depth', '['.repeat(900_000), 'answer.too-deep : at most 64 lists and mappings inside each other | more'],
  ])('answers %s with a finding', (_, text, finding) => {
    expect(findings(text)).toContain(finding);
  });

  it('takes nothing out of a text that was cut off', () => {
    const result = parseModelJson('{"note": "see [1, 2] and', z.array(z.number()));
    expect(result.ok ? [] : result.findings.map(({ code }) => code)).toEqual(['answer.truncated']);
  });

  it('takes the limits it is given', () => {
    expect(findings('[[[1]]]', { depth: 2 })).toEqual(['answer.too-deep : at most 2 lists and mappings inside each other | more']);
    expect(findings('{"score": 1}', { characters: 5 })).toEqual(['answer.too-large : at most 5 characters | 12']);
  });

  it('tells of a choice what is wrong with the nearest alternative', () => {
    const choice = z.union([z.strictObject({ a: z.number() }), z.strictObject({ b: z.string(), c: z.string() })]);
    const result = parseModelJson('{"a": "x"}', choice);
    expect(result.ok ? [] : result.findings.map(({ code, path }) => `${code} ${path}`)).toEqual(['answer.wrong-type a']);
  });
});
