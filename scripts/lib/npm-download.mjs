import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { locateNpm } from './locate-npm.mjs';
import { TransferError } from './open-address.mjs';
import { runCaptured } from './run-captured.mjs';

/**
 * Lets npm fetch one package without installing it, with the user's own npm configuration: registry, proxy, certificates.
 *
 * @param {{ name: string, version: string }} npmPackage - A name without a scope.
 * @param {string} directory - An empty folder that the caller owns.
 * @param {{ signal?: AbortSignal | undefined }} [options]
 * @returns {Promise<string>} Path of the package, a gzipped tar archive. Its content has not been checked.
 * @throws {TransferError} With what npm said first.
 */
export async function downloadWithNpm({ name, version }, directory, { signal } = {}) {
  const { program, prefix } = locateNpm();
  const npmArguments = ['pack', `${name}@${version}`, '--pack-destination', directory, '--loglevel=error'];
  const { code, output } = await runCaptured(program, [...prefix, ...npmArguments], { signal });
  const said = output.split('\n').filter((line) => line.startsWith('npm error') && !line.includes('complete log'));
  const firstWords = said.slice(0, 2).map((line) => line.replace(/^npm error( \d+)?/, '').trim());
  if (code !== 0) throw new TransferError(`npm failed: ${firstWords.join(', ') || `exit code ${code}`}`);
  const file = join(directory, `${name}-${version}.tgz`);
  await access(file).catch((cause) => {
    throw new TransferError(`npm brought no ${name}-${version}.tgz`, { cause });
  });
  return file;
}
