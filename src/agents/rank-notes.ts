import type { MemoryNote } from '../ports/memory-store.js';

/** UTF-16 units of a query that are looked at. */
const QUERY_LENGTH = 2_000;

/**
 * Puts the notes first that share the most telling words with a text, and leaves out those that share none. Of equally fitting ones the newest
 * comes first; without a text, age alone decides.
 *
 * A word weighs the more the fewer notes have it (inverse document frequency, Spärck Jones 1972). Deterministic; for memory stores that have no
 * search of their own.
 *
 * @param words - Any text; letters and digits in a row are a word, whatever their case.
 * @public
 */
export function rankNotes(notes: readonly MemoryNote[], words: string): readonly MemoryNote[] {
  const asked = wordsOf(words.slice(0, QUERY_LENGTH));
  const said = notes.map((note) => wordsOf([note.projectName, note.task, note.result, ...note.tags, ...note.problems].join(' ')));
  const frequency = new Map<string, number>();
  for (const word of asked) frequency.set(word, said.filter((own) => own.has(word)).length);
  const scored = notes.map((note, index) => {
    let score = 0;
    for (const word of asked) if (said[index]!.has(word)) score += Math.log(1 + notes.length / frequency.get(word)!);
    return { note, score };
  });
  return scored
    .filter(({ score }) => score > 0 || asked.size === 0)
    .sort((one, other) => other.score - one.score || compareByAge(one.note, other.note))
    .map(({ note }) => note);
}

function compareByAge(one: MemoryNote, other: MemoryNote): number {
  if (one.writtenAt !== other.writtenAt) return one.writtenAt > other.writtenAt ? -1 : 1;
  // Two notes of one moment: their order must not hang on how they were listed.
  const [first, second] = [JSON.stringify([one.projectId, one.taskId]), JSON.stringify([other.projectId, other.taskId])];
  return first < second ? -1 : first > second ? 1 : 0;
}

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
