import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breakText, displayName, displayText, fitText } from './display-text.js';

describe('displayText', () => {
  it('never shows a control character, an override of the direction or half a character, and is never much longer than its limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.nat(100), (text, limit) => {
        const shown = displayText(text, limit);
        expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u);
        expect(shown.length).toBeLessThanOrEqual(limit * 10 + 40);
      }),
    );
  });

  it('leaves ordinary text of any script alone', () => {
    for (const text of ['Adds two numbers.', 'Делит', '割り算', 'חלוקה', 'é 👩‍💻']) expect(displayText(text)).toBe(text);
  });

  it('makes visible what hides, and joins lines', () => {
    expect(displayText('a\u202Eb\u0000')).toBe('a⟨U+202E⟩b⟨U+0000⟩');
    expect(displayText('one\n\ttwo')).toBe('one two');
  });

  it('cuts between characters and says how much is left', () => {
    expect(displayText('abcdef', 4)).toBe('abcd… (cut, 2 more characters)');
    expect(displayText('abc👍', 4)).toBe('abc… (cut, 2 more characters)');
  });
});

describe('displayName', () => {
  it('quotes ids that would not be seen', () => {
    expect(['', '  ', ' a', 'a b', '__proto__'].map(displayName)).toEqual(['“”', '“ ”', '“ a”', 'a b', '__proto__']);
  });
});

describe('fitText', () => {
  it('keeps what fits and cuts the rest at its last column', () => {
    expect(fitText('abcd', 4)).toBe('abcd');
    expect(fitText('abcde', 4)).toBe('abc…');
    expect(fitText('割り算', 6)).toBe('割り算');
    expect(fitText('割り算', 5)).toBe('割り…');
  });
});

describe('breakText', () => {
  it('breaks between words, inside a word only where it must, and never a character', () => {
    expect(breakText('one two', 7)).toEqual(['one two']);
    expect(breakText('one two three', 8)).toEqual(['one two', 'three']);
    expect(breakText('abcdefgh', 5)).toEqual(['abcde', 'fgh']);
    expect(breakText('one two three four five', 8)).toEqual(['one two', 'three f…']);
    expect(breakText('👍👍👍', 3)).toEqual(['👍', '👍…']);
  });
});
