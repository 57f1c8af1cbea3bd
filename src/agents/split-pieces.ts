/** Longest piece, in UTF-16 units. */
const LONGEST_PIECE = 240;

/**
 * Splits a text where it may be cut: after each line, and within a long line after a word, or in the middle of what has no words, never inside a
 * character. The pieces in order are the text.
 */
export function splitPieces(text: string): readonly string[] {
  const pieces: string[] = [];
  for (const line of text.match(/[^\n]*\n|[^\n]+/g) ?? []) {
    let start = 0;
    while (line.length - start > LONGEST_PIECE) {
      const end = start + endOfPiece(line.slice(start, start + LONGEST_PIECE + 1));
      pieces.push(line.slice(start, end));
      start = end;
    }
    pieces.push(line.slice(start));
  }
  return pieces;
}

/** @param window - The longest piece and one unit more. */
function endOfPiece(window: string): number {
  const space = window.lastIndexOf(' ', LONGEST_PIECE - 1);
  if (space > LONGEST_PIECE / 2) return space + 1;
  return /[\ud800-\udbff]/.test(window[LONGEST_PIECE - 1]!) && /[\udc00-\udfff]/.test(window[LONGEST_PIECE]!) ? LONGEST_PIECE - 1 : LONGEST_PIECE;
}
