import { jsonBytes } from '../ports/json-bytes.js';
import { callActivity } from './activity-proxies.js';
import type { FinalizeArchivedProject, FinalizeProjectInput, FinalizeProjectResult } from './activity-types.js';
import { keepInParts } from './keep-in-parts.js';

/** Bytes of JSON that an activity or a run may be started with: Temporal refuses 2 MiB. */
export const LARGEST_INPUT = 2_000_000;

/**
 * Has the report written. What is too much to be carried at once goes ahead in parts, and none of it is lost.
 *
 * @param archives - What runs before stored of settled tasks.
 */
export async function finalize(
  summary: string,
  input: FinalizeProjectInput,
  archives: FinalizeArchivedProject['archives'],
): Promise<FinalizeProjectResult> {
  if (archives.length === 0 && jsonBytes(input) <= LARGEST_INPUT) return callActivity('finalizeProject', summary, input);
  const parts = await keepInParts(summary, JSON.stringify(input));
  if (archives.length > 0) return callActivity('finalizeFromArchives', summary, { parts, archives });
  return callActivity('finalizeFromParts', summary, { parts });
}
