import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Comparison } from '../condition.js';
import type { OutputType } from '../output-type.js';
import { evaluateCondition } from '../run/evaluate-condition.js';
import { describeDomain } from './describe-domain.js';
import { domainOf, hasEveryValue, intersectDomains, isEmptyDomain, sameDomain, uniteDomains, type ValueDomain, wholeDomain } from './value-domain.js';

type Value = string | number | boolean | undefined;

const VALUES: Readonly<Partial<Record<OutputType, readonly Value[]>>> = {
  string: ['a', 'b', 'c', '', undefined],
  boolean: [true, false, undefined],
  number: [-1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3, 2 ** 53, 2 ** 53 + 2, Number.MAX_VALUE, undefined],
  integer: [-(2 ** 53), -1, 0, 1, 2, 3, 4, 2 ** 53 - 2, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, 2 ** 60, undefined],
};
const CONSTANTS: Readonly<Partial<Record<OutputType, readonly Value[]>>> = {
  ...VALUES,
  string: ['a', 'b', ''],
  integer: [0, 1, 1.5, 2, 2.5, 2 ** 53 - 2, 2 ** 53 - 1, 2 ** 53, 2 ** 60],
};

const numeric = ['equals', 'not-equals', 'less-than', 'at-most', 'greater-than', 'at-least'] as const;
const terms = fc.constantFrom<OutputType>('string', 'boolean', 'number', 'integer').chain((type) => {
  const constant = fc.constantFrom(...CONSTANTS[type]!.filter((value) => value !== undefined));
  const operator = fc.constantFrom(...(type === 'number' || type === 'integer' ? numeric : numeric.slice(0, 2)));
  const term = fc.oneof(
    fc.record({ operator, value: constant, holds: fc.boolean() }),
    fc.record({ operator: fc.constant('one-of'), value: fc.array(constant, { maxLength: 3 }), holds: fc.boolean() }),
  );
  return fc.record({ type: fc.constant(type), first: term, second: term });
});

describe('ValueDomain', () => {
  it('holds what its comparisons hold for, whichever way they are combined', () => {
    fc.assert(
      fc.property(terms, ({ type, first, second }) => {
        const inType = (domain: ValueDomain) => (type === 'integer' ? wholeDomain(domain) : domain);
        const read = ({ holds, ...rest }: typeof first) => {
          const comparison = { task: 't', output: 'o', ...rest } as Comparison;
          const outputs = (value: Value) => () => (value === undefined ? {} : { o: value });
          return {
            domain: inType(domainOf(comparison, type, holds)!),
            accepts: (value: Value) => evaluateCondition(comparison, outputs(value)) === holds,
          };
        };
        const [one, other] = [read(first), read(second)];
        const both = intersectDomains(one.domain, other.domain);
        const either = uniteDomains(one.domain, other.domain);
        const points = VALUES[type]!.map((value) => [value, pointOf(value, type, inType)] as const);
        for (const [value, point] of points) {
          const isIn = (domain: ValueDomain) => !isEmptyDomain(intersectDomains(domain, point));
          expect(isIn(one.domain)).toBe(one.accepts(value));
          expect(isIn(both)).toBe(one.accepts(value) && other.accepts(value));
          expect(isIn(either)).toBe(one.accepts(value) || other.accepts(value));
          if (isEmptyDomain(both)) expect(one.accepts(value) && other.accepts(value)).toBe(false);
          if (hasEveryValue(either) && value !== undefined) expect(one.accepts(value) || other.accepts(value)).toBe(true);
        }
        expect(sameDomain(uniteDomains(both, one.domain), one.domain)).toBe(true);
        expect(sameDomain(intersectDomains(either, one.domain), one.domain)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  it('is told in words', () => {
    const describe = (type: OutputType, operator: string, value: unknown, holds = true) =>
      describeDomain(domainOf({ task: 't', output: 'o', operator, value } as Comparison, type, holds)!);
    expect(describe('string', 'equals', 'a"b')).toBe('equals "a\\"b"');
    expect(describe('string', 'not-equals', 'a')).toBe('does not equal "a"');
    expect(describe('string', 'one-of', [...'abcdefg'])).toBe('is one of "a", "b", "c", "d", "e" and 2 more');
    expect(describe('string', 'one-of', [])).toBe('is one of nothing');
    expect(describe('string', 'equals', 'a', false)).toBe('does not equal "a" or is missing');
    expect(describe('boolean', 'not-equals', true)).toBe('equals false');
    expect(describe('number', 'not-equals', 5)).toBe('does not equal 5');
    expect(describe('number', 'one-of', [2, 1])).toBe('is one of 1, 2');
    expect(describe('number', 'at-least', 5)).toBe('is at least 5');
    expect(describe('number', 'at-least', 5, false)).toBe('is below 5 or is missing');
    expect(describe('number', 'at-most', 5, false)).toBe('is above 5 or is missing');
  });
});

/** The domain of one value, or of a missing one. */
function pointOf(value: Value, type: OutputType, inType: (domain: ValueDomain) => ValueDomain): ValueDomain {
  const equals = (constant: Value) => ({ task: 't', output: 'o', operator: 'equals', value: constant }) as Comparison;
  if (value !== undefined) return inType(domainOf(equals(value), type, true)!);
  const some = VALUES[type]![0];
  return intersectDomains(inType(domainOf(equals(some), type, false)!), { ...inType(domainOf(equals(some), type, true)!), missing: true });
}
