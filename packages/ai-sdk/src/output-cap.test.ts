import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutputCap } from './output-cap.js';

const limit = fc.integer({ min: 1, max: 50 });
/** Tokens as tokenizers have them: of one byte to 128. */
const token = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
  fc.integer({ min: 1, max: 128 }).map((length) => ' '.repeat(length)),
);
/** Tokens in pieces of one or more. */
const pieces = (tokens: readonly string[], sizes: readonly number[]): readonly string[] => {
  const made: string[] = [];
  for (let index = 0, piece = 0; index < tokens.length; piece += 1) {
    const size = sizes[piece % sizes.length]!;
    made.push(tokens.slice(index, index + size).join(''));
    index += size;
  }
  return made;
};
const capOf = (most: number, texts: readonly string[]) => {
  const cap = new OutputCap(most);
  for (const text of texts) cap.add(text);
  return cap;
};

describe('OutputCap', () => {
  it('is never passed by an answer within the limit, in pieces of whole tokens', () => {
    fc.assert(
      fc.property(limit, fc.array(token, { maxLength: 50 }), fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }), (most, tokens, sizes) => {
        const within = tokens.slice(0, most).map((text) => text.slice(0, 32));
        const cap = capOf(most, pieces(within, sizes));
        expect(cap.passed).toBe(false);
        expect(cap.fewest).toBeLessThanOrEqual(within.length);
      }),
    );
  });

  it('is never passed by ordinary text that was cut letter by letter on its way', () => {
    fc.assert(
      fc.property(limit, (most) => {
        expect(capOf(most, [...'word'.repeat(most)]).passed).toBe(false);
      }),
    );
  });

  it('is passed by the first token too many of those that come one by one', () => {
    fc.assert(
      fc.property(limit, (most) => {
        const cap = capOf(most, Array<string>(most).fill(' word'));
        expect(cap.passed).toBe(false);
        cap.add(' word');
        expect([cap.passed, cap.counted]).toEqual([true, most + 1]);
      }),
    );
  });

  it('is passed sooner or later by everything, and counts no fewer than the limit', () => {
    fc.assert(
      fc.property(limit, token, (most, text) => {
        const cap = new OutputCap(most);
        let bytes = 0;
        while (!cap.passed) {
          cap.add(text);
          bytes += Buffer.byteLength(text);
          expect(bytes).toBeLessThanOrEqual(128 * (most + 1));
        }
        expect(cap.counted).toBeGreaterThanOrEqual(Math.max(most, cap.fewest));
      }),
    );
  });

  it('is passed by calls of tools, which take a token each at least, whatever their names and inputs are', () => {
    fc.assert(
      fc.property(limit, fc.string({ maxLength: 20 }), (most, name) => {
        const cap = new OutputCap(most);
        let calls = 0;
        for (; !cap.passed; calls += 1) cap.call(name);
        expect([calls, cap.counted, cap.fewest]).toEqual([most + 1, most + 1, most + 1]);
      }),
    );
  });

  it('takes the word of a provider that counts more', () => {
    const cap = capOf(10, ['a']);
    cap.tell(10);
    expect(cap.passed).toBe(false);
    cap.tell(11);
    expect([cap.passed, cap.counted]).toEqual([true, 11]);
  });
});
