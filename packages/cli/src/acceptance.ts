import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CheckOutcome, type ProjectReport, type ProjectSpec, runChecks } from 'kamachiq';
import type { KamachiqPorts } from 'kamachiq/worker';

/**
 * Executes a spec's acceptance checks on the files of an exported project, read back from the disk, in a fresh sandbox.
 *
 * @param folder - The exported `project` folder.
 */
export async function checkExported(
  spec: ProjectSpec,
  report: ProjectReport,
  folder: string,
  { sandbox, projectTemplates = [] }: KamachiqPorts,
  signal: AbortSignal,
): Promise<readonly CheckOutcome[]> {
  const template = projectTemplates.find((candidate) => candidate.matches(spec));
  if (template === undefined) return [];
  const read = async ({ path, role }: ProjectReport['files'][number]) => {
    const text = await readFile(join(folder, path), 'utf8');
    return role === undefined ? { path, text } : { path, text, role };
  };
  const files = await Promise.all(report.files.map(read));
  return runChecks({ sandbox, language: template.language, files, checks: template.acceptanceChecks(spec), signal });
}
