import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describeTransferError, openAddress, TransferError } from './open-address.mjs';

/**
 * Downloads an address to a new file. Never resumes: a file that is already there is refused, because nobody knows who wrote it.
 *
 * @param {string} address
 * @param {string} destination - Must not exist. The caller owns it and removes it on failure.
 * @param {{ limitBytes: number, onProgress?: (bytes: number, totalBytes: number | undefined) => void, signal?: AbortSignal | undefined,
 *   connectTimeoutMs?: number, stallTimeoutMs?: number }} options
 * @returns {Promise<{ sha256: string, bytes: number }>}
 * @throws {TransferError} When the source can't be reached, is cut off, or sends more than `limitBytes`.
 */
export async function downloadFile(address, destination, { limitBytes, onProgress = () => {}, ...options }) {
  const { body, bytes: totalBytes } = await openAddress(address, options);
  const host = new URL(address).host;
  const hash = createHash('sha256');
  let bytes = 0;
  const meter = new Transform({
    transform(chunk, _encoding, done) {
      bytes += chunk.length;
      if (bytes > limitBytes) return done(new TransferError(`${host} sent more than ${limitBytes} bytes`));
      hash.update(chunk);
      onProgress(bytes, totalBytes);
      done(null, chunk);
    },
  });
  try {
    await pipeline(body, meter, createWriteStream(destination, { flags: 'wx' }), { signal: options.signal });
  } catch (error) {
    throw options.signal?.aborted ? error : describeTransferError(error, host);
  }
  if (totalBytes !== undefined && bytes !== totalBytes) throw new TransferError(`${host} sent ${bytes} of ${totalBytes} bytes`);
  return { sha256: hash.digest('hex'), bytes };
}

/**
 * Reads a short text from an address.
 *
 * @param {string} address
 * @param {{ limitBytes: number, accept?: string, signal?: AbortSignal | undefined, connectTimeoutMs?: number, stallTimeoutMs?: number }} options
 * @returns {Promise<{ text: string, address: string, contentType: string }>} `address` is where it was found after redirects.
 * @throws {TransferError}
 */
export async function downloadText(address, { limitBytes, ...options }) {
  const { body, address: found } = await openAddress(address, options);
  const host = new URL(address).host;
  const chunks = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > limitBytes) throw new TransferError(`${host} sent more than ${limitBytes} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw options.signal?.aborted ? error : describeTransferError(error, host);
  }
  return { text: Buffer.concat(chunks).toString('utf8'), address: found, contentType: body.headers['content-type'] ?? '' };
}
