import { writeNewFile } from './write-new-file.mjs';

/** What came is not what was pinned. The file is unusable, wherever it came from. */
export class ContentMismatchError extends Error {
  name = 'ContentMismatchError';
}

/**
 * Compares what was written with what is pinned.
 *
 * @param {{ sha256: string, bytes: number }} came
 * @param {{ sha256: string, bytes: number }} expected
 * @throws {ContentMismatchError}
 */
export function requireContent(came, expected) {
  if (came.bytes !== expected.bytes) throw new ContentMismatchError(`expected ${expected.bytes} bytes, ${came.bytes} came`);
  if (came.sha256 !== expected.sha256) throw new ContentMismatchError(`expected sha256 ${expected.sha256}, ${came.sha256} came`);
}

/**
 * Writes a stream to a new file and proves that it holds exactly the pinned content. The caller owns the file and removes it on failure.
 *
 * @param {AsyncIterable<Uint8Array>} source
 * @param {string} destination - Must not exist.
 * @param {{ sha256: string, bytes: number }} expected
 * @param {AbortSignal} [signal]
 * @throws {ContentMismatchError} When size or hash differ; a longer stream is left at the first byte too many.
 */
export async function writeVerified(source, destination, expected, signal) {
  const describeExcess = () => new ContentMismatchError(`expected ${expected.bytes} bytes, more came`);
  requireContent(await writeNewFile(source, destination, { limitBytes: expected.bytes, describeExcess, signal }), expected);
}
