import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ArtifactError } from '../errors/artifact-error.js';
import type { ArtifactReference, ArtifactStore } from '../ports/artifact-store.js';

/**
 * Keeps contents as files named after their SHA-256 in one folder, which several workers may share.
 *
 * A content is written beside its place, flushed and renamed into it, so that a reader sees all of it or nothing; every read is verified.
 *
 * @public
 */
export class FilesystemArtifactStore implements ArtifactStore {
  readonly specificationVersion = 1;
  readonly #folder: string;

  /** @param folder - Made when the first content is stored. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async doPut(content: Uint8Array, mediaType: string): Promise<ArtifactReference> {
    const sha256 = createHash('sha256').update(content).digest('hex');
    const reference = { sha256, bytes: content.byteLength, mediaType };
    const path = this.#path(sha256);
    const known = await stat(path).catch(() => null);
    if (known?.size === content.byteLength) return reference;
    const temporary = `${path}.${randomUUID()}`;
    try {
      await mkdir(dirname(path), { recursive: true });
      const file = await open(temporary, 'wx');
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (cause) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw new ArtifactError({
        code: 'artifact.unwritable',
        message: `Expected to store ${content.byteLength} bytes in ${this.#folder}, got ${cause instanceof Error ? cause.message : String(cause)}.`,
        remedy: 'Free disk space, or let the worker write to the folder.',
        cause,
      });
    }
    return reference;
  }

  async doGet({ sha256, bytes }: ArtifactReference): Promise<Uint8Array> {
    let content: Uint8Array;
    try {
      content = await readFile(this.#path(sha256));
    } catch (cause) {
      throw new ArtifactError({
        code: 'artifact.missing',
        message: `Expected a content ${sha256} in ${this.#folder}, got none.`,
        remedy: 'Use the store that the project was run with.',
        cause,
      });
    }
    const got = createHash('sha256').update(content).digest('hex');
    if (got !== sha256) {
      throw new ArtifactError({
        code: 'artifact.corrupted',
        message: `Expected ${bytes} bytes with SHA-256 ${sha256}, got ${content.byteLength} with ${got}.`,
        remedy: 'Restore the folder from a backup, or delete the file and run the task again.',
      });
    }
    return content;
  }

  #path(sha256: string): string {
    // References arrive from outside: only a hash may become a part of a path.
    if (!/^[0-9a-f]{64}$/.test(sha256)) {
      throw new ArtifactError({
        code: 'artifact.missing',
        message: `Expected 64 hexadecimal digits, got ${JSON.stringify(String(sha256).slice(0, 80))}.`,
        remedy: 'Pass a reference that a store gave.',
      });
    }
    return join(this.#folder, sha256.slice(0, 2), sha256);
  }
}
