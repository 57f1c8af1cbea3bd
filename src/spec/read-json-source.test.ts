import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJsonSource } from './read-json-source.js';
import { toJsonValue } from './source-value.js';

describe('readJsonSource', () => {
  it('agrees with JSON.parse on what is JSON and what it says', () => {
    const broken = fc.tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', ']', '"', '0', '\\', '\u0000', 'e')).map(([text, at, put]) => {
      const cut = at % (text.length + 1);
      return text.slice(0, cut) + put + text.slice(cut + 1);
    });
    fc.assert(
      fc.property(fc.oneof(fc.json(), broken), (text) => {
        fc.pre(!/proto|constructor/.test(text));
        let expected: { value: unknown } | null = null;
        try {
          // -0, -0.0 and -1e-999 are read as 0: JSON's own reader keeps a sign that no schema can ask for.
          expected = { value: JSON.parse(text, (_, value) => (value === 0 ? 0 : value)) };
        } catch {}
        const read = readJsonSource(text, 0, 1_000);
        const whole = read.ok && text.slice(read.end).trim() === '' ? read : null;
        expect(whole === null).toBe(expected === null);
        const keysOnce = !/"([^"]*)"\s*:.*"\1"\s*:/s.test(text);
        if (whole !== null && keysOnce) expect(toJsonValue(whole.root)).toEqual(expected!.value);
      }),
      { numRuns: 1_000 },
    );
  });

  it('knows every beginning of a mapping or list as cut off', () => {
    fc.assert(
      fc.property(
        fc.jsonValue().filter((value) => typeof value === 'object' && value !== null),
        fc.nat(),
        (value, at) => {
          const text = JSON.stringify(value);
          const beginning = text.slice(0, 1 + (at % (text.length - 1)));
          expect(readJsonSource(beginning, 0, 1_000)).toMatchObject({ ok: false, kind: 'truncated' });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('keeps how numbers were written and where things stand', () => {
    expect(readJsonSource('x [1.50, {"a": 1e3}] y', 2, 3)).toEqual({
      ok: true,
      end: 20,
      root: {
        kind: 'list',
        offset: 2,
        items: [
          { kind: 'number', value: 1.5, written: '1.50', offset: 3 },
          { kind: 'mapping', offset: 9, entries: [{ key: 'a', offset: 10, value: { kind: 'number', value: 1_000, written: '1e3', offset: 15 } }] },
        ],
      },
    });
  });
});
