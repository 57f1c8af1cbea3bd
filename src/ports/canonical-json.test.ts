import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.js';
import type { JsonValue } from './json-value.js';

/** Any UTF-16, half surrogate pairs too. */
const anyText = fc.string({ unit: fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit)) });
const anyValue = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    anyText,
    // JSON has one zero.
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(anyText, fc.constantFrom('__proto__', 'constructor', '10', '9', '')), tie('value'), { maxKeys: 5 }),
  ),
})).value;

const shuffled = (value: JsonValue): fc.Arbitrary<JsonValue> => {
  if (typeof value !== 'object' || value === null) return fc.constant(value);
  if (Array.isArray(value)) return fc.tuple(...value.map(shuffled));
  return fc
    .tuple(...Object.entries(value).map(([key, item]) => fc.tuple(fc.constant(key), shuffled(item))))
    .chain((entries) => fc.shuffledSubarray(entries, { minLength: entries.length }))
    .map(Object.fromEntries<JsonValue>);
};

describe('canonicalJson', () => {
  it('writes the example of RFC 8785', () => {
    const value = JSON.parse(
      String.raw`{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}`,
    ) as JsonValue;
    const canonical = String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`;
    expect(canonicalJson(value)).toBe(canonical);
  });

  it('sorts keys as RFC 8785 does: by UTF-16 code units', () => {
    const keys = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const sorted = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'];
    const text = canonicalJson(Object.fromEntries(keys.map((key, index) => [key, index])));
    // Not `Object.keys` of what is read back: that puts whole numbers first.
    expect([...text.matchAll(/"(.+?)":(\d)/g)].map(([, , index]) => keys[Number(index)])).toEqual(sorted);
  });

  it('is JSON of the same value, one text for every order of keys, another text for another value', () => {
    fc.assert(
      fc.property(
        anyValue.chain((value) => fc.tuple(fc.constant(value), shuffled(value), anyValue)),
        ([value, reordered, other]) => {
          const text = canonicalJson(value);
          expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(JSON.parse(canonicalJson(reordered))));
          expect(canonicalJson(reordered)).toBe(text);
          expect(canonicalJson(JSON.parse(text) as JsonValue)).toBe(text);
          expect(canonicalJson(JSON.parse(JSON.stringify(value)) as JsonValue)).toBe(text);
          if (canonicalJson(other) === text) expect(other).toEqual(value);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('tells half surrogate pairs apart, from each other and from their escapes', () => {
    const texts = ['\ud800', '\ud801', '\udc00', '\\ud800', '\ufffd', '\ud83d\ude00'];
    expect(new Set(texts.map(canonicalJson)).size).toBe(texts.length);
    expect(canonicalJson('\ud800')).toBe('"\\ud800"');
  });

  it('leaves out what is undefined, and writes what JSON can not carry as null', () => {
    const value = { b: undefined, a: [undefined, Number.NaN, -0, Number.POSITIVE_INFINITY] };
    expect(canonicalJson(value as unknown as JsonValue)).toBe('{"a":[null,null,0,null]}');
  });

  it('writes what is a million deep', () => {
    let deep: JsonValue = 1;
    for (let depth = 0; depth < 1_000_000; depth += 1) deep = depth % 2 === 0 ? [deep] : { a: deep };
    expect(canonicalJson(deep)).toHaveLength(4_000_001);
  });
});
