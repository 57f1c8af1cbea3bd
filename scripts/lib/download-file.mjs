import { describeTransferError, openAddress, TransferError } from './open-address.mjs';
import { writeNewFile } from './write-new-file.mjs';

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
  const describeExcess = () => new TransferError(`${host} sent more than ${limitBytes} bytes`);
  const report = (bytes) => onProgress(bytes, totalBytes);
  let came;
  try {
    came = await writeNewFile(body, destination, { limitBytes, describeExcess, onProgress: report, signal: options.signal });
  } catch (error) {
    body.destroy();
    options.signal?.throwIfAborted();
    throw describeTransferError(error, host);
  }
  if (totalBytes !== undefined && came.bytes !== totalBytes) throw new TransferError(`${host} sent ${came.bytes} of ${totalBytes} bytes`);
  return came;
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
    options.signal?.throwIfAborted();
    throw describeTransferError(error, host);
  }
  return { text: Buffer.concat(chunks).toString('utf8'), address: found, contentType: body.headers['content-type'] ?? '' };
}
