import { statfs } from 'node:fs/promises';
import { SetupError } from './setup-error.mjs';

const megabytes = (bytes) => `${Math.ceil(bytes / 1e6)} MB`;

/**
 * Turns what the file system says into one clear line about the cache folder; anything else comes back unchanged.
 *
 * @param {unknown} error
 * @param {string} directory - The folder that was being written.
 */
export function describeFileSystemError(error, directory) {
  const { code, syscall = '' } = /** @type {NodeJS.ErrnoException} */ (error ?? {});
  // A firewall or a program that may not be started speaks with the same codes.
  if (/^(spawn|connect|getaddrinfo)/.test(syscall)) return error;
  const elsewhere = 'Set KAMACHIQ_CACHE to a folder that you may write and that has 400 MB free.';
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new SetupError(`The disk is full (${code}): ${directory} could not be written.`, { remedy: elsewhere, cause: error });
  // Node reports a recursive mkdir on a read-only disk as ENOENT.
  const notMade = code === 'ENOENT' && syscall === 'mkdir';
  if (notMade || code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EEXIST') {
    return new SetupError(`The cache folder ${directory} can't be written (${code}).`, { remedy: elsewhere, cause: error });
  }
  return error;
}

/**
 * Refuses before the first byte is fetched when the disk can't hold what is coming.
 *
 * @param {string} directory - An existing folder on the disk in question.
 * @param {number} neededBytes
 * @throws {SetupError} With what is needed and what is free.
 */
export async function requireFreeSpace(directory, neededBytes) {
  const { bavail, bsize } = await statfs(directory);
  const freeBytes = bavail * bsize;
  if (freeBytes >= neededBytes) return;
  throw new SetupError(`The disk is too full: ${directory} has ${megabytes(freeBytes)} free, ${megabytes(neededBytes)} are needed.`, {
    remedy: 'Free some space, or set KAMACHIQ_CACHE to a folder on another disk.',
  });
}
