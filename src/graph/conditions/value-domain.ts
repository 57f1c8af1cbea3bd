import type { Comparison, ComparisonOperator } from '../condition.js';
import { OutputType } from '../output-type.js';
import {
  above,
  atLeast,
  atMost,
  below,
  complementRanges,
  EVERY_NUMBER,
  intersectRanges,
  type NumberRanges,
  oneOfNumbers,
  sameRanges,
  uniteRanges,
  wholeRanges,
} from './number-ranges.js';

/** What an output may be for a condition to hold: a set of values, and whether it may be missing. Sets of one output are of one shape. */
export type ValueDomain = ListedDomain | NumberDomain;

/** What is listed, or with `excluded` everything but that. */
export interface ListedDomain {
  readonly missing: boolean;
  readonly listed: ReadonlySet<string | boolean>;
  readonly excluded: boolean;
}

/** What lies in ranges. */
interface NumberDomain {
  readonly missing: boolean;
  readonly ranges: NumberRanges;
}

/**
 * What a comparison leaves of an output; null where the constant is not of the output's type, or no number that JSON knows.
 *
 * @param holds - Whether it is to hold. Where it isn't, the output may be missing too.
 */
export function domainOf(comparison: Comparison, type: OutputType, holds: boolean): ValueDomain | null {
  const values = comparison.operator === 'one-of' ? comparison.value : [comparison.value];
  const negative = holds === (comparison.operator === 'not-equals');
  switch (type) {
    case OutputType.STRING:
    case OutputType.BOOLEAN: {
      if (!LISTING.has(comparison.operator)) return null;
      const listed = new Set<string | boolean>();
      for (const value of values) {
        if (typeof value !== type || typeof value === 'number') return null;
        listed.add(value);
      }
      if (type === OutputType.STRING || !negative) return { missing: !holds, listed, excluded: negative };
      return { missing: !holds, listed: new Set([true, false].filter((value) => !listed.has(value))), excluded: false };
    }
    case OutputType.NUMBER:
    case OutputType.INTEGER: {
      if (!values.every((value) => typeof value === 'number' && Number.isFinite(value))) return null;
      const ranges = rangesOf(comparison.operator, values as readonly number[]);
      return { missing: !holds, ranges: negative ? complementRanges(ranges) : ranges };
    }
    default:
      return null;
  }
}

const LISTING: ReadonlySet<ComparisonOperator> = new Set(['equals', 'not-equals', 'one-of']);

function rangesOf(operator: ComparisonOperator, values: readonly number[]): NumberRanges {
  switch (operator) {
    case 'less-than':
      return below(values[0]!);
    case 'at-most':
      return atMost(values[0]!);
    case 'greater-than':
      return above(values[0]!);
    case 'at-least':
      return atLeast(values[0]!);
    default:
      return oneOfNumbers(values);
  }
}

/** The same domain, of an output of whole numbers. */
export const wholeDomain = (domain: ValueDomain): ValueDomain =>
  'ranges' in domain ? { missing: domain.missing, ranges: wholeRanges(domain.ranges) } : domain;

/** The same domain, of an output that is there. */
export const presentDomain = (domain: ValueDomain): ValueDomain => (domain.missing ? { ...domain, missing: false } : domain);

/** What is in both domains. */
export function intersectDomains(first: ValueDomain, second: ValueDomain): ValueDomain {
  const missing = first.missing && second.missing;
  if ('ranges' in first || 'ranges' in second) return { missing, ranges: intersectRanges(rangesIn(first), rangesIn(second)) };
  if (first.excluded && second.excluded) return { missing, listed: new Set([...first.listed, ...second.listed]), excluded: true };
  const firstLists = !first.excluded && (second.excluded || first.listed.size <= second.listed.size);
  const [listing, other] = firstLists ? [first, second] : [second, first];
  return { missing, listed: new Set([...listing.listed].filter((value) => other.listed.has(value) !== other.excluded)), excluded: false };
}

/** What is in either domain. */
export function uniteDomains(first: ValueDomain, second: ValueDomain): ValueDomain {
  const missing = first.missing || second.missing;
  if ('ranges' in first || 'ranges' in second) return { missing, ranges: uniteRanges(rangesIn(first), rangesIn(second)) };
  if (!first.excluded && !second.excluded) return { missing, listed: new Set([...first.listed, ...second.listed]), excluded: false };
  const [excluding, other] = first.excluded ? [first, second] : [second, first];
  return { missing, listed: new Set([...excluding.listed].filter((value) => other.listed.has(value) === other.excluded)), excluded: true };
}

/** Whether nothing is in it, not even that the output is missing. */
export const isEmptyDomain = (domain: ValueDomain): boolean => !domain.missing && hasNoValue(domain);

const hasNoValue = (domain: ValueDomain): boolean => ('ranges' in domain ? domain.ranges.length === 0 : !domain.excluded && domain.listed.size === 0);

/** Whether every value is in it; the output may have to be there. */
export function hasEveryValue(domain: ValueDomain): boolean {
  if ('ranges' in domain) return sameRanges(domain.ranges, EVERY_NUMBER);
  return domain.excluded ? domain.listed.size === 0 : domain.listed.has(true) && domain.listed.has(false);
}

/** Whether two domains hold the same. */
export function sameDomain(first: ValueDomain, second: ValueDomain): boolean {
  if (first === second) return true;
  if (first.missing !== second.missing) return false;
  if ('ranges' in first || 'ranges' in second) return sameRanges(rangesIn(first), rangesIn(second));
  if (first.excluded !== second.excluded || first.listed.size !== second.listed.size) return false;
  for (const value of first.listed) if (!second.listed.has(value)) return false;
  return true;
}

/** How many parts it is made of: what an operation on it costs. */
export const domainSize = (domain: ValueDomain): number => 1 + ('ranges' in domain ? domain.ranges.length : domain.listed.size);

/** How many parts are looked at to find what is in both domains. */
export function intersectionSize(first: ValueDomain, second: ValueDomain): number {
  const [one, other] = [domainSize(first), domainSize(second)];
  if ('ranges' in first || 'ranges' in second || (first.excluded && second.excluded)) return one + other;
  return first.excluded ? other : second.excluded ? one : Math.min(one, other);
}

const rangesIn = (domain: ValueDomain): NumberRanges => ('ranges' in domain ? domain.ranges : EVERY_NUMBER);
