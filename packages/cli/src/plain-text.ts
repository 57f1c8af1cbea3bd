// Control characters, what turns the direction of the text around it, and what is not seen at all.
const unseen = /[\p{Control}\p{Default_Ignorable_Code_Point}\p{Surrogate}\u2028\u2029\u2800\ufff9-\ufffb]/gu;

/** A text that anybody may have written as one safe line for a terminal, cut to a width. */
export function plainText(text: string, width: number): string {
  const line = text.replace(unseen, ' ');
  const characters = [...line];
  return characters.length > width ? `${characters.slice(0, width - 1).join('')}…` : line;
}

/** A value as one line of JSON that is safe for a terminal and still says the same. */
export function plainJson(value: unknown): string {
  const escaped = (character: string) =>
    Array.from({ length: character.length }, (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`).join('');
  return JSON.stringify(value).replace(unseen, escaped);
}
