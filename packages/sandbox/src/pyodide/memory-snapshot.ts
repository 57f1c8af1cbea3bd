import { createHash, randomUUID } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { assetFile } from '../asset-file.js';
import { ANSWERS } from '../interpreter.js';
import { findPyodide, type PyodideLaunch, spawnPyodide } from './launch-pyodide.js';

const LARGEST_SNAPSHOT = 256 * 1024 * 1024;
const SMALLEST_SNAPSHOT = 1024 * 1024;

/** Milliseconds after which a snapshot that nobody started from is nobody's any more: a process at work marks its own far more often. */
const UNUSED_AFTER = 24 * 60 * 60 * 1000;
const MARK_EVERY = 60 * 60 * 1000;

/** Where snapshots are kept unless the host says otherwise: `KAMACHIQ_CACHE`, or the user's cache folder. */
export function defaultCacheFolder(): string {
  const { KAMACHIQ_CACHE: own, XDG_CACHE_HOME: shared } = process.env;
  if (own) return path.resolve(own, 'pyodide');
  if (shared && path.isAbsolute(shared)) return path.join(shared, 'kamachiq', 'pyodide');
  return path.join(homedir(), ...(process.platform === 'darwin' ? ['Library', 'Caches'] : ['.cache']), 'kamachiq', 'pyodide');
}

/**
 * The memory of a Pyodide that has loaded and imported what the runner needs: starting from it takes a tenth of the time.
 *
 * Made once for each version of Pyodide, Node and the runner, by a process as sealed as any other and before it saw any generated code; kept with a
 * digest beside it and read only when that agrees. Those of other versions are removed once nobody has used them for a day.
 *
 * @returns Its file, or null where none can be made or kept: then every process loads by itself, which is only slower.
 */
export async function prepareSnapshot(launch: PyodideLaunch, cacheFolder: string): Promise<string | null> {
  try {
    const file = path.join(cacheFolder, await nameSnapshot(launch));
    await removeUnused(cacheFolder, file);
    if (await isIntact(file)) {
      await markUsed(file);
      return file;
    }
    await mkdir(cacheFolder, { recursive: true, mode: 0o700 });
    const snapshot = await makeSnapshot(launch);
    if (snapshot === null) return null;
    await writeAtomically(file, snapshot);
    await writeAtomically(digestFile(file), Buffer.from(digestOf(snapshot)));
    return file;
  } catch {
    return null;
  }
}

/** Removes a snapshot that did not start. */
export async function discardSnapshot(file: string): Promise<void> {
  await Promise.all([file, digestFile(file)].map((old) => rm(old, { force: true }).catch(() => undefined)));
}

/** Tells other processes that a snapshot is in use: its file's time says when last. Writes at most once an hour. */
export async function markUsed(file: string): Promise<void> {
  try {
    const now = Date.now();
    if (now - (await stat(file)).mtimeMs > MARK_EVERY) await utimes(file, now / 1000, now / 1000);
  } catch {
    // It is gone, or not ours to mark; whoever reads it next will find out.
  }
}

/** Removes what other versions left in the folder: only files of our own names, and only those that nobody has marked for a day. */
async function removeUnused(folder: string, ours: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const file = path.join(folder, name);
    if (!/^pyodide-[\w.+-]+\.snapshot(?:\.sha256)?(?:\.[\w-]+\.draft)?$/.test(name) || file === ours || file === digestFile(ours)) continue;
    // A digest is as old as the making of its snapshot, however lately that was used.
    const used = await stat(file.endsWith('.sha256') ? file.slice(0, -'.sha256'.length) : file).catch(() => stat(file).catch(() => null));
    if (used !== null && used.mtimeMs < Date.now() - UNUSED_AFTER) await rm(file, { force: true }).catch(() => undefined);
  }
}

async function nameSnapshot({ node }: PyodideLaunch): Promise<string> {
  const sources = await Promise.all([readFile(assetFile('runner.py')), readFile(assetFile('pyodide-child.mjs'))]);
  const key = digestOf(Buffer.concat(sources)).slice(0, 16);
  return `pyodide-${findPyodide().version}-node-${node.version}-${process.arch}-${key}.snapshot`;
}

async function isIntact(file: string): Promise<boolean> {
  try {
    const [snapshot, digest] = await Promise.all([readFile(file), readFile(digestFile(file), 'utf8')]);
    return snapshot.length >= SMALLEST_SNAPSHOT && digestOf(snapshot) === digest;
  } catch {
    return false;
  }
}

function makeSnapshot(launch: PyodideLaunch): Promise<Buffer | null> {
  const child = spawnPyodide({ ...launch, snapshotFile: null }, 'make-snapshot');
  const chunks: Buffer[] = [];
  let size = 0;
  (child.stdio[ANSWERS] as Readable).on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > LARGEST_SNAPSHOT) child.kill('SIGKILL');
  });
  child.stderr?.resume();
  return new Promise((resolve) => {
    child.on('error', () => resolve(null));
    child.on('close', (code) => resolve(code === 0 && size >= SMALLEST_SNAPSHOT ? Buffer.concat(chunks) : null));
  });
}

async function writeAtomically(file: string, content: Buffer): Promise<void> {
  const draft = `${file}.${randomUUID()}.draft`;
  try {
    await writeFile(draft, content, { mode: 0o600, flag: 'wx' });
    await chmod(draft, 0o600);
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}

function digestFile(file: string): string {
  return `${file}.sha256`;
}

function digestOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
