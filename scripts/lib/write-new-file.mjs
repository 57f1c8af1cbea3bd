import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/**
 * Writes a stream to a file that must not exist yet, and tells what was written. The caller owns the file and removes it on failure.
 *
 * A plain loop on purpose: `stream.pipeline` of Node 26 can wait for ever when the last of three streams fails to open its file.
 *
 * @param {AsyncIterable<Uint8Array>} source
 * @param {string} destination
 * @param {{ limitBytes: number, describeExcess: () => Error, onProgress?: (bytes: number) => void, signal?: AbortSignal | undefined }} options
 *   No byte beyond `limitBytes` is written: the source is left and `describeExcess` thrown.
 * @returns {Promise<{ sha256: string, bytes: number }>}
 */
export async function writeNewFile(source, destination, { limitBytes, describeExcess, onProgress = () => {}, signal }) {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(destination, 'wx');
  try {
    for await (const chunk of source) {
      signal?.throwIfAborted();
      bytes += chunk.length;
      if (bytes > limitBytes) throw describeExcess();
      hash.update(chunk);
      await file.writeFile(chunk);
      onProgress(bytes);
    }
  } finally {
    await file.close();
  }
  return { sha256: hash.digest('hex'), bytes };
}
