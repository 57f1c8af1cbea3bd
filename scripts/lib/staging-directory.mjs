import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const namePattern = /^\.staging-(\d+)-/;

/**
 * Runs work in a folder of its own inside the cache and removes the folder whatever happens, so that nothing half-written is ever found under
 * a final name. Folders left by runs that were killed are removed first.
 *
 * @template T
 * @param {string} cacheDirectory
 * @param {(directory: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withStagingDirectory(cacheDirectory, work) {
  await mkdir(cacheDirectory, { recursive: true });
  await removeAbandoned(cacheDirectory);
  const directory = await mkdtemp(join(cacheDirectory, `.staging-${process.pid}-`));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function removeAbandoned(cacheDirectory) {
  for (const name of await readdir(cacheDirectory)) {
    const owner = Number(namePattern.exec(name)?.[1]);
    if (Number.isInteger(owner) && owner > 0 && !isProcessAlive(owner)) await rm(join(cacheDirectory, name), { recursive: true, force: true });
  }
}

/** @param {number} id */
export function isProcessAlive(id) {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
