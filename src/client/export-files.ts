import type { ArtifactReference, ArtifactStore } from '../ports/artifact-store.js';
import type { ManifestFile } from '../worker/file-manifest.js';
import { readManifest } from './read-manifest.js';
import { writeFolder } from './write-folder.js';

/**
 * Writes exactly the files of a manifest into a folder, such as those that a review is about. The folder appears whole or not at all.
 *
 * @param folder - Must not exist yet.
 * @returns The files that were written.
 * @throws KamachiqError `export.exists`, `export.unsafe-path`, `export.invalid-manifest`, `export.unwritable`; ArtifactError
 *
 * @public
 */
export async function exportFiles(manifest: ArtifactReference, artifacts: ArtifactStore, folder: string): Promise<readonly ManifestFile[]> {
  const files = await readManifest(manifest, artifacts);
  await writeFolder(
    folder,
    files.map(({ path, content }) => ({ path, read: () => artifacts.doGet(content) })),
  );
  return files;
}
