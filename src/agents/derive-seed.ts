import { hashText } from './hash-text.js';

/**
 * Makes a seed for one call from the project's seed and the call's place, so that equal runs draw equal candidates wherever they run.
 *
 * @returns A whole number from 0 to 2^31 − 1, which every provider takes.
 */
export const deriveSeed = (seed: number, ...place: readonly (string | number)[]): number =>
  Number.parseInt(hashText(JSON.stringify([seed, ...place])).slice(0, 8), 16) & 0x7fffffff;
