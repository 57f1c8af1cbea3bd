import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What came is not what was pinned. The file is unusable, wherever it came from. */
export class ContentMismatchError extends Error {
  name = 'ContentMismatchError';
}

/**
 * Writes a stream to a new file and proves that it holds exactly the pinned content. The caller owns the file and removes it on failure.
 *
 * @param {NodeJS.ReadableStream} source
 * @param {string} destination - Must not exist.
 * @param {{ sha256: string, bytes: number }} expected
 * @param {{ signal?: AbortSignal | undefined, through?: readonly NodeJS.ReadWriteStream[], onProgress?: (bytes: number) => void }} [options]
 * @throws {ContentMismatchError} When size or hash differ; a longer stream is cut off at the first byte too many.
 */
export async function writeVerified(source, destination, expected, { signal, through = [], onProgress = () => {} } = {}) {
  const hash = createHash('sha256');
  let bytes = 0;
  const meter = new Transform({
    transform(chunk, _encoding, done) {
      bytes += chunk.length;
      if (bytes > expected.bytes) return done(new ContentMismatchError(`expected ${expected.bytes} bytes, more came`));
      hash.update(chunk);
      onProgress(bytes);
      done(null, chunk);
    },
  });
  await pipeline([source, ...through, meter, createWriteStream(destination, { flags: 'wx' })], { signal });
  if (bytes !== expected.bytes) throw new ContentMismatchError(`expected ${expected.bytes} bytes, ${bytes} came`);
  const sha256 = hash.digest('hex');
  if (sha256 !== expected.sha256) throw new ContentMismatchError(`expected sha256 ${expected.sha256}, ${sha256} came`);
}
