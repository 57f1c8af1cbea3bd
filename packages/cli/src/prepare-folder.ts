import { mkdir, mkdtemp, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { usageError } from './usage-error.js';

/**
 * Makes sure that a folder is there and can be written, before any work is done for it.
 *
 * @returns What takes away again whatever was made and is still empty.
 * @throws KamachiqError `cli.unwritable`
 */
export async function prepareFolder(path: string): Promise<() => Promise<void>> {
  const folder = resolve(path);
  const made: string[] = [];
  const undo = async () => {
    // One that holds something by now stays, and so do those above it.
    for (const empty of made.toReversed()) await rmdir(empty).catch(() => undefined);
  };
  try {
    await makeFolder(folder, made);
    // Permissions alone don't tell: a file system can be read-only or full.
    await rmdir(await mkdtemp(join(folder, '.writable-')));
  } catch (cause) {
    await undo();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw usageError('unwritable', `Expected to write ${folder}, got ${reason}.`, 'Free disk space, or name a folder that can be written.', cause);
  }
  return undo;
}

/**
 * Does work in a folder that is there and can be written, and takes away again what was made for it and is still empty.
 *
 * @throws KamachiqError `cli.unwritable`, and what the work throws
 */
export async function inPreparedFolder<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  const undo = await prepareFolder(path);
  return work().finally(undo);
}

/** Not Node's own recursion: that never ends where a folder exists and nothing can be made in it, as in /proc. */
async function makeFolder(folder: string, made: string[]): Promise<void> {
  if (await isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) await makeFolder(parent, made);
  await mkdir(folder);
  made.push(folder);
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
