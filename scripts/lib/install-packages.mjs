import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { locateNpm } from './locate-npm.mjs';
import { runProcess } from './run-process.mjs';
import { SetupError } from './setup-error.mjs';

/** The pinned Node of a checkout; a dev dependency brings it. @param {string} root */
export function locatePinnedNode(root) {
  return join(root, 'node_modules', 'node', 'bin', 'node');
}

/**
 * Whether node_modules is what the lockfile says, by the stamp that the last complete installation left.
 *
 * @param {string} root
 */
export function arePackagesInstalled(root) {
  return readStamp(root) === describeInstallation(root) && existsSync(locatePinnedNode(root));
}

/**
 * Installs exactly what the lockfile says.
 *
 * @param {string} root
 * @throws {SetupError} When node_modules is a link, when npm fails, or when it left the pinned Node out.
 */
export async function installPackages(root) {
  refuseLink(join(root, 'node_modules'));
  const installation = describeInstallation(root);
  rmSync(stampPath(root), { force: true });
  // NODE_ENV=production or an `omit` in the user's configuration would leave out what builds and tests.
  const npmArguments = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const { program, prefix } = locateNpm();
  const env = { ...process.env, NODE_LLAMA_CPP_SKIP_DOWNLOAD: 'true' };
  let signal;
  const onSignal = (came) => {
    signal = came;
  };
  const code = await runProcess(program, [...prefix, ...npmArguments], { cwd: root, env, stdio: ['ignore', 2, 2], onSignal });
  // npm itself ends with 1 when it is interrupted.
  if (signal !== undefined && code !== 0) {
    const exitCode = 128 + constants.signals[signal];
    throw new SetupError('The installation was interrupted.', { remedy: 'Run the same command again: it starts over.', exitCode });
  }
  if (code !== 0) throw new SetupError(`npm ci failed with exit code ${code}; what it said stands above.`, { remedy: 'Run: npm ci' });
  if (!existsSync(locatePinnedNode(root))) {
    throw new SetupError('npm installed the packages without the pinned Node: install scripts seem to be off.', {
      remedy: 'Run: npm rebuild node --ignore-scripts=false',
    });
  }
  writeFileSync(stampPath(root), installation);
}

/** npm ci empties what node_modules points to before it puts a folder in its place: another checkout would lose its packages. */
function refuseLink(folder) {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  throw new SetupError(`${folder} is a link to ${readlinkSync(folder)}, which installing the packages would empty.`, {
    remedy: `Remove the link, then run the same command again: rm ${folder}`,
  });
}

function stampPath(root) {
  return join(root, 'node_modules', '.kamachiq-installed');
}

function readStamp(root) {
  try {
    return readFileSync(stampPath(root), 'utf8');
  } catch {
    return undefined;
  }
}

function describeInstallation(root) {
  const sha256 = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  return `${sha256} ${process.platform}-${process.arch}\n`;
}
