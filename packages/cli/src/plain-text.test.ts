import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainJson, plainText } from './plain-text.js';

const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e0fff}]/u;

describe('plainText', () => {
  it('holds nothing that moves the cursor, colours, hides or turns', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 50 }), (text, width) => {
        const plain = plainText(text, width);
        expect(plain).not.toMatch(UNSEEN);
        expect([...plain].length).toBeLessThanOrEqual(width);
      }),
    );
    expect(plainText('a\u001b[31mb\u009b2Jc\u202ed\u2066e\u{e0041}\nf', 50)).toBe('a [31mb 2Jc d e  f');
    expect(plainText('\u200d\u034f\u115f\u3164\u2800\ufe0f\u00ad|', 50)).toBe('       |');
  });
});

describe('plainJson', () => {
  it('is safe and says the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(plainJson(value)).not.toMatch(UNSEEN);
        expect(JSON.parse(plainJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    const value = { text: 'a\u009b\u202e\u{e0041}\ud800' };
    expect(plainJson(value)).toBe(String.raw`{"text":"a\u009b\u202e\udb40\udc41\ud800"}`);
    expect(JSON.parse(plainJson(value))).toEqual(value);
  });
});
