/**
 * Reads a stream through a transform, such as a decompressor, and closes both whatever happens to the reader.
 *
 * @param {import('node:stream').Readable} source
 * @param {import('node:stream').Transform} transform
 * @returns {AsyncGenerator<Buffer>}
 */
export async function* passThrough(source, transform) {
  // pipe alone leaves the transform waiting when the source fails.
  source.on('error', (error) => transform.destroy(error));
  source.pipe(transform);
  try {
    yield* transform;
  } finally {
    source.destroy();
    transform.destroy();
  }
}
