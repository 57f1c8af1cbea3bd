import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonBytes } from './json-bytes.js';

describe('jsonBytes', () => {
  it('counts what an encoder writes, also of half surrogate pairs', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          fc.string({ unit: 'binary' }),
          fc.string({ unit: fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
        ),
        (value) => {
          expect(jsonBytes(value)).toBe(Buffer.byteLength(JSON.stringify(value)));
        },
      ),
    );
  });

  it('counts nothing for what JSON leaves out', () => {
    expect(jsonBytes(undefined)).toBe(0);
  });
});
