/** A text as one safe line for a terminal: no control characters, no bidirectional overrides, cut to a width. */
export function plainText(text: string, width: number): string {
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, ' ');
  const characters = [...line];
  return characters.length > width ? `${characters.slice(0, width - 1).join('')}…` : line;
}
