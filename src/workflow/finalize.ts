import type { ArtifactReference } from '../ports/artifact-store.js';
import { jsonBytes } from '../ports/json-bytes.js';
import { callActivity } from './activity-proxies.js';
import type { FinalizeProjectInput, FinalizeProjectResult } from './activity-types.js';

/** Bytes of JSON that an activity may be asked with: Temporal refuses 2 MiB. */
const LARGEST_INPUT = 2_000_000;

/** Characters of a part: even where each takes three bytes, or is a quote, it can be carried. */
const PART_CHARACTERS = 500_000;

/** Has the report written. What is too much to be carried at once goes ahead in parts, and none of it is lost. */
export async function finalize(summary: string, input: FinalizeProjectInput): Promise<FinalizeProjectResult> {
  if (jsonBytes(input) <= LARGEST_INPUT) return callActivity('finalizeProject', summary, input);
  const text = JSON.stringify(input);
  const parts: ArtifactReference[] = [];
  for (let start = 0; start < text.length; ) {
    let end = start + PART_CHARACTERS;
    // A character that takes two units must not be cut in half: each half alone is no text.
    if (/[\ud800-\udbff]/.test(text[end - 1] ?? '')) end -= 1;
    parts.push(await callActivity('keepText', `${summary}, part ${parts.length + 1}`, { text: text.slice(start, end) }));
    start = end;
  }
  return callActivity('finalizeFromParts', summary, { parts });
}
