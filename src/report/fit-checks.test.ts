import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonBytes } from '../ports/json-bytes.js';
import { cutToBytes } from './cut-to-bytes.js';
import { fitChecks } from './fit-checks.js';

const text = fc.string({ unit: 'binary', maxLength: 400 });
const check = fc.record({ id: text, description: text, passed: fc.boolean(), seen: text });

describe('cutToBytes', () => {
  it('never takes more bytes than allowed, and cuts only what does', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 3, max: 1_000 }), (whole, bytes) => {
        const cut = cutToBytes(whole, bytes);
        expect(jsonBytes(cut) - 2).toBeLessThanOrEqual(bytes);
        if (jsonBytes(whole) - 2 <= bytes) expect(cut).toBe(whole);
        else expect(whole.startsWith(cut.slice(0, -1))).toBe(true);
      }),
    );
  });

  it('counts bytes, not characters, and halves none', () => {
    expect(cutToBytes('漢漢漢漢', 11)).toBe('漢漢…');
    expect(cutToBytes('👩👩👩', 11)).toBe('👩👩…');
    expect(cutToBytes('\u0000\u0000', 11)).toBe('\u0000…');
  });
});

describe('fitChecks', () => {
  it('always fits, in the order there was, and leaves alone what fits', () => {
    fc.assert(
      fc.property(fc.array(check, { maxLength: 30 }), fc.integer({ min: 2, max: 20_000 }), (checks, bytes) => {
        const fitted = fitChecks(checks, bytes);
        if (jsonBytes(checks) <= bytes) expect(fitted).toBe(checks);
        expect(jsonBytes(fitted)).toBeLessThanOrEqual(bytes);
      }),
    );
  });

  it('cuts texts before it leaves out a check, and leaves out passed ones first', () => {
    const checks = Array.from({ length: 500 }, (_, index) => ({
      id: `acceptance-${index}`,
      description: `漢 ${index}`,
      passed: index !== 499,
      seen: '漢'.repeat(300),
    }));
    const cut = fitChecks(checks, 100_000);
    expect(cut).toHaveLength(500);
    expect(cut[7]).toMatchObject({ id: 'acceptance-7', description: '漢 7', seen: `${'漢'.repeat(19)}…` });
    const few = fitChecks(checks, 10_000);
    expect(few.length).toBeGreaterThan(50);
    expect(few.at(-1)).toMatchObject({ id: 'acceptance-499', passed: false });
    expect(few[0]).toMatchObject({ id: 'acceptance-0' });
  });
});
