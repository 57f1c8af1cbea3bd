import { mkdir, mkdtemp, rmdir } from 'node:fs/promises';
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
  let first: string | undefined;
  const undo = async () => {
    for (let made = folder; first !== undefined && made.length >= first.length; made = dirname(made)) {
      // One that holds something by now stays, and so do those above it.
      const gone = await rmdir(made).then(
        () => true,
        () => false,
      );
      if (!gone) return;
    }
  };
  try {
    first = await mkdir(folder, { recursive: true });
    // Permissions alone don't tell: a file system can be read-only or full.
    await rmdir(await mkdtemp(join(folder, '.writable-')));
  } catch (cause) {
    await undo();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw usageError('unwritable', `Expected to write ${folder}, got ${reason}.`, 'Free disk space, or name a folder that can be written.', cause);
  }
  return undo;
}
