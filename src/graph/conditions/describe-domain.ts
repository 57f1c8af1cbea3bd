import type { ComparedValue } from '../condition.js';
import { showId } from '../graph-error.js';
import type { NumberRanges } from './number-ranges.js';
import type { ValueDomain } from './value-domain.js';

const SHOWN = 5;

/** A domain as a predicate of an output. Example: `equals "high"`, `is above 1 and at most 5`. */
export function describeDomain(domain: ValueDomain): string {
  const predicates = 'ranges' in domain ? describeRanges(domain.ranges) : describeListed([...domain.listed], domain.excluded);
  return [...predicates, ...(domain.missing ? ['is missing'] : [])].join(' or ') || 'is one of nothing';
}

/** A value as messages show it: quoted where it is a text. */
export const describeValue = (value: ComparedValue): string => (typeof value === 'string' ? showId(value) : String(value));

function describeListed(values: readonly ComparedValue[], excluded: boolean): readonly string[] {
  if (values.length === 0) return excluded ? ['is there'] : [];
  if (values.length === 1) return [`${excluded ? 'does not equal' : 'equals'} ${describeValue(values[0]!)}`];
  return [`is ${excluded ? 'none' : 'one'} of ${describeList(values)}`];
}

function describeRanges(ranges: NumberRanges): readonly string[] {
  if (
    ranges.length === 4 &&
    ranges[1]!.at === ranges[2]!.at &&
    ranges[0]!.at === Number.NEGATIVE_INFINITY &&
    ranges[3]!.at === Number.POSITIVE_INFINITY
  ) {
    return [`does not equal ${ranges[1]!.at}`];
  }
  const points: number[] = [];
  const predicates: string[] = [];
  for (let index = 0; index < ranges.length; index += 2) {
    const [low, high] = [ranges[index]!, ranges[index + 1]!];
    if (low.at === high.at) points.push(low.at);
    else {
      const bounds = [
        ...(low.at === Number.NEGATIVE_INFINITY ? [] : [`${low.after ? 'above' : 'at least'} ${low.at}`]),
        ...(high.at === Number.POSITIVE_INFINITY ? [] : [`${high.after ? 'at most' : 'below'} ${high.at}`]),
      ];
      predicates.push(bounds.length === 0 ? 'is there' : `is ${bounds.join(' and ')}`);
    }
  }
  const left = predicates.length - SHOWN;
  return [
    ...predicates.slice(0, SHOWN),
    ...(left > 0 ? [`is in one of ${left} more ranges`] : []),
    ...(points.length > 0 ? describeListed(points, false) : []),
  ];
}

const describeList = (values: readonly ComparedValue[]) =>
  values.slice(0, SHOWN).map(describeValue).join(', ') + (values.length > SHOWN ? ` and ${values.length - SHOWN} more` : '');
