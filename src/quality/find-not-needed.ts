import type { TaskNode } from '../graph/task-node.js';
import { isWithinPath } from '../ports/project-path.js';

/**
 * Paths that nobody need have written: of tasks without success, but for those that others wrote or that the project asked for. A folder that was
 * asked for is there with any file in it.
 */
export function findNotNeeded(
  tasks: readonly Pick<TaskNode, 'id' | 'writes'>[],
  unsuccessful: readonly string[],
  deliverables: readonly string[],
): readonly string[] {
  const without = new Set(unsuccessful);
  const written = new Set(tasks.filter(({ id }) => !without.has(id)).flatMap(({ writes }) => writes));
  const missing = deliverables.filter((asked) => ![...written].some((path) => isWithinPath(path, asked)));
  const isAskedFor = (path: string) => missing.some((asked) => isWithinPath(path, asked));
  const others = tasks.filter(({ id }) => without.has(id)).flatMap(({ writes }) => writes);
  return [...new Set(others)].filter((path) => !written.has(path) && !isAskedFor(path));
}
