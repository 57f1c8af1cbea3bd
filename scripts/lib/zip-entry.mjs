import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInflateRaw } from 'node:zlib';
import { passThrough } from './pass-through.mjs';
import { writeVerified } from './verified-writer.mjs';

const endSignature = 0x06054b50;
const centralSignature = 0x02014b50;
const localSignature = 0x04034b50;
const stored = 0;
const deflated = 8;

/**
 * Takes one file out of a ZIP archive (a wheel is one) and proves its content. No ZIP64, no encryption: the archives used here have neither.
 *
 * @param {string} archive - Path of the archive.
 * @param {string} name - Exact name of the entry.
 * @param {string} destination - Must not exist.
 * @param {{ sha256: string, bytes: number }} expected - Of the entry, uncompressed.
 * @param {AbortSignal} [signal]
 */
export async function extractZipEntry(archive, name, destination, expected, signal) {
  const { method, dataStart, compressedBytes } = await locateEntry(archive, name);
  const data = createReadStream(archive, { start: dataStart, end: dataStart + compressedBytes - 1 });
  await writeVerified(method === deflated ? passThrough(data, createInflateRaw()) : data, destination, expected, signal);
}

async function locateEntry(archive, name) {
  const file = await open(archive, 'r');
  try {
    const { size } = await file.stat();
    const tail = await readAt(file, Math.max(0, size - 65_557), Math.min(size, 65_557));
    const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
    if (end < 0 || tail.readUInt32LE(end) !== endSignature) throw new Error(`${archive} is not a ZIP archive`);
    const directory = await readAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
    for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === centralSignature; ) {
      const nameBytes = directory.readUInt16LE(at + 28);
      const entryName = directory.toString('utf8', at + 46, at + 46 + nameBytes);
      if (entryName === name) return await readLocalHeader(file, directory, at, archive, name);
      at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    }
    throw new Error(`${archive} holds no ${name}`);
  } finally {
    await file.close();
  }
}

async function readLocalHeader(file, directory, at, archive, name) {
  const method = directory.readUInt16LE(at + 10);
  if (method !== stored && method !== deflated) throw new Error(`${name} in ${archive} is compressed by method ${method}`);
  const localStart = directory.readUInt32LE(at + 42);
  const local = await readAt(file, localStart, 30);
  if (local.readUInt32LE(0) !== localSignature) throw new Error(`${archive} is damaged at ${name}`);
  // The local header may carry other extra fields than the directory: only its own lengths lead to the data.
  const dataStart = localStart + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  return { method, dataStart, compressedBytes: directory.readUInt32LE(at + 20) };
}

async function readAt(file, position, length) {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  if (bytesRead !== length) throw new Error('the archive ends too early');
  return buffer;
}
