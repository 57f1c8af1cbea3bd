import { jsonBytes } from '../ports/json-bytes.js';
import { compressText, expandText } from './compress-text.js';
import { hashDigits, hashOf } from './hash-digits.js';
import { readShapedJson, type ShapedJson } from './shaped-json.js';

/**
 * JSON in a third of its room, or less: what thousands of tasks have in common weighs little. Plain JSON itself.
 *
 * @public
 */
export interface PackedJson {
  /** Hashes in base 64, and what was there before by where it was. */
  readonly packed: string;
}

/** A value, or the same packed. @public */
export type Packable<Value> = Value | PackedJson;

/** Bytes of JSON up to which something is told as people can read it. */
const READABLE_BYTES = 4_000;

/** As it is where people can still read it. @param most - Bytes of JSON that it may be to that end. */
export const packLarge = <Value extends object>(value: Value, most = READABLE_BYTES): Packable<Value> =>
  jsonBytes(value) <= most ? value : packJson(value);

/** What was told, packed or not. */
export const unpacked = <Value extends object>(told: Packable<Value>): Value => ('packed' in told ? (unpackJson(told) as Value) : told);

/** @param value - Plain JSON; fields that are undefined are left out. */
export const packJson = (value: unknown): PackedJson => ({
  packed: compressText(
    JSON.stringify(value).replace(HASH_OR_MARK, (mark, hash?: string) => (hash === undefined ? `${mark}~` : `"~=${hashDigits(hash)}"`)),
  ),
});

/** What was packed, by any version. */
export function unpackJson(told: PackedJson | ShapedJson): unknown {
  if ('shapes' in told) return readShapedJson(told);
  const text = expandText(told.packed);
  return JSON.parse(text.replace(DIGITS_OR_MARK, (_, digits?: string) => (digits === undefined ? '"~' : `"${hashOf(digits)}"`)));
}

/** Texts of JSON that are hashes, or begin with the mark that tells of one. */
const HASH_OR_MARK = /"(?:~|([0-9a-f]{64})")/g;
const DIGITS_OR_MARK = /"~(?:~|=([\w-]{44})")/g;
