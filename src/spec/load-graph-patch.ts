import { InvalidInputError } from '../errors/invalid-input-error.js';
import type { GraphPatch } from '../graph/run/graph-patch.js';
import { parseGraphPatch } from './parse-graph-patch.js';
import { readTextFile } from './read-text-file.js';
import { showLine } from './show-input.js';

/**
 * Reads a change of a plan from a UTF-8 file, YAML or JSON, of at most 1 MiB.
 *
 * @throws InvalidInputError `spec.invalid` with all findings at once, also where the file is missing or can't be read.
 * @public
 */
export async function loadGraphPatch(path: string): Promise<GraphPatch> {
  const parsed = parseGraphPatch(await readTextFile(path));
  if (!parsed.ok) throw new InvalidInputError(showLine(path), parsed.findings, 'spec.invalid');
  return parsed.patch;
}
