import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CuttableSection, cutToLimit } from './cut-to-limit.js';

const section = fc.record({
  relevance: fc.integer({ min: 0, max: 4 }),
  pieces: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 12 }),
  minimum: fc.integer({ min: 0, max: 3 }),
});
const sections = fc.array(section, { maxLength: 8 });
/** Counts as a tokenizer does: one token for about four units, and a few for every section. */
const tokensOf = (given: readonly CuttableSection[], kept: readonly number[]): number =>
  given.reduce((sum, { pieces }, index) => {
    const units = pieces.slice(0, kept[index]).reduce((own, piece) => own + piece, 0);
    return sum + (units === 0 ? 0 : 3 + Math.ceil(units / 4));
  }, 10);
const wholeOf = (given: readonly CuttableSection[]) => given.map(({ pieces }) => pieces.length);
const cut = (given: readonly CuttableSection[], limit: number) => cutToLimit(given, limit, async (kept) => tokensOf(given, kept));

describe('cutToLimit', () => {
  it('never goes above the limit while there is anything to cut', async () => {
    await fc.assert(
      fc.asyncProperty(sections, fc.integer({ min: 0, max: 600 }), async (given, limit) => {
        const kept = await cut(given, limit);
        if (tokensOf(given, kept) > limit) expect(kept.every((pieces) => pieces === 0)).toBe(true);
      }),
    );
  });

  it('loses nothing where everything fits, and no piece more than it must: as cutting one by one and counting every time', async () => {
    await fc.assert(
      fc.asyncProperty(sections, fc.integer({ min: 0, max: 600 }), async (given, limit) => {
        const kept = wholeOf(given);
        const leastFirst = given.map((_, index) => index).sort((a, b) => given[a]!.relevance - given[b]!.relevance || b - a);
        for (const floorOf of [(index: number) => given[index]!.minimum, () => 0]) {
          for (const index of leastFirst) while (tokensOf(given, kept) > limit && kept[index]! > floorOf(index)) kept[index]! -= 1;
        }
        expect(await cut(given, limit)).toEqual(kept);
      }),
    );
  });

  it('cuts nothing of more relevance while less relevant sections stand above their minimum, and no minimum before all stand at theirs', async () => {
    await fc.assert(
      fc.asyncProperty(sections, fc.integer({ min: 0, max: 600 }), async (given, limit) => {
        const kept = await cut(given, limit);
        for (const [index, { pieces, relevance, minimum }] of given.entries()) {
          if (kept[index] === pieces.length) continue;
          for (const [other, less] of given.entries()) {
            const comesFirst = less.relevance < relevance || (less.relevance === relevance && other > index);
            if (comesFirst) expect(kept[other]).toBeLessThanOrEqual(Math.min(less.minimum, less.pieces.length));
          }
          if (kept[index]! < Math.min(minimum, pieces.length)) {
            for (const [other, own] of given.entries()) expect(kept[other]).toBeLessThanOrEqual(Math.min(own.minimum, own.pieces.length));
          }
        }
      }),
    );
  });

  it('counts a few times however many pieces there are, and never a text that can not fit', async () => {
    const given = Array.from({ length: 2_000 }, () => ({ relevance: 1, minimum: 0, pieces: Array.from({ length: 50 }, () => 100) }));
    let counted = 0;
    let longest = 0;
    const kept = await cutToLimit(given, 1_000, async (pieces) => {
      counted += 1;
      const tokens = tokensOf(given, pieces);
      longest = Math.max(longest, tokens);
      return tokens;
    });
    expect(tokensOf(given, kept)).toBeLessThanOrEqual(1_000);
    expect(kept[0]).toBeGreaterThan(0);
    expect(counted).toBeLessThan(20);
    expect(longest).toBeLessThan(10_000);
  });
});
