import { hashOf } from './hash-digits.js';

/** How JSON was packed before texts were compressed: histories have it. */
export interface ShapedJson {
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

/** What was packed. */
export function readShapedJson({ texts, shapes, packed }: ShapedJson): unknown {
  const read = (each: unknown): unknown => {
    if (typeof each === 'string') {
      if (!each.startsWith('~')) return each;
      if (each.startsWith('~=')) return hashOf(each.slice(2));
      return each.startsWith('~~') ? each.slice(1) : texts[Number.parseInt(each.slice(1), 36)];
    }
    if (!Array.isArray(each)) return each;
    const [shape, ...values] = each.map((item, place) => (place === 0 ? item : read(item)));
    return shape === -1 ? values : Object.fromEntries(shapes[shape]!.map((name, place) => [name, values[place]]));
  };
  return read(packed);
}
