import { access, readdir } from 'node:fs/promises';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';

/**
 * A file that the set-up script of the repository fetched for this user, of its newest version, or null.
 *
 * @param name - Of the file; it lies in a folder of its own, named after it, its version and its hash.
 */
export async function findInCache(name: string): Promise<string | null> {
  const { KAMACHIQ_CACHE, XDG_CACHE_HOME } = process.env;
  const caches = platform() === 'darwin' ? join(homedir(), 'Library', 'Caches') : XDG_CACHE_HOME || join(homedir(), '.cache');
  const cache = KAMACHIQ_CACHE || join(caches, 'kamachiq');
  const folders = await readdir(cache).catch(() => []);
  const files = folders
    .filter((folder) => folder.startsWith(`${name}-`))
    .sort(byVersion)
    .map((folder) => join(cache, folder, name));
  // What is in a folder says whose it is: `temporal-test-server-…` holds no `temporal`.
  const there = await Promise.all(files.map((file) => access(file).then(always, never)));
  return files.findLast((_, index) => there[index]) ?? null;
}

/** 1.9 comes before 1.10. */
const byVersion = new Intl.Collator('en', { numeric: true }).compare;

const always = () => true;
const never = () => false;
