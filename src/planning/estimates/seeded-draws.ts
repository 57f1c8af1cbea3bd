/**
 * Numbers of at least 0 and below 1 that a seed repeats on every machine: splitmix32, the 32-bit kin of SplitMix (Steele, Lea and Flood 2014).
 *
 * @param seed - A whole number; its lower 32 bits count.
 */
export function seededDraws(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e37_79b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0_aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
  };
}
