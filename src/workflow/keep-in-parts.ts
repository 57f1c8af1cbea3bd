import type { ArtifactReference } from '../ports/artifact-store.js';
import { callActivity } from './activity-proxies.js';

/** Characters of a part: even where each takes three bytes, or is a quote, it can be carried. */
const PART_CHARACTERS = 500_000;

/** Stores a text that may be too much to be carried at once. @returns Its parts in order. */
export async function keepInParts(summary: string, text: string): Promise<readonly ArtifactReference[]> {
  const parts: ArtifactReference[] = [];
  for (let start = 0; start < text.length; ) {
    let end = start + PART_CHARACTERS;
    // A character that takes two units must not be cut in half: each half alone is no text.
    if (/[\ud800-\udbff]/.test(text[end - 1] ?? '')) end -= 1;
    parts.push(await callActivity('keepText', `${summary}, part ${parts.length + 1}`, { text: text.slice(start, end) }));
    start = end;
  }
  return parts;
}
