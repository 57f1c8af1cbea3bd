import { join } from 'node:path';
import type { ArtifactReference, ArtifactStore } from '../ports/artifact-store.js';
import type { ProjectResult } from '../workflow/project-types.js';
import { readManifest } from './read-manifest.js';
import { writeFolder } from './write-folder.js';

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
 * @throws KamachiqError `export.exists`, `export.unsafe-path`, `export.invalid-manifest`, `export.unwritable`; ArtifactError
 *
 * @public
 */
export async function exportProject(
  { manifest, report }: Pick<ProjectResult, 'manifest' | 'report'>,
  artifacts: ArtifactStore,
  folder: string,
): Promise<ExportedProject> {
  const files = await readManifest(manifest, artifacts);
  const of = (path: string, content: ArtifactReference) => ({ path, read: () => artifacts.doGet(content) });
  await writeFolder(
    folder,
    [
      ...files.map(({ path, content }) => of(join('project', path), content)),
      of('report.json', report.json),
      of('report.md', report.markdown),
      of('report.html', report.html),
    ],
    ['project'],
  );
  return {
    project: join(folder, 'project'),
    report: { json: join(folder, 'report.json'), markdown: join(folder, 'report.md'), html: join(folder, 'report.html') },
  };
}
