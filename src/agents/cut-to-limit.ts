/** A part of a prompt that may be cut from its end, piece by piece. */
export interface CuttableSection {
  /** Sections of less relevance are cut before those of more; of equal ones the later first. */
  readonly relevance: number;
  /** UTF-16 units of each of its pieces. */
  readonly pieces: readonly number[];
  /** Pieces that go only when everything else stands at its minimum. */
  readonly minimum: number;
}

/** Most UTF-16 units that one token is taken for: a text longer than that many for each token of the limit is not even counted. */
const LONGEST_TOKEN = 32;

/**
 * Decides how many pieces of each section are kept so that a prompt takes no more tokens than its limit: all where they fit. Else pieces go one by
 * one, the least relevant section's last piece first, each section down to its minimum and then, in the same order, the minima too.
 *
 * Counts O(log pieces) times.
 *
 * @param limit - Tokens.
 * @param count - Tokens of the prompt with so many pieces of each section kept.
 * @returns For each section the pieces kept; nothing of any where not even that fits.
 */
export async function cutToLimit(
  sections: readonly CuttableSection[],
  limit: number,
  count: (kept: readonly number[]) => Promise<number>,
): Promise<readonly number[]> {
  const steps = removalOrder(sections);
  const total = steps.reduce((sum, { pieces }) => sum + pieces, 0);
  const fits = async (removed: number) => (await count(keep(sections, steps, removed))) <= limit;
  let tooFew = leastRemoved(sections, steps, limit * LONGEST_TOKEN);
  if (await fits(tooFew)) return keep(sections, steps, tooFew);
  // With fewer removed than this it is known not to fit; with this many it is known to, or there is no more to remove.
  let enough = total;
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (await fits(middle)) enough = middle;
    else tooFew = middle;
  }
  return keep(sections, steps, enough);
}

interface Step {
  readonly section: number;
  readonly pieces: number;
}

function removalOrder(sections: readonly CuttableSection[]): readonly Step[] {
  const leastFirst = sections.map((_, index) => index).sort((a, b) => sections[a]!.relevance - sections[b]!.relevance || b - a);
  const minimumOf = ({ minimum, pieces }: CuttableSection) => Math.min(minimum, pieces.length);
  return [
    ...leastFirst.map((section) => ({ section, pieces: sections[section]!.pieces.length - minimumOf(sections[section]!) })),
    ...leastFirst.map((section) => ({ section, pieces: minimumOf(sections[section]!) })),
  ];
}

function keep(sections: readonly CuttableSection[], steps: readonly Step[], removed: number): readonly number[] {
  const kept = sections.map(({ pieces }) => pieces.length);
  let left = removed;
  for (const { section, pieces } of steps) {
    const gone = Math.min(pieces, left);
    kept[section]! -= gone;
    left -= gone;
    if (left === 0) break;
  }
  return kept;
}

/** Fewest pieces to remove so that the rest is no longer than so many units. */
function leastRemoved(sections: readonly CuttableSection[], steps: readonly Step[], units: number): number {
  let length = sections.reduce((sum, { pieces }) => sum + pieces.reduce((own, piece) => own + piece, 0), 0);
  const kept = sections.map(({ pieces }) => pieces.length);
  let removed = 0;
  for (const { section, pieces } of steps) {
    for (let gone = 0; gone < pieces; gone += 1) {
      if (length <= units) return removed;
      kept[section]! -= 1;
      length -= sections[section]!.pieces[kept[section]!]!;
      removed += 1;
    }
  }
  return removed;
}
