import type { ProjectSpec } from '../planning/project-spec.js';
import { parseProjectSpec } from './parse-project-spec.js';
import { readTextFile } from './read-text-file.js';
import { showLine } from './show-input.js';

/**
 * Reads a project spec from a UTF-8 file of at most 1 MiB; size and kind of the file are checked before anything is read.
 *
 * @throws InvalidInputError `spec.invalid` with all findings at once, also where the file is missing or can't be read.
 * @public
 */
export async function loadProjectSpec(path: string): Promise<ProjectSpec> {
  return parseProjectSpec(await readTextFile(path), { subject: showLine(path) });
}
