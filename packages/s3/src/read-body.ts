/**
 * Reads what a server sends, and no more than there may be.
 *
 * @param body - A stream of Node, as the client hands it over; none for an empty content.
 * @param options - `most` bytes are read, what comes after is left; the signal ends the read, also where nothing more comes.
 * @throws what the stream throws, and the signal's reason
 */
export async function readBody(body: unknown, { most, signal }: { readonly most: number; readonly signal: AbortSignal }): Promise<Uint8Array> {
  if (body === undefined) return new Uint8Array();
  const stream = body as AsyncIterable<Uint8Array> & { destroy(error?: Error): void };
  const onAbort = () => stream.destroy(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes >= most) break;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  return Buffer.concat(chunks);
}
