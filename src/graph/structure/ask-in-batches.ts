/** Asks whether one of some tasks comes before another one, in whatever sense. Queries that share their list of sources share the work. */
export interface UpstreamQuery {
  readonly sources: readonly number[];
  readonly position: number;
}

/** The widest integer of bits that JavaScript combines at once. */
export const BITS = 32;

/** Makes of the bits that positions have themselves those that they inherit, for all positions that are asked about. */
export type Inherit = (own: Int32Array, inherited: Int32Array) => void;

/**
 * Answers queries by walks along the graph, each for 32 lists of sources at once, a bit for each list.
 */
export function askInBatches(size: number, queries: readonly UpstreamQuery[], inherit: Inherit): readonly boolean[] {
  const answers = new Array<boolean>(queries.length).fill(false);
  const asked = new Map<readonly number[], number[]>();
  for (const [number, { sources }] of queries.entries()) {
    const numbers = asked.get(sources);
    if (numbers === undefined) asked.set(sources, [number]);
    else numbers.push(number);
  }
  const numbersOf = [...asked.values()];
  walkInBatches(size, [...asked.keys()], inherit, (start, inherited) => {
    for (const [bit, numbers] of numbersOf.slice(start, start + BITS).entries()) {
      for (const number of numbers) answers[number] = (inherited[queries[number]!.position]! & (1 << bit)) !== 0;
    }
  });
  return answers;
}

/**
 * Walks along the graph for 32 lists of sources at once, from the first on.
 *
 * @param visit - Gets the number of the first list of each walk, whose bit is the lowest, and the bits inherited, until the next walk.
 */
export function walkInBatches(
  size: number,
  lists: readonly (readonly number[])[],
  inherit: Inherit,
  visit: (start: number, inherited: Int32Array) => void,
): void {
  const own = new Int32Array(size);
  const inherited = new Int32Array(size);
  for (let start = 0; start < lists.length; start += BITS) {
    own.fill(0);
    for (const [bit, sources] of lists.slice(start, start + BITS).entries()) for (const source of sources) own[source]! |= 1 << bit;
    inherit(own, inherited);
    visit(start, inherited);
  }
}
