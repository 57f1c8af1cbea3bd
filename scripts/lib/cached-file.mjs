import { readFile, stat, writeFile } from 'node:fs/promises';
import { digestFile } from './digest.mjs';

/**
 * Whether a cached file still holds the pinned content. The size is compared every time; the hash is computed again whenever the stamp beside
 * the file does not vouch for exactly this file, and the stamp renewed.
 *
 * @param {string} path
 * @param {{ sha256: string, bytes: number }} expected
 * @param {AbortSignal} [signal]
 * @returns {Promise<'absent' | 'intact' | 'damaged'>}
 */
export async function verifyCachedFile(path, expected, signal) {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return 'absent';
  if (!found.isFile() || found.size !== expected.bytes) return 'damaged';
  const stamp = await readFile(`${path}.stamp`, 'utf8').catch(() => '');
  if (stamp === describeStamp(expected.sha256, found)) return 'intact';
  if ((await digestFile(path, signal)) !== expected.sha256) return 'damaged';
  await stampCachedFile(path, expected.sha256);
  return 'intact';
}

/**
 * Vouches for a file whose hash was just computed, so that the next run needn't.
 *
 * @param {string} path
 * @param {string} sha256
 */
export async function stampCachedFile(path, sha256) {
  // A read-only cache that somebody prepared is fine: it only costs the hash each time.
  await writeFile(`${path}.stamp`, describeStamp(sha256, await stat(path))).catch(() => {});
}

function describeStamp(sha256, found) {
  return `${sha256} ${found.size} ${found.mtimeMs}\n`;
}
