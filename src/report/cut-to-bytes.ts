import { jsonBytes } from '../ports/json-bytes.js';

/** Cuts a text between characters so that it takes no more bytes inside a JSON text in UTF-8; what was cut ends with an ellipsis. */
export function cutToBytes(text: string, bytes: number): string {
  // No character takes more than six bytes: most texts need no counting, and of none more than the start is looked at.
  if (text.length * 6 <= bytes || (text.length <= bytes && jsonBytes(text) - 2 <= bytes)) return text;
  let left = bytes - ELLIPSIS_BYTES;
  let kept = '';
  for (const character of text) {
    left -= jsonBytes(character) - 2;
    if (left < 0) break;
    kept += character;
  }
  return `${kept}…`;
}

const ELLIPSIS_BYTES = 3;
