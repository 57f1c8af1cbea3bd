import { ArtifactError } from '../errors/artifact-error.js';
import type { ArtifactReference } from './artifact-store.js';

/**
 * Compares what a store read with what was asked for, by hash.
 *
 * @throws ArtifactError `artifact.corrupted`.
 *
 * @public
 */
export function requireSameContent(reference: ArtifactReference, read: { readonly sha256: string; readonly bytes: number }): void {
  if (read.sha256 === reference.sha256) return;
  throw new ArtifactError({
    code: 'artifact.corrupted',
    message: `Expected ${reference.bytes} bytes with SHA-256 ${reference.sha256}, got ${read.bytes} with ${read.sha256}.`,
    remedy: 'Run again what made it: storing it anew makes it whole. Or restore it from a backup.',
  });
}
