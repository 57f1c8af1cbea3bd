/**
 * The candidate that a misspelt key most probably meant, or null where none is near: at most one edit for three characters, a swap of
 * neighbours counting as one (optimal string alignment). O(candidates × length²); keys over 64 characters are near nothing.
 *
 * @internal
 */
export function findNearestKey(key: string, candidates: readonly string[]): string | null {
  if (key.length > 64) return null;
  const plain = (text: string) => text.toLowerCase().replaceAll(/[-_ ]/g, '');
  let nearest: string | null = null;
  let fewest = Infinity;
  for (const candidate of candidates) {
    const edits = countEdits(plain(key), plain(candidate));
    if (edits < fewest && edits <= Math.max(1, Math.floor(candidate.length / 3))) {
      nearest = candidate;
      fewest = edits;
    }
  }
  return nearest;
}

function countEdits(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = last[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1);
      let edits = Math.min(replaced, last[column]! + 1, current[column - 1]! + 1);
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        edits = Math.min(edits, beforeLast[column - 2]! + 1);
      }
      current.push(edits);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length]!;
}
