/**
 * Random numbers that a seed repeats on every machine: sfc32 by Chris Doty-Humphrey (PractRand 2010), 128 bits of state, seeded by a hash of the
 * words it is made of.
 */
export class SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** @param words - Together they are the seed. Example: `new SeededRandom('layered', 200, 7)`. */
  constructor(...words: readonly (string | number)[]) {
    const text = JSON.stringify(words);
    [this.#a, this.#b, this.#c] = [hash(text, 1), hash(text, 2), hash(text, 3)];
    for (let step = 0; step < 12; step += 1) this.next();
  }

  /** At least 0, below 1. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return (sum >>> 0) / 4_294_967_296;
  }

  /** A whole number from one bound to the other, both included. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  uniform(from: number, to: number): number {
    return from + this.next() * (to - from);
  }

  /** Of mean 0 and deviation 1 (Box and Muller 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** So many different whole numbers from 0 up to, not including, a bound, in the order drawn; all of them where it asks for more. */
  sample(count: number, bound: number): readonly number[] {
    const drawn = new Set<number>();
    while (drawn.size < Math.min(count, bound)) drawn.add(this.integer(0, bound - 1));
    return [...drawn];
  }
}

/** FNV-1a, begun anew for each number. */
function hash(text: string, number: number): number {
  let value = 2_166_136_261 ^ (number * 0x9e37_79b9);
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 16_777_619);
  return value | 0;
}
