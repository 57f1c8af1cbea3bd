import { isWithinPath } from '../ports/project-path.js';
import type { TaskRecord } from './activity-types.js';

/**
 * Paths that nobody need have written: of tasks without success, but for those that others wrote or that the project asked for. A folder that was
 * asked for is there with any file in it.
 */
export function findNotNeeded(records: readonly Pick<TaskRecord, 'node' | 'state'>[], deliverables: readonly string[]): readonly string[] {
  const succeeded = records.filter(({ state }) => state === 'succeeded');
  const written = new Set(succeeded.flatMap(({ node }) => node.writes));
  const missing = deliverables.filter((asked) => ![...written].some((path) => isWithinPath(path, asked)));
  const isAskedFor = (path: string) => missing.some((asked) => isWithinPath(path, asked));
  const others = records.filter(({ state }) => state !== 'succeeded').flatMap(({ node }) => node.writes);
  return [...new Set(others)].filter((path) => !written.has(path) && !isAskedFor(path));
}
