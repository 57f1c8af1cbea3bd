import { BASE_64_DIGITS as DIGITS } from './base-64-digits.js';

/** Says 64 hexadecimal digits in 44: three of them are two. */
export const hashDigits = (hash: string): string =>
  `${hash}00`.replace(/.../g, (three) => {
    const bits = Number.parseInt(three, 16);
    return DIGITS[bits >> 6]! + DIGITS[bits & 63]!;
  });

/** What was said so. */
export const hashOf = (digits: string): string =>
  digits.replace(/../g, (two) => ((DIGITS.indexOf(two[0]!) << 6) | DIGITS.indexOf(two[1]!)).toString(16).padStart(3, '0')).slice(0, 64);
