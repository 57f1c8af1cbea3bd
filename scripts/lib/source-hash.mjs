import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

const ignoredNames = new Set(['node_modules', 'dist', '.git', '.cache', 'coverage', 'temp']);

/**
 * One hash over the names and contents of files and folders, in a fixed order. What doesn't exist counts as absent; tests don't count.
 *
 * @param {string} root - Names are taken relative to it.
 * @param {readonly string[]} paths
 */
export function hashSources(root, paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(listFiles).sort()) {
    const content = readFileSync(path);
    hash.update(`${relative(root, path)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function listFiles(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (found.isFile()) return /\.test\.(ts|mjs)$/.test(path) ? [] : [path];
  return readdirSync(path)
    .filter((name) => !ignoredNames.has(name))
    .flatMap((name) => listFiles(join(path, name)));
}
