import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/**
 * Where downloads are kept for all checkouts of this user: `KAMACHIQ_CACHE`, or the system's own place for caches.
 *
 * @param {NodeJS.ProcessEnv} [environment]
 * @param {string} [platform]
 */
export function findCacheDirectory(environment = process.env, platform = process.platform) {
  if (environment.KAMACHIQ_CACHE) return resolve(environment.KAMACHIQ_CACHE);
  // The XDG specification tells to ignore relative paths.
  if (environment.XDG_CACHE_HOME && isAbsolute(environment.XDG_CACHE_HOME)) return join(environment.XDG_CACHE_HOME, 'kamachiq');
  const home = environment.HOME || homedir();
  return platform === 'darwin' ? join(home, 'Library', 'Caches', 'kamachiq') : join(home, '.cache', 'kamachiq');
}
