import { showLine, showText } from '../spec/show-input.js';

/** An option as a finding names it: in one safe line. */
export const showOption = (value: unknown): string =>
  typeof value === 'string' ? showText(value) : showLine(typeof value === 'object' && value !== null ? 'an object' : String(value));
