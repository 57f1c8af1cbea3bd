import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/**
 * The SHA-256 of a file, in lower-case hexadecimal.
 *
 * @param {string} path
 * @param {AbortSignal} [signal]
 */
export async function digestFile(path, signal) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash, { signal });
  return hash.digest('hex');
}
