import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { SweptArtifacts } from '../ports/artifact-store.js';

/**
 * Removes the files of a folder of contents that were last put before a moment: contents, damaged copies, and what killed writers and sweeps left.
 * Whatever has no name of ours stays.
 *
 * @param folder - Of a `FilesystemArtifactStore`; may be absent.
 * @returns The contents alone.
 * @throws What the file system throws.
 */
export async function sweepFolder(folder: string, before: Date, { dryRun }: { readonly dryRun: boolean }): Promise<SweptArtifacts> {
  let contents = 0;
  let bytes = 0;
  for (const prefix of await namesIn(folder, /^[0-9a-f]{2}$/)) {
    const place = join(folder, prefix);
    for (const name of await namesIn(place, /^[0-9a-f]{64}(?:\.[a-z0-9-]+)?$/)) {
      const size = dryRun ? await sizeIfOlder(join(place, name), before) : await removeIfOlder(place, name, before);
      if (size === null || !isContent(name)) continue;
      contents += 1;
      bytes += size;
    }
  }
  return { contents, bytes };
}

async function removeIfOlder(folder: string, name: string, before: Date): Promise<number | null> {
  const path = join(folder, name);
  if ((await sizeIfOlder(path, before)) === null) return null;
  // Somebody may put the content after this look: out of reach of writers it is looked at again, and put back where that happened.
  const aside = join(folder, `${name.slice(0, 64)}.swept-${randomUUID()}`);
  if (!(await isThere(rename(path, aside)))) return null;
  const { mtimeMs, size } = await stat(aside);
  const renewed = isContent(name) && mtimeMs >= before.getTime();
  if (renewed) await rename(aside, path);
  else await rm(aside);
  return renewed ? null : size;
}

/**
 * Null when the file is younger, or gone. A content's age is the time that puts renew; that of everything else is the time since it lies aside, which nobody
 * can set: what another sweep has just put there is not touched.
 */
async function sizeIfOlder(path: string, before: Date): Promise<number | null> {
  const found = await stat(path).catch(nullIfGone);
  if (!found?.isFile()) return null;
  const age = isContent(basename(path)) ? found.mtimeMs : found.ctimeMs;
  return age < before.getTime() ? found.size : null;
}

const isContent = (name: string): boolean => name.length === 64;

async function namesIn(folder: string, pattern: RegExp): Promise<readonly string[]> {
  const names = (await readdir(folder).catch(nullIfGone)) ?? [];
  return names.filter((name) => pattern.test(name)).sort();
}

const isThere = (action: Promise<void>): Promise<boolean> => action.then(() => true).catch((error: unknown) => nullIfGone(error) ?? false);

/** Other sweeps may be under way in the same folder. */
function nullIfGone(error: unknown): null {
  if ((error as { readonly code?: unknown }).code === 'ENOENT') return null;
  throw error;
}
