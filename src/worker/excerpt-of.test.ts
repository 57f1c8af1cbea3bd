import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonBytes } from '../ports/json-bytes.js';
import { excerptOf } from './excerpt-of.js';

describe('excerptOf', () => {
  it('tells a short file whole', () => {
    expect(excerptOf({ path: 'answer.py', text: 'def answer():\n\treturn 42\n' })).toEqual({
      path: 'answer.py',
      text: 'def answer():\n\treturn 42\n',
    });
  });

  it('says that a long one goes on', () => {
    const { text } = excerptOf({ path: 'long.txt', text: 'line\n'.repeat(1_000_000) });
    expect(text).toMatch(/^(line\n)+\w*…$/);
    expect(text.length).toBeGreaterThan(500);
  });

  it('takes no more than 1,000 bytes in a history, whatever is in it', () => {
    const hostile = fc.string({
      unit: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\0', '\u202e', '\ud800', '"', '漢', '```\n')),
      maxLength: 3_000,
    });
    const holds = fc.property(hostile, hostile, (path, text) => {
      const excerpt = excerptOf({ path, text });
      expect(jsonBytes(excerpt)).toBeLessThanOrEqual(1_000);
      expect(excerpt.text).not.toMatch(/(?![\n\t])[\p{Control}\p{Bidi_Control}\u2028\u2029]/u);
    });
    fc.assert(holds, { numRuns: 300 });
  });
});
