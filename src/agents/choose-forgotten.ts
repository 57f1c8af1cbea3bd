/** What is known of a kept note when room must be made. @public */
export interface KeptNote {
  /** Unique among those that are kept together. */
  readonly name: string;
  /** ISO 8601. */
  readonly writtenAt: string;
  readonly bytes: number;
  /** Whether something went wrong that others can learn from. */
  readonly isLesson: boolean;
}

/** Part of a limit that is left when room was made: it is not made anew for every note. */
const ROOM_LEFT = 0.9;

/**
 * Names the notes to forget where there are too many or they take too much; none where both limits are kept.
 *
 * The oldest go first, and a lesson ages half as fast as a note that tells of nothing but success. The newest note always stays. O(n log n).
 *
 * @param limits - Most notes, and most bytes of all together.
 * @public
 */
export function chooseForgotten(kept: readonly KeptNote[], limits: { readonly notes: number; readonly bytes: number }): readonly string[] {
  const bytes = kept.reduce((sum, note) => sum + note.bytes, 0);
  if (kept.length <= limits.notes && bytes <= limits.bytes) return [];
  const newestFirst = [...kept].sort((one, other) => {
    if (one.writtenAt !== other.writtenAt) return one.writtenAt > other.writtenAt ? -1 : 1;
    return one.name < other.name ? -1 : 1;
  });
  const leastWorthFirst = newestFirst
    .map((note, rank) => ({ note, rank, age: note.isLesson ? rank : rank * 2 }))
    .slice(1)
    .sort((one, other) => other.age - one.age || other.rank - one.rank);
  const forgotten: string[] = [];
  let left = { notes: kept.length, bytes };
  for (const { note } of leastWorthFirst) {
    if (left.notes <= limits.notes * ROOM_LEFT && left.bytes <= limits.bytes * ROOM_LEFT) break;
    left = { notes: left.notes - 1, bytes: left.bytes - note.bytes };
    forgotten.push(note.name);
  }
  return forgotten;
}
