/** Longest text shown where nothing else is said, in UTF-16 units. */
const DISPLAY_LIMIT = 600;

// Characters that are not seen, that turn the direction of what stands around them, or that XML forbids.
const unseen =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]|\p{Surrogate}|\p{Noncharacter_Code_Point}/gu;

/**
 * Makes a text that anybody may have written fit to be shown on one line: white space collapsed, control characters and overrides of the
 * direction made visible as `⟨U+202E⟩`, piles of combining marks cut to four, and cut at a limit, which is then said with the number of characters left out.
 *
 * It does not escape; that belongs to the language it is shown in.
 *
 * @param limit - UTF-16 units kept. @default 600
 *
 * @internal
 */
export function displayText(text: string, limit = DISPLAY_LIMIT): string {
  const kept = text.length <= limit ? text : text.slice(0, limit).replace(/[\ud800-\udbff]$/, '');
  const shown = kept
    .replace(/[ \t\r\n]+/g, ' ')
    .replace(unseen, (character) => `⟨U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟩`)
    .replace(/(\p{Mark}{4})\p{Mark}+/gu, '$1⟨…⟩');
  const left = text.length - kept.length;
  return left === 0 ? shown : `${shown}… (cut, ${left} more characters)`;
}

/**
 * Names something by an id that anybody may have written; quotes it where it is empty or begins or ends with a space.
 *
 * @internal
 */
export function displayName(id: string): string {
  const shown = displayText(id, 120);
  return shown.trim() === '' || /^\s|\s$/.test(id) ? `“${shown}”` : shown;
}

/**
 * Cuts a text to what fits into so much room, with an ellipsis.
 *
 * @param widthOf - Room that a character takes. @default columns: wide characters take two
 *
 * @internal
 */
export function fitText(text: string, room: number, widthOf = columnsOf): string {
  const shown = displayText(text, Math.floor(room * 4));
  return fittingEnd(shown, room, widthOf) === shown.length ? shown : `${shown.slice(0, fittingEnd(shown, room - 1, widthOf))}…`;
}

/**
 * Breaks a text into two lines of so much room, between words where there are such; the second is cut where there is more.
 *
 * @param widthOf - As for {@link fitText}.
 *
 * @internal
 */
export function breakText(text: string, room: number, widthOf = columnsOf): readonly string[] {
  const shown = displayText(text, Math.floor(room * 8));
  const end = fittingEnd(shown, room, widthOf);
  if (end === shown.length) return [shown];
  const space = shown.lastIndexOf(' ', end);
  const first = space > end / 2 ? space : end;
  return [shown.slice(0, first), fitText(shown.slice(first).trim(), room, widthOf)];
}

const columnsOf = (character: string): number => (character.codePointAt(0)! >= 0x1100 && !/[\u2000-\u2bff]/.test(character) ? 2 : 1);

/** Up to where a text fits. */
function fittingEnd(text: string, room: number, widthOf: (character: string) => number): number {
  let taken = 0;
  let end = 0;
  for (const character of text) {
    taken += widthOf(character);
    if (taken > room) return end;
    end += character.length;
  }
  return end;
}
