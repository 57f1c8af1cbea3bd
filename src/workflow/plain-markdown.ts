/** A text of a model's or a host's as part of a line of Markdown: nothing in it may read as Markdown. Cut to a length. */
export const plainMarkdown = (text: string, longest: number) => {
  const line = text.replace(/[\p{Control}\p{Bidi_Control}\u2028\u2029`|*_~<>[\]\\]/gu, ' ');
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
};
