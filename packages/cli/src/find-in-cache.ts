import { readdir } from 'node:fs/promises';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';

/**
 * A file that the set-up script of the repository fetched for this user, or null.
 *
 * @param name - Of the file; it lies in a folder of its own, named after it, its version and its hash.
 */
export async function findInCache(name: string): Promise<string | null> {
  const { KAMACHIQ_CACHE, XDG_CACHE_HOME } = process.env;
  const caches = platform() === 'darwin' ? join(homedir(), 'Library', 'Caches') : XDG_CACHE_HOME || join(homedir(), '.cache');
  const cache = KAMACHIQ_CACHE || join(caches, 'kamachiq');
  const folders = await readdir(cache).catch(() => []);
  // A version begins with a digit: `temporal-1.9.1-…` is one of temporal, `temporal-test-server-…` none.
  const newest = folders
    .filter((folder) => folder.startsWith(`${name}-`) && /^\d/.test(folder.slice(name.length + 1)))
    .sort()
    .at(-1);
  return newest === undefined ? null : join(cache, newest, name);
}
