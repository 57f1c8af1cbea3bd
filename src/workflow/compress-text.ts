import { BASE_64_DIGITS as DIGITS } from './base-64-digits.js';

/** Characters that must come again to be worth a number: so far away as the last ones did, or anywhere else. */
const LEAST_AS_FAR = 3;
const LEAST_ELSEWHERE = 6;

/** How many places with the same beginning are looked at. */
const MOST_PLACES = 16;

/** How many new characters in a row, as a power of two, let one place more go by unlooked at. */
const PATIENCE_BITS = 8;

/** The most bits of a hash by which places are found. */
const MOST_BITS = 16;

/**
 * Says a text in fewer characters: what was there before is told as how long it is, and how far back. Its length comes first; then steps, each of which begins
 * with three numbers, and the characters that are new come last: how many are new, how many come again after them beyond `LEAST_AS_FAR`, and how far
 * back they are, 0 for as far as the last time. The last step has its new characters and their number alone. Of a number the lowest digits come first,
 * each with five bits of it and one that says whether others follow.
 *
 * Takes time in proportion to the text. The method is that of Ziv and Lempel (1977), with deflate's chains of places (RFC 1951) and LZMA's repeated
 * distance. Workflow code is evaluated for each workflow anew: it makes no tables until it is called.
 */
export function compressText(text: string): string {
  const { length } = text;
  const unused = Math.max(32 - MOST_BITS, Math.clz32(length + 1));
  const first = new Int32Array(2 ** (32 - unused)).fill(-1);
  const before = new Int32Array(length);
  const at = (place: number) => text.charCodeAt(place);
  const hashAt = (place: number) => {
    const four = at(place) ^ (at(place + 1) << 8) ^ (at(place + 2) << 16) ^ (at(place + 3) << 24);
    return Math.imul(four, 0x9e3779b1) >>> unused;
  };
  const sameFrom = (place: number, distance: number) => {
    let end = place;
    while (end < length && at(end) === at(end - distance)) end += 1;
    return end - place;
  };
  const last = length - LEAST_ELSEWHERE;
  const steps = [numeral(length)];
  let written = 0;
  let distance = 0;
  for (let place = 0; place < length; ) {
    let best = distance > 0 ? sameFrom(place, distance) : 0;
    if (best < LEAST_AS_FAR) best = 0;
    let bestDistance = distance;
    if (place <= last) {
      const least = Math.max(LEAST_ELSEWHERE, best + LEAST_AS_FAR);
      let candidate = first[hashAt(place)]!;
      for (let looked = 0; candidate >= 0 && looked < MOST_PLACES; looked += 1, candidate = before[candidate]!) {
        const same = sameFrom(place, place - candidate);
        if (same >= least && same > best) [best, bestDistance] = [same, place - candidate];
      }
    }
    // Where nothing comes again for long, fewer places are looked at, as in LZ4: noise takes no more time than what is alike.
    const end = place + (best || 1 + ((place - written) >> PATIENCE_BITS));
    if (best > 0) {
      steps.push(numeral(place - written), numeral(best - LEAST_AS_FAR), numeral(bestDistance === distance ? 0 : bestDistance));
      steps.push(text.slice(written, place));
      written = end;
      distance = bestDistance;
    }
    for (; place < end; place += 1) {
      if (place > last) continue;
      const hash = hashAt(place);
      before[place] = first[hash]!;
      first[hash] = place;
    }
  }
  steps.push(numeral(length - written), text.slice(written));
  return tradePlaces(steps.join(''));
}

/** What was compressed. */
export function expandText(compressed: string): string {
  const told = tradePlaces(compressed);
  let read = 0;
  const number = () => {
    for (let [value, scale] = [0, 1]; ; scale *= 32) {
      const digit = DIGITS.indexOf(told[read]!);
      read += 1;
      value += (digit & 31) * scale;
      if (digit < 32) return value;
    }
  };
  const units = new Uint16Array(number());
  let distance = 0;
  for (let place = 0; ; ) {
    const fresh = number();
    const isLast = place + fresh === units.length;
    const again = isLast ? 0 : number() + LEAST_AS_FAR;
    if (!isLast) distance = number() || distance;
    for (const end = read + fresh; read < end; read += 1, place += 1) units[place] = told.charCodeAt(read);
    if (isLast) return textOf(units);
    // What comes again may reach into itself.
    for (const end = place + again; place < end; place += 1) units[place] = units[place - distance]!;
  }
}

/** JSON writes quotes and backslashes as two characters: they trade places with two that it leaves as they are. */
const tradePlaces = (text: string): string => text.replace(/["'\\`]/g, (each) => TRADED[each]!);

const TRADED: Readonly<Record<string, string>> = { '"': "'", "'": '"', '\\': '`', '`': '\\' };

function numeral(value: number): string {
  let digits = '';
  for (let rest = value; ; rest = Math.floor(rest / 32)) {
    if (rest < 32) return digits + DIGITS[rest]!;
    digits += DIGITS[32 + (rest % 32)]!;
  }
}

/** Units a call may take as arguments. */
const UNITS_AT_ONCE = 8_192;

function textOf(units: Uint16Array): string {
  let text = '';
  for (let start = 0; start < units.length; start += UNITS_AT_ONCE) text += String.fromCharCode(...units.subarray(start, start + UNITS_AT_ONCE));
  return text;
}
