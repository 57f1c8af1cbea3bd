import assert from 'node:assert/strict';

/** Fails unless a text says something, in one line and without control characters. */
export function assertLine(text: string): void {
  assert.match(text, /\S/);
  assert.doesNotMatch(text, /[\p{Cc}\u2028\u2029]/u);
}
