import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatDuration, formatInstant, formatMoney, formatPercentage, formatScore } from './format-quantity.js';

describe('formatMoney', () => {
  it('writes as many digits as there are, and cents always', () => {
    expect([0, 1, 12_500, 10_000, 1_000_000, 2_345_678, 1e12, Number.NaN].map(formatMoney)).toEqual([
      '$0.00',
      '$0.000001',
      '$0.0125',
      '$0.01',
      '$1.00',
      '$2.345678',
      '$1000000.00',
      'unknown',
    ]);
  });
});

describe('formatScore', () => {
  it('shows a score on its own side of the threshold', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (score, threshold) => {
        expect(Math.sign(Number(formatScore(score, threshold)) - threshold)).toBe(Math.sign(score - threshold));
      }),
    );
  });

  it('takes two decimals where that is enough', () => {
    expect([formatScore(0.9725, 0.8), formatScore(0.8, 0.8), formatScore(0.7999, 0.8), formatScore(0.80001, 0.8), formatScore(null)]).toEqual([
      '0.97',
      '0.80',
      '0.7999',
      '0.80001',
      '–',
    ]);
  });
});

describe('quantities', () => {
  it('writes durations with their two largest units', () => {
    expect([0, 999, 1000, 59_949, 59_950, 3_599_400, 3_600_000, 172_740_000, 172_800_000].map(formatDuration)).toEqual([
      '0 ms',
      '999 ms',
      '1.0 s',
      '59.9 s',
      '1 min 00 s',
      '59 min 59 s',
      '1 h 00 min',
      '47 h 59 min',
      '2 d 0 h',
    ]);
  });

  it('does not round to nothing or to everything', () => {
    expect([
      formatPercentage(1, 1000),
      formatPercentage(999, 1000),
      formatPercentage(1000, 1000),
      formatPercentage(0, 5),
      formatPercentage(1001, 1000),
    ]).toEqual(['under 1 %', '99 %', '100 %', '0 %', '101 %']);
  });

  it('says unknown where there is no number or time', () => {
    expect([
      formatCount(Number.NaN),
      formatDuration(null),
      formatDuration(-1),
      formatPercentage(1, 0),
      formatBytes(Number.POSITIVE_INFINITY),
      formatInstant('soon'),
    ]).toEqual(Array.from({ length: 6 }, () => 'unknown'));
  });

  it('groups thousands and shows times in UTC', () => {
    expect(formatCount(1234567)).toBe('1,234,567');
    expect(formatInstant('2026-03-04T10:30:00.123+01:00')).toBe('2026-03-04 09:30:00 UTC');
  });
});
