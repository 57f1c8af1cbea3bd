/** A place on the number line: just before a number, or just after it. */
interface Cut {
  readonly at: number;
  readonly after: boolean;
}

/** A set of numbers: what lies between its first cut and its second, its third and its fourth, and so on. Cuts rise strictly. */
export type NumberRanges = readonly Cut[];

const before = (at: number): Cut => ({ at, after: false });
const after = (at: number): Cut => ({ at, after: true });
const START = before(Number.NEGATIVE_INFINITY);
const END = after(Number.POSITIVE_INFINITY);

/** The empty set. */
const NO_NUMBER: NumberRanges = [];
/** Every number there is, infinite ones too. */
export const EVERY_NUMBER: NumberRanges = [START, END];
/** Numbers less than one. */
export const below = (value: number): NumberRanges => [START, before(value)];
/** Numbers no greater than one. */
export const atMost = (value: number): NumberRanges => [START, after(value)];
/** Numbers greater than one. */
export const above = (value: number): NumberRanges => [after(value), END];
/** Numbers no less than one. */
export const atLeast = (value: number): NumberRanges => [before(value), END];

/** The numbers of a list. @param values - Finite. */
export const oneOfNumbers = (values: readonly number[]): NumberRanges =>
  [...new Set(values)].sort((a, b) => a - b).flatMap((value) => [before(value), after(value)]);

/** What is in both sets. O(cuts), as the others. */
export const intersectRanges = (first: NumberRanges, second: NumberRanges): NumberRanges => combine(first, second, (a, b) => a && b);
/** What is in either set. */
export const uniteRanges = (first: NumberRanges, second: NumberRanges): NumberRanges => combine(first, second, (a, b) => a || b);
/** What is not in a set. */
export const complementRanges = (ranges: NumberRanges): NumberRanges => combine(EVERY_NUMBER, ranges, (a, b) => a && !b);
/** Whether two sets hold the same numbers. */
export const sameRanges = (first: NumberRanges, second: NumberRanges): boolean =>
  first.length === second.length && first.every((cut, index) => compareCuts(cut, second[index]!) === 0);

/**
 * The whole numbers of a set, in one spelling: just after 2 and just before 3 are one place. Beyond the range of safe integers cuts stay as
 * they are, so that no number is lost there.
 */
export function wholeRanges(ranges: NumberRanges): NumberRanges {
  const cuts = ranges.map((cut) => {
    const whole = cut.after ? Math.floor(cut.at) + 1 : Math.ceil(cut.at);
    return Number.isSafeInteger(whole) ? before(whole) : cut;
  });
  return combine(cuts, NO_NUMBER, (inside) => inside);
}

function compareCuts(first: Cut, second: Cut): number {
  if (first.at !== second.at) return first.at < second.at ? -1 : 1;
  return Number(first.after) - Number(second.after);
}

/** Walks along both sets at once. @param keep - Must not keep what is in neither. */
function combine(first: NumberRanges, second: NumberRanges, keep: (inFirst: boolean, inSecond: boolean) => boolean): NumberRanges {
  const cuts: Cut[] = [];
  let inside = false;
  let i = 0;
  let j = 0;
  while (i < first.length || j < second.length) {
    const cut = j >= second.length || (i < first.length && compareCuts(first[i]!, second[j]!) <= 0) ? first[i]! : second[j]!;
    while (i < first.length && compareCuts(first[i]!, cut) === 0) i += 1;
    while (j < second.length && compareCuts(second[j]!, cut) === 0) j += 1;
    const kept = keep(i % 2 === 1, j % 2 === 1);
    if (kept === inside) continue;
    cuts.push(cut);
    inside = kept;
  }
  return cuts;
}
