import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitPieces } from './split-pieces.js';

const texts = fc.oneof(
  fc.string({ maxLength: 2_000, unit: 'grapheme' }),
  fc.string({ maxLength: 2_000, unit: fc.constantFrom('a', ' ', '\n', '😀', 'ß') }),
  fc.string({ maxLength: 2_000, unit: 'binary' }),
);

describe('splitPieces', () => {
  it('gives pieces that together are the text, none of them long, none ending inside a character', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const pieces = splitPieces(text);
        expect(pieces.join('')).toBe(text);
        for (const piece of pieces) {
          expect(piece.length).toBeGreaterThan(0);
          expect(piece.length).toBeLessThanOrEqual(241);
          expect(piece.isWellFormed()).toBe(text.isWellFormed() ? true : piece.isWellFormed());
        }
      }),
    );
  });

  it('splits after lines, and long lines after words', () => {
    expect(splitPieces('one\n\ntwo')).toEqual(['one\n', '\n', 'two']);
    const words = `${'word '.repeat(100)}end`;
    for (const piece of splitPieces(words).slice(0, -1)) expect(piece.endsWith('word ')).toBe(true);
    expect(splitPieces('x'.repeat(1_000)).map(({ length }) => length)).toEqual([240, 240, 240, 240, 40]);
    for (const piece of splitPieces(`a${'😀'.repeat(300)}`)) expect(piece.isWellFormed()).toBe(true);
    expect(splitPieces('')).toEqual([]);
  });
});
