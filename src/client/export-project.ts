import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { KamachiqError } from '../errors/kamachiq-error.js';
import type { ArtifactStore } from '../ports/artifact-store.js';
import { findPathProblem } from '../ports/project-path.js';
import type { FileManifest } from '../worker/project-store.js';
import type { ProjectResult } from '../workflow/project-types.js';

/** Where an export went. @public */
export interface ExportedProject {
  /** The generated files. */
  readonly project: string;
  readonly report: { readonly json: string; readonly markdown: string; readonly html: string };
}

/**
 * Writes a project's files and its report into a folder: `project/…`, `report.json`, `report.md`, `report.html`.
 *
 * Everything is written beside the folder first and renamed into place, so that it appears whole or not at all.
 *
 * @param folder - Must not exist yet.
 * @throws KamachiqError `export.exists`, `export.unsafe-path`, `export.unwritable`; ArtifactError
 *
 * @public
 */
export async function exportProject(
  { manifest, report }: Pick<ProjectResult, 'manifest' | 'report'>,
  artifacts: ArtifactStore,
  folder: string,
): Promise<ExportedProject> {
  const target = resolve(folder);
  const temporary = `${target}.${randomUUID()}`;
  const { files } = JSON.parse(new TextDecoder().decode(await artifacts.doGet(manifest))) as FileManifest;
  try {
    await mkdir(join(temporary, 'project'), { recursive: true });
    for (const { path, content } of files) {
      const problem = findPathProblem(path);
      if (problem !== null) throw unsafePath(path, problem);
      const file = join(temporary, 'project', path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, await artifacts.doGet(content));
    }
    await writeFile(join(temporary, 'report.json'), await artifacts.doGet(report.json));
    await writeFile(join(temporary, 'report.md'), await artifacts.doGet(report.markdown));
    await writeFile(join(temporary, 'report.html'), await artifacts.doGet(report.html));
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw KamachiqError.isInstance(error) ? error : unwritable(folder, error);
  }
  return {
    project: join(folder, 'project'),
    report: { json: join(folder, 'report.json'), markdown: join(folder, 'report.md'), html: join(folder, 'report.html') },
  };
}

const unsafePath = (path: string, problem: string) =>
  new KamachiqError({
    code: 'export.unsafe-path',
    message: `Expected paths inside the project, got ${JSON.stringify(path.slice(0, 80))}: ${problem}.`,
    remedy: 'The manifest was not written by kamachiq; use the one of the project.',
  });

const unwritable = (folder: string, cause: unknown) => {
  const exists = cause instanceof Error && 'code' in cause && (cause.code === 'ENOTEMPTY' || cause.code === 'EEXIST' || cause.code === 'ENOTDIR');
  return new KamachiqError({
    code: exists ? 'export.exists' : 'export.unwritable',
    message: `Expected to write ${folder}, got ${exists ? 'something there already' : cause instanceof Error ? cause.message : String(cause)}.`,
    remedy: exists ? 'Name a folder that does not exist yet.' : 'Free disk space, or name a folder that can be written.',
    cause,
  });
};
