import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InvalidInputError } from '../errors/invalid-input-error.js';
import { checkOrder, type OrderFields } from './check-order.js';

const options = { reason: 'Because.' };
/** Paths of what is refused. */
const found = (fields: OrderFields, given: unknown): readonly string[] => {
  try {
    checkOrder(fields, given);
    return [];
  } catch (error) {
    const { code, findings: all } = error as InvalidInputError;
    expect(code).toBe('input.invalid');
    for (const { code: own, got } of all) {
      expect(own).toBe('client.invalid-option');
      expect(got).not.toMatch(/[\u0000-\u001f\u202e]/);
      expect(got.length).toBeLessThanOrEqual(100);
    }
    return all.map(({ path }) => path);
  }
};
const findings = (fields: OrderFields) => found(fields, options);

describe('checkOrder', () => {
  it('makes of an order what is sent', () => {
    expect(checkOrder({}, options)).toEqual({ updateId: expect.stringMatching(/^[0-9a-f-]{36}$/), argument: { reason: 'Because.' } });
    expect(checkOrder({ taskId: 'a' }, { ...options, updateId: 'ticket-7' })).toEqual({
      updateId: 'ticket-7',
      argument: { taskId: 'a', reason: 'Because.' },
    });
    expect(checkOrder({ slots: 3 }, options).argument).toEqual({ slots: 3, reason: 'Because.' });
    expect(checkOrder({ tokens: 5, dollars: undefined }, options).argument).toEqual({ tokens: 5, microDollars: 0, reason: 'Because.' });
    expect(checkOrder({ tokens: 0, dollars: 1.1 }, options).argument).toEqual({ tokens: 0, microDollars: 1_100_000, reason: 'Because.' });
  });

  it('names everything that is wrong at once', () => {
    expect(found({ tokens: -1, dollars: Number.NaN }, { reason: ' ', updateId: 'a\n' })).toEqual([
      'tokens',
      'dollars',
      'options.reason',
      'options.updateId',
    ]);
  });

  it.each([
    ['taskId', ['', 'x'.repeat(201), 7, null, undefined, {}]],
    ['slots', [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '3', null, undefined]],
    ['tokens', [-1, 0.5, Number.NaN, 1e13, '5', null, undefined]],
  ])('refuses a %s out of range', (name, values) => {
    for (const value of values) expect([value, findings({ [name]: value })]).toEqual([value, [name]]);
  });

  it('refuses to add nothing, and dollars that are none or less than can be counted', () => {
    expect(findings({ tokens: 0 })).toEqual(['tokens']);
    expect(findings({ tokens: 0, dollars: 0 })).toEqual(['tokens']);
    for (const dollars of [-0.01, Number.POSITIVE_INFINITY, 1e6 + 1, '1', null, 1e-9, 0.000_000_6, 0.000_000_999]) {
      for (const tokens of [0, 1]) expect([dollars, findings({ tokens, dollars })]).toEqual([dollars, ['dollars']]);
    }
  });

  it('refuses an order without a reason, whatever stands in its place', () => {
    for (const wrong of [undefined, null, {}, { reason: 7 }, { reason: 'x'.repeat(2_001) }]) expect(found({}, wrong)).toEqual(['options.reason']);
    for (const updateId of ['', 'x'.repeat(201), '\u2028', '\ud800', 7]) expect(found({}, { ...options, updateId })).toEqual(['options.updateId']);
  });

  it('sends whole micro-dollars, at most half of one away from what was meant', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.000_001, max: 1e6, noNaN: true }), (dollars) => {
        const { microDollars } = checkOrder({ tokens: 0, dollars }, options).argument as unknown as { readonly microDollars: number };
        expect(Number.isSafeInteger(microDollars)).toBe(true);
        expect(Math.abs(microDollars - dollars * 1e6)).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  it('takes any id that a plan may hold, and leaves objects as they are', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ minLength: 1, maxLength: 200 }), fc.constantFrom('__proto__', 'constructor', '../x')), (taskId) => {
        expect(checkOrder({ taskId }, options).argument).toEqual({ taskId, reason: 'Because.' });
      }),
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
