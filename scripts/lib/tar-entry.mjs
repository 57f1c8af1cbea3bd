import { createReadStream } from 'node:fs';
import { posix } from 'node:path';
import { createGunzip } from 'node:zlib';
import { passThrough } from './pass-through.mjs';
import { writeVerified } from './verified-writer.mjs';

const blockBytes = 512;

/**
 * Takes one regular file out of a gzipped tar archive by its base name and proves its content.
 *
 * @param {string} archive - Path of the archive.
 * @param {string} baseName - Last part of the entry's name; the first regular file of that name is taken.
 * @param {string} destination - Must not exist.
 * @param {{ sha256: string, bytes: number }} expected
 * @param {AbortSignal} [signal]
 */
export async function extractTarEntry(archive, baseName, destination, expected, signal) {
  const unpacked = passThrough(createReadStream(archive), createGunzip());
  await writeVerified(readEntry(unpacked, baseName, archive), destination, expected, signal);
}

async function* readEntry(stream, baseName, archive) {
  let buffered = Buffer.alloc(0);
  let state = /** @type {{ kind: 'header' | 'skip' | 'take', left: number }} */ ({ kind: 'header', left: 0 });
  for await (const chunk of stream) {
    buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
    while (buffered.length > 0) {
      if (state.kind === 'header') {
        if (buffered.length < blockBytes) break;
        const header = readHeader(buffered.subarray(0, blockBytes));
        buffered = buffered.subarray(blockBytes);
        const padded = Math.ceil(header.bytes / blockBytes) * blockBytes;
        if (header.isFile && posix.basename(header.name) === baseName) state = { kind: 'take', left: header.bytes };
        else state = { kind: padded === 0 ? 'header' : 'skip', left: padded };
        continue;
      }
      const part = buffered.subarray(0, Math.min(state.left, buffered.length));
      buffered = buffered.subarray(part.length);
      state.left -= part.length;
      if (state.kind === 'take') yield part;
      if (state.left > 0) continue;
      if (state.kind === 'take') return;
      state = { kind: 'header', left: 0 };
    }
  }
  throw new Error(state.kind === 'take' ? `${archive} ends inside ${baseName}` : `${archive} holds no ${baseName}`);
}

function readHeader(block) {
  const text = (start, end) => block.toString('utf8', start, end).replace(/\0.*$/s, '');
  const bytes = Number.parseInt(text(124, 136).trim() || '0', 8);
  if (!Number.isSafeInteger(bytes)) throw new Error('the tar archive has a damaged header');
  const type = text(156, 157);
  return { name: text(0, 100), bytes, isFile: type === '' || type === '0' };
}
