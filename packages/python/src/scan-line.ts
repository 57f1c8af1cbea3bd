/** Where the end of a line stands within Python source: inside of a string, of brackets, or of neither. */
export interface ScanState {
  /** The quotes that end the string that is open; null outside of strings. */
  readonly quotes: string | null;
  readonly brackets: number;
  /** Most brackets that were ever open at once. */
  readonly deepest: number;
  /** The line ends in a backslash: the next one continues it. */
  readonly continued: boolean;
}

export const LINE_START: ScanState = { quotes: null, brackets: 0, deepest: 0, continued: false };

/** What the next line begins inside of; null where it begins a statement. */
export function endsInside({ quotes, brackets, continued }: ScanState): 'string' | 'brackets' | null {
  if (quotes !== null) return 'string';
  return brackets > 0 || continued ? 'brackets' : null;
}

/** Reads one line of Python source, without its line break. O(length), never throws: text that is no Python gives some state. */
export function scanLine(line: string, { quotes: open, brackets: before, deepest: deepestBefore }: ScanState): ScanState {
  let quotes = open;
  let brackets = before;
  let deepest = deepestBefore;
  let continued = false;
  for (let index = 0; index < line.length; index += 1) {
    const character = line[index]!;
    if (character === '\\') {
      continued = index === line.length - 1;
      index += 1;
    } else if (quotes !== null) {
      if (line.startsWith(quotes, index)) {
        index += quotes.length - 1;
        quotes = null;
      }
    } else if (character === '#') break;
    else if (character === '"' || character === "'") {
      const triple = character.repeat(3);
      quotes = line.startsWith(triple, index) ? triple : character;
      index += quotes.length - 1;
    } else if ('([{'.includes(character)) {
      brackets += 1;
      deepest = Math.max(deepest, brackets);
    } else if (')]}'.includes(character)) brackets = Math.max(0, brackets - 1);
  }
  // A plain string ends with its line, closed or not: the interpreter will say so. A backslash at the end carries it over to the next.
  const carriedOver = quotes !== null && (quotes.length === 3 || continued);
  return { quotes: carriedOver ? quotes : null, brackets, deepest, continued };
}
