import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { docstringText, pythonLiteral } from './python-literal.js';

describe('pythonLiteral', () => {
  it('writes every JSON value on one line of printable characters', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(pythonLiteral(value as never)).not.toMatch(/[\p{Cc}\p{Cs}\u2028-\u202e]/u);
      }),
    );
  });

  it('writes what Python reads', () => {
    expect(pythonLiteral([null, true, false, -0, 1.5, 1e21, 'a"\\\n\u202e', { k: [] }])).toBe(
      '[None, True, False, -0.0, 1.5, 1e+21, "a\\"\\\\\\n\\u202e", {"k": []}]',
    );
  });
});

describe('docstringText', () => {
  it('never ends the string that it stands in', () => {
    const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"', '""', '"""', '\\', '\\"', '\n', '\0'));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const inside = docstringText(pieces.join(''));
        expect(inside).not.toMatch(/[\p{Cc}\p{Cs}]/u);
        // With a letter for every escape, what is left must hold no end of a string and no half escape.
        const plain = inside.replaceAll(/\\(?:u[0-9a-f]{4}|["\\])/g, 'x');
        expect(plain).not.toMatch(/"""|"$|\\/);
      }),
      { numRuns: 1_000 },
    );
  });
});
