import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ArtifactError } from '../errors/artifact-error.js';
import type { ArtifactReference, ArtifactStore, SweepOptions, SweptArtifacts } from '../ports/artifact-store.js';
import { requireArtifactHash } from '../ports/require-artifact-hash.js';
import { requireSameContent } from '../ports/require-same-content.js';
import { replaceFile } from './replace-file.js';
import { sweepFolder } from './sweep-folder.js';

/**
 * Keeps contents as files named after their SHA-256 in one folder, which several workers may share.
 *
 * A content is written beside its place, flushed and renamed into it, so that a reader sees all of it or nothing; every read is verified. One that
 * is put again is verified too, and written anew where it was damaged; the damaged file stays beside it, named `.damaged-` and more, for whoever looks for the cause.
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
    const reference = { sha256: hash(content), bytes: content.byteLength, mediaType };
    const path = this.#path(reference.sha256);
    if (await renew(path, reference.sha256)) return reference;
    try {
      await mkdir(dirname(path), { recursive: true });
      await replaceFile(path, content);
    } catch (cause) {
      throw this.#unwritable(`to store ${content.byteLength} bytes`, cause);
    }
    return reference;
  }

  async doGet(reference: ArtifactReference): Promise<Uint8Array> {
    const sha256 = requireArtifactHash(reference);
    const content = await readFile(this.#path(sha256)).catch((cause: unknown) => {
      throw this.#notRead(sha256, cause);
    });
    requireSameContent(reference, { sha256: hash(content), bytes: content.byteLength });
    return content;
  }

  /** Removes damaged copies and what killed writers left as well, once they are as old; neither is counted. */
  async doSweep(before: Date, { dryRun = false }: SweepOptions = {}): Promise<SweptArtifacts> {
    try {
      return await sweepFolder(this.#folder, before, { dryRun });
    } catch (cause) {
      throw this.#unwritable('to remove old contents', cause);
    }
  }

  #path(sha256: string): string {
    return join(this.#folder, sha256.slice(0, 2), sha256);
  }

  #unwritable(what: string, cause: unknown): ArtifactError {
    return new ArtifactError({
      code: 'artifact.unwritable',
      message: `Expected ${what} in ${this.#folder}, got ${cause instanceof Error ? cause.message : String(cause)}.`,
      remedy: 'Free disk space, or let the worker write to the folder.',
      cause,
    });
  }

  #notRead(sha256: string, cause: unknown): ArtifactError {
    if ((cause as { readonly code?: unknown }).code === 'ENOENT') {
      return new ArtifactError({
        code: 'artifact.missing',
        message: `Expected a content ${sha256} in ${this.#folder}, got none.`,
        remedy: 'Use the store that the project was run with.',
        cause,
      });
    }
    return new ArtifactError({
      code: 'artifact.unreadable',
      message: `Expected to read ${sha256} in ${this.#folder}, got ${cause instanceof Error ? cause.message : String(cause)}.`,
      remedy: 'Let the worker read the folder.',
      cause,
    });
  }
}

/** Makes a content that is there and whole one that was put just now. False where it must be written. */
async function renew(path: string, sha256: string): Promise<boolean> {
  const known = await readFile(path).catch(() => null);
  if (known === null) return false;
  if (hash(known) !== sha256) {
    // A second name rather than a new one: readers must not find the place empty. Where it can't be had, the content matters more.
    await link(path, `${path}.damaged-${randomUUID()}`).catch(() => undefined);
    return false;
  }
  const now = new Date();
  // Fails where a sweep has just taken the file, or it belongs to another user: it is written anew.
  return utimes(path, now, now).then(
    () => true,
    () => false,
  );
}

const hash = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
