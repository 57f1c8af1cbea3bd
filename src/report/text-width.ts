/** Widths of characters in Helvetica Bold and what looks like it, in ems; figures and other small letters take 0.56. */
const WIDTHS: ReadonlyMap<string, number> = new Map(
  (
    [
      [" ',./\\Iijl|", 0.28],
      ['!()-:;[]`ft·', 0.34],
      ['*r{}ľ', 0.39],
      ['"“”ť', 0.5],
      ['#$0123456789J_aceksvxyz–', 0.56],
      ['+<=>^~', 0.59],
      ['?FLTZbdghnopquß', 0.62],
      ['EPSVXY', 0.67],
      ['&ABCDHKNRUď', 0.73],
      ['GOQwØ', 0.78],
      ['M', 0.84],
      ['%mæ', 0.89],
      ['Wœ', 0.98],
      ['@ÆŒ…→', 1.02],
      // Of the Cyrillic and Greek letters, those that are wider than the others.
      ['жмфшщыюњљω', 0.98],
      ['ЖМФШЩЫЮЊЉ', 1.1],
    ] as const
  ).flatMap(([characters, width]) => [...characters].map((character) => [character, width] as const)),
);

/** Greatest widths of all others, by the first that they match. */
const CLASSES: readonly (readonly [characters: RegExp, width: number])[] = [
  [/[\p{Mn}\p{Me}]/u, 0],
  [/[\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Latin}]/u, 0.95],
  // A phrase in one character, and signs that are as long as one.
  [/[\ufdfa-\ufdfd\u{12000}-\u{1254f}]/u, 10],
  [/[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u30ff\uff00-\uffef]/u, 1],
  [/[\u2000-\u2bff]/u, 1.12],
];
const WIDEST = 1.4;

/**
 * About how wide a character is in a bold sans-serif, in ems; rather more than less, so that no text leaves its box. An accent adds nothing to its
 * letter.
 *
 * @internal
 */
export function widthInEms(character: string): number {
  const known = WIDTHS.get(character) ?? WIDTHS.get(character.normalize('NFD')[0]!);
  return known ?? CLASSES.find(([characters]) => characters.test(character))?.[1] ?? WIDEST;
}

/** As {@link widthInEms}, of a whole text. @internal */
export function textWidthInEms(text: string): number {
  let width = 0;
  for (const character of text) width += widthInEms(character);
  return width;
}
