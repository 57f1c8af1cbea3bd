import type { ArtifactReference } from '../ports/artifact-store.js';
import { callLocally } from './activity-proxies.js';
import { isCancelled } from './is-cancelled.js';

/** Bytes of JSON up to which something stays in the history, where people can read it. */
export const READABLE_BYTES = 8_000;

/**
 * Stores a text of any length beside the history, which gets its reference alone: a local activity's input is not recorded.
 *
 * @returns Null where this worker has no such activity, or the store failed: whatever else is possible is to be tried.
 */
export async function keepLocally(summary: string, text: string): Promise<ArtifactReference | null> {
  try {
    return await callLocally('keepText', summary, { text });
  } catch (error) {
    if (isCancelled()) throw error;
    return null;
  }
}
