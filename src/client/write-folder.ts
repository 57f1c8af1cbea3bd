import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { KamachiqError } from '../errors/kamachiq-error.js';

/**
 * Makes a folder with files. They are written beside it first and renamed into place, so that it appears whole or not at all.
 *
 * @param folder - Must not exist yet.
 * @param files - Paths were found to stay inside the folder.
 * @param folders - Made also where no file lies in them.
 * @throws KamachiqError `export.exists`, `export.unwritable`, and what reading a content throws
 */
export async function writeFolder(folder: string, files: readonly FileToWrite[], folders: readonly string[] = []): Promise<void> {
  const target = resolve(folder);
  const temporary = `${target}.${randomUUID()}`;
  try {
    for (const path of ['', ...folders]) await mkdir(join(temporary, path), { recursive: true });
    for (const { path, read } of files) {
      const file = join(temporary, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, await read());
    }
    // A rename alone would take the place of an empty folder that somebody made for something else.
    await mkdir(target).catch((cause: unknown) => {
      throw isTaken(cause) ? taken(folder, cause) : cause;
    });
    await rename(temporary, target).catch(async (cause: unknown) => {
      await rmdir(target).catch(() => undefined);
      throw isTaken(cause) ? taken(folder, cause) : cause;
    });
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw KamachiqError.isInstance(error) ? error : unwritable(folder, error);
  }
}

/** A file and where its content comes from, so that not all of them are held at once. */
export interface FileToWrite {
  readonly path: string;
  readonly read: () => Promise<Uint8Array>;
}

const isTaken = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && (cause.code === 'ENOTEMPTY' || cause.code === 'EEXIST' || cause.code === 'ENOTDIR');

const taken = (folder: string, cause: unknown) =>
  new KamachiqError({
    code: 'export.exists',
    message: `Expected to write ${folder}, got something there already.`,
    remedy: 'Name a folder that does not exist yet.',
    cause,
  });

const unwritable = (folder: string, cause: unknown) =>
  new KamachiqError({
    code: 'export.unwritable',
    message: `Expected to write ${folder}, got ${cause instanceof Error ? cause.message : String(cause)}.`,
    remedy: 'Free disk space, or name a folder that can be written.',
    cause,
  });
