import { jsonBytes } from '../ports/json-bytes.js';

/**
 * JSON in which every name, and every longer text that is there twice, stands once: what thousands of tasks have in common weighs little. Plain JSON itself.
 *
 * @public
 */
export interface PackedJson {
  /** Texts that are there more than once. */
  readonly texts: readonly string[];
  /** Names of the fields of objects, each combination once. */
  readonly shapes: readonly (readonly string[])[];
  /**
   * An object is an array of its shape's number and its values, an array one of -1 and its items. A text that begins with `~` is the number of one of
   * `texts`, in base 36, unless a second `~` follows, or a `=` and a hash of 256 bits in base 64.
   */
  readonly packed: unknown;
}

/** Characters from which a text is worth a number. */
const LONG = 4;

/** A value, or the same packed. @public */
export type Packable<Value> = Value | PackedJson;

/** Bytes of JSON up to which something is told as people can read it. */
const READABLE_BYTES = 4_000;

/** As it is where people can still read it. */
export const packLarge = <Value extends object>(value: Value): Packable<Value> => (jsonBytes(value) <= READABLE_BYTES ? value : packJson(value));

/** What was told, packed or not. */
export const unpacked = <Value extends object>(told: Packable<Value>): Value => ('packed' in told ? (unpackJson(told) as Value) : told);

/** @param value - Plain JSON; fields that are undefined are left out. */
export function packJson(value: unknown): PackedJson {
  const times = new Map<string, number>();
  count(value, times);
  const texts = [...times].flatMap(([text, count]) => (count > 1 ? [text] : []));
  const numbers = new Map(texts.map((text, number) => [text, `~${number.toString(36)}`]));
  const shapes = new Map<string, { readonly number: number; readonly names: readonly string[] }>();
  const pack = (each: unknown): unknown => {
    if (typeof each === 'string') return numbers.get(each) ?? packText(each);
    if (typeof each !== 'object' || each === null) return each;
    if (Array.isArray(each)) return [-1, ...each.map(pack)];
    const fields = fieldsOf(each);
    const names = fields.map(([name]) => name);
    const key = JSON.stringify(names);
    const shape = shapes.get(key) ?? { number: shapes.size, names };
    shapes.set(key, shape);
    return [shape.number, ...fields.map(([, field]) => pack(field))];
  };
  const packed = pack(value);
  return { texts, shapes: [...shapes.values()].map(({ names }) => names), packed };
}

/** What was packed. */
export function unpackJson({ texts, shapes, packed }: PackedJson): unknown {
  const unpack = (each: unknown): unknown => {
    if (typeof each === 'string') {
      if (!each.startsWith('~')) return each;
      if (each.startsWith('~=')) return hashOf(each.slice(2));
      return each.startsWith('~~') ? each.slice(1) : texts[Number.parseInt(each.slice(1), 36)];
    }
    if (!Array.isArray(each)) return each;
    const [shape, ...values] = each.map((item, place) => (place === 0 ? item : unpack(item)));
    return shape === -1 ? values : Object.fromEntries(shapes[shape]!.map((name, place) => [name, values[place]]));
  };
  return unpack(packed);
}

function count(value: unknown, times: Map<string, number>): void {
  if (typeof value === 'string') {
    if (value.length >= LONG) times.set(value, (times.get(value) ?? 0) + 1);
  } else if (Array.isArray(value)) for (const item of value) count(item, times);
  else if (typeof value === 'object' && value !== null) for (const [, field] of fieldsOf(value)) count(field, times);
}

const fieldsOf = (value: object) => Object.entries(value).filter(([, field]) => field !== undefined);

const HASH = /^[0-9a-f]{64}$/;
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Three hexadecimal digits are two in base 64. */
const packText = (text: string): string => {
  if (!HASH.test(text)) return text.startsWith('~') ? `~${text}` : text;
  return `~=${`${text}00`.replace(/.../g, (three) => {
    const bits = Number.parseInt(three, 16);
    return DIGITS[bits >> 6]! + DIGITS[bits & 63]!;
  })}`;
};

const hashOf = (digits: string): string =>
  digits.replace(/../g, (two) => ((DIGITS.indexOf(two[0]!) << 6) | DIGITS.indexOf(two[1]!)).toString(16).padStart(3, '0')).slice(0, 64);
