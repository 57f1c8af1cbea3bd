import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compressText, expandText } from './compress-text.js';

const throughJson = (text: string): string => JSON.parse(JSON.stringify(text)) as string;

const there = (text: string): string => expandText(throughJson(compressText(text)));

describe('compressText', () => {
  it('loses nothing of any text', () => {
    // Lone halves of pairs, quotes and what trades places with them, digits of its own.
    const unit = fc.oneof(
      fc.constantFrom('"', "'", '\\', '`', 'A', '_', 'a', '\u0000', '\n', '\ud83d', '\ude00', '🙂', 'é', '漢'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    const piece = fc.array(unit, { maxLength: 20 }).map((units) => units.join(''));
    const texts = fc.tuple(fc.array(piece, { maxLength: 6 }), fc.array(fc.nat(5), { maxLength: 60 }));
    const holds = fc.property(texts, ([pieces, order]) => {
      const text = order.map((number) => pieces[number] ?? `${number}`).join('');
      expect(there(text)).toBe(text);
    });
    fc.assert(holds, { numRuns: 2_000 });
  });

  it.each(['', 'a', 'aaa', 'aaaa', 'a'.repeat(31), 'a'.repeat(32 + 3), 'ab'.repeat(5_000), `${'x'.repeat(40)}${'y'.repeat(1_100)}`])(
    'loses nothing of %j',
    (text) => expect(there(text)).toBe(text),
  );

  it('says as much of a page as of a line where they are the same', () => {
    const line = 'The plan that failed is sent back with what is wrong with it.\n';
    expect(compressText(line.repeat(10_000)).length).toBeLessThan(line.length + 20);
  });

  it('says what comes again as far away in two characters', () => {
    // Each line differs from the last one in three digits: those, and two numbers before and one behind them.
    const lines = Array.from({ length: 900 }, (_, number) => `{"task":"write-the-file-${number + 100}","state":"succeeded"}\n`);
    expect(compressText(lines.join('')).length).toBeLessThan(900 * 6 + 100);
  });

  it('takes no more than a hundredth above what nothing can be said of', () => {
    let state = 1;
    const noise = Array.from({ length: 50_000 }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return String.fromCharCode(0x61 + ((state >>> 16) % 26));
    }).join('');
    expect(compressText(noise).length).toBeLessThan(noise.length * 1.01);
    expect(there(noise)).toBe(noise);
  });
});
