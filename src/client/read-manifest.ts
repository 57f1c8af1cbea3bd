import { KamachiqError } from '../errors/kamachiq-error.js';
import type { ArtifactReference, ArtifactStore } from '../ports/artifact-store.js';
import { findPathProblem } from '../ports/project-path.js';
import type { FileManifest, ManifestFile } from '../worker/file-manifest.js';

/**
 * The files that a manifest names: of a project's result, or of what a review shows.
 *
 * @throws KamachiqError `export.invalid-manifest`, `export.unsafe-path`; ArtifactError
 *
 * @public
 */
export async function readManifest(manifest: ArtifactReference, artifacts: ArtifactStore): Promise<readonly ManifestFile[]> {
  const files = parse(await artifacts.doGet(manifest));
  for (const { path } of files) {
    const problem = findPathProblem(path);
    if (problem !== null) throw unsafePath(path, problem);
  }
  return files;
}

function parse(content: Uint8Array): readonly ManifestFile[] {
  try {
    const { files } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content)) as FileManifest;
    if (Array.isArray(files) && files.every(looksLikeFile)) return files;
  } catch {
    // Told below, as everything else that is no manifest.
  }
  throw new KamachiqError({
    code: 'export.invalid-manifest',
    message: 'Expected a manifest of files, got another content.',
    remedy: 'Pass the manifest of a project\u2019s result or of a review.',
  });
}

const looksLikeFile = (value: unknown): boolean => {
  const { path, content, madeBy } = (value ?? {}) as Partial<ManifestFile>;
  return typeof path === 'string' && typeof content?.sha256 === 'string' && typeof madeBy?.kind === 'string';
};

const unsafePath = (path: string, problem: string) =>
  new KamachiqError({
    code: 'export.unsafe-path',
    message: `Expected paths inside the project, got ${JSON.stringify(path.slice(0, 80))}: ${problem}.`,
    remedy: 'The manifest was not written by kamachiq; use the one of the project.',
  });
