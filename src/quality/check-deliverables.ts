import { isWithinPath } from '../ports/project-path.js';
import type { SourceFile } from '../ports/source-file.js';
import type { CheckOutcome } from './check.js';

/** Most paths that are named: a person reads them. */
const NAMED = 20;

/**
 * The failed check of a project that lacks what was asked for by name, however good the rest is; nothing where all is there. A folder is there with
 * any file in it, and an empty file is none.
 */
export function checkDeliverables(deliverables: readonly string[], files: readonly SourceFile[]): readonly CheckOutcome[] {
  const missing = deliverables.filter((asked) => !files.some(({ path, text }) => isWithinPath(path, asked) && text.trim() !== ''));
  if (missing.length === 0) return [];
  const named = missing.slice(0, NAMED).join(', ');
  const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : '';
  const seen = `lacks ${named}${more}`;
  return [{ id: 'deliverables', description: 'what the project asked for is there', passed: false, seen, structural: true }];
}
