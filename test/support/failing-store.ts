import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactReference, ArtifactStore } from 'kamachiq';
import { FilesystemArtifactStore } from 'kamachiq/worker';

/** What happens to the folder of a store, right before one of its operations. */
export type StoreFault = 'unreachable' | 'damaged' | 'lost';

/** An operation of a store, as it was asked for. */
export interface StoreOperation {
  readonly kind: 'put' | 'get';
  readonly sha256: string;
  readonly bytes: number;
  /** The code of its error; null when it went well. */
  readonly failedWith: string | null;
}

/**
 * A store in a folder to whose files something really happens at chosen operations, counted from 0 as they begin: the folder is out of reach for the
 * operation, a byte of the content is flipped before it is read, or its file is gone.
 */
export class FailingStore implements ArtifactStore {
  readonly specificationVersion = 1;
  readonly operations: StoreOperation[] = [];
  readonly #folder: string;
  readonly #store: FilesystemArtifactStore;
  readonly #faultAt: (index: number, kind: 'put' | 'get') => StoreFault | null;
  #begun = 0;
  /** One after the other: a fault hits the operation that it is meant for, and no other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(folder: string, faultAt: (index: number, kind: 'put' | 'get') => StoreFault | null) {
    this.#folder = folder;
    this.#store = new FilesystemArtifactStore(folder);
    this.#faultAt = faultAt;
  }

  doPut(content: Uint8Array, mediaType: string): Promise<ArtifactReference> {
    return this.#inTurn('put', '', () => this.#store.doPut(content, mediaType), content.byteLength);
  }

  doGet(reference: ArtifactReference): Promise<Uint8Array> {
    return this.#inTurn('get', reference.sha256, () => this.#store.doGet(reference), reference.bytes);
  }

  #inTurn<Result>(kind: 'put' | 'get', sha256: string, act: () => Promise<Result>, bytes: number): Promise<Result> {
    const turn = this.#turn.then(async () => {
      const mend = await this.#spoil(this.#faultAt(this.#begun++, kind), sha256);
      const failed = await act().then(
        (result) => ({ result, code: null }),
        (error: { readonly code?: string }) => ({ error, code: error.code ?? 'unknown' }),
      );
      await mend();
      this.operations.push({ kind, sha256, bytes, failedWith: failed.code });
      if ('error' in failed) throw failed.error;
      return failed.result;
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** @returns what undoes it, as far as time would */
  async #spoil(fault: StoreFault | null, sha256: string): Promise<() => Promise<void>> {
    const path = join(this.#folder, sha256.slice(0, 2), sha256);
    if (fault === 'damaged') {
      const content = await readFile(path);
      content[content.length >> 1]! ^= 1;
      await writeFile(path, content);
    }
    if (fault === 'lost') await rm(path);
    if (fault !== 'unreachable') return async () => undefined;
    const away = `${this.#folder}.away`;
    const there = await rename(this.#folder, away).then(
      () => true,
      () => false,
    );
    // Where a file is, no folder can be made or looked into.
    await writeFile(this.#folder, '');
    return async () => {
      await rm(this.#folder);
      if (there) await rename(away, this.#folder);
    };
  }
}
