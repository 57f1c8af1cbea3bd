/** Bytes that a value takes as JSON in UTF-8: what a payload of it weighs. Needs nothing that workflow code lacks. */
export function jsonBytes(value: unknown): number {
  const text = JSON.stringify(value) ?? '';
  if (!/[^\u0000-\u007f]/.test(text)) return text.length;
  let bytes = text.length;
  // JSON escapes half surrogate pairs: each surrogate here is one of a pair, which takes four bytes for its two units.
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}
