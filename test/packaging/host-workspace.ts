import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedPackages } from '../docs/installed-packages.js';
import { type ProgramRun, runProgram } from '../support/run-program.js';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

/** What `npm pack` made of one package. */
export interface Tarball {
  readonly name: string;
  readonly file: string;
  /** Paths inside, sorted. */
  readonly paths: readonly string[];
}

/** The part of a lockfile that is read here. */
interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly name?: string; readonly version?: string; readonly link?: boolean }>>;
}

/**
 * Builds what changed and packs every package, as a release would.
 *
 * @param folder - Gets the tarballs.
 */
export async function packAll(folder: string): Promise<readonly Tarball[]> {
  // `npm test` has built already, and then this builds nothing.
  const built = await runProgram(process.execPath, [join(repository, 'scripts', 'run.mjs'), 'build'], { cwd: repository });
  if (built.exitCode !== 0) throw new Error(`The build failed: ${built.stderr}`);
  const names = await readdir(join(repository, 'packages'));
  // Absolute: npm takes `packages/cli` for a repository on GitHub.
  const directories = [repository, ...names.sort().map((name) => join(repository, 'packages', name))];
  const packed = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder, ...directories], repository);
  const results = Object.values(JSON.parse(packed.stdout) as Record<string, PackResult>);
  return results.map(({ name, filename, files }) => ({ name, file: join(folder, filename), paths: files.map(({ path }) => path).sort() }));
}

interface PackResult {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/**
 * Two hosts outside the repository, an ES module and a CommonJS one, with every package installed from its tarball. Foreign packages have the
 * versions of the repository's lockfile, so that what is released elsewhere changes no outcome here.
 */
export async function createHosts(folder: string, tarballs: readonly Tarball[]): Promise<void> {
  const example = join(repository, 'examples', 'hello');
  await cp(join(example, 'src'), join(folder, 'esm', 'src'), { recursive: true });
  await cp(join(repository, 'test', 'packaging', 'commonjs-host'), join(folder, 'commonjs', 'src'), { recursive: true });
  const root = await readJson<{ overrides: Record<string, string>; devDependencies: Record<string, string> }>(join(repository, 'package.json'));
  const versions = await lockedVersions();
  // As the README says, and nothing more: a package that it forgets is missed here too.
  const direct = installedPackages('README.md').filter((name) => name.startsWith('@temporalio/'));
  const dependencies = Object.fromEntries([
    ...[...direct, '@types/node'].map((name) => [name, versions.get(name)!]),
    ...tarballs.map(({ name, file }) => [name, `file:${file}`]),
  ]) as Record<string, string>;
  // npm refuses an override that differs from a direct dependency, and the tarballs must not be taken from a registry.
  const locked = Object.fromEntries([...versions].filter(([name]) => !(name in dependencies)));
  await writeJson(join(folder, 'package.json'), {
    name: 'hosts',
    private: true,
    workspaces: ['esm', 'commonjs'],
    overrides: { ...locked, ...root.overrides },
  });
  for (const [name, type] of [
    ['esm', 'module'],
    ['commonjs', 'commonjs'],
  ] as const) {
    await cp(join(example, 'greeting.yaml'), join(folder, name, 'greeting.yaml'));
    await writeJson(join(folder, name, 'package.json'), { name: `${name}-host`, private: true, version: '1.0.0', type, dependencies });
    await writeJson(join(folder, name, 'tsconfig.json'), { compilerOptions, include: ['src'] });
  }
  const installed = await install(folder, []);
  if (installed.exitCode !== 0) throw new Error(`npm install failed: ${installed.stderr}`);
}

/** The strictest that a host may have set; declarations of packages are checked too. */
const compilerOptions = {
  target: 'es2023',
  lib: ['es2024'],
  module: 'nodenext',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  rootDir: 'src',
  outDir: 'dist',
};

/** Installs without running any script: nothing that kamachiq needs has one. */
export function install(folder: string, options: readonly string[]): Promise<ProgramRun> {
  return npm(['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', ...options], folder);
}

/** Compiles a host and names what is wrong with it and with our declarations; other packages' declarations have faults that nobody here can mend. */
export async function compile(folder: string): Promise<readonly string[]> {
  const compiler = join(repository, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = await runProgram(process.execPath, [compiler, '-p', folder], { cwd: folder });
  return stdout.split('\n').filter((line) => /^\S+\(\d+,\d+\): error|^error/.test(line) && !/node_modules\/(?!@?kamachiq\/)/.test(line));
}

/** A folder of our own; whoever makes it removes it. */
export async function makeFolder(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'kamachiq-packaging-'));
  for (const name of ['tarballs', 'hosts', 'bare']) await mkdir(join(folder, name));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

export async function readJson<Value>(file: string): Promise<Value> {
  return JSON.parse(await readFile(file, 'utf8')) as Value;
}

export function writeJson(file: string, value: unknown): Promise<void> {
  return writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** What npm tells its scripts about themselves would steer a second npm in another folder. */
const inherited = /^npm_(?!config_)|^npm_config_(local_prefix|global_prefix|prefix|workspaces?|include_workspace_root|noproxy)$/;

function npm(options: readonly string[], cwd: string): Promise<ProgramRun> {
  const env = Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => inherited.test(name))
      .map((name) => [name, undefined]),
  );
  return runProgram('npm', options, { cwd, env });
}

/** Foreign packages that are there in exactly one version; npm may choose where the lockfile holds several. */
async function lockedVersions(): Promise<ReadonlyMap<string, string>> {
  const { packages } = await readJson<Lockfile>(join(repository, 'package-lock.json'));
  const versions = new Map<string, Set<string>>();
  for (const [path, { name: aliasOf, version, link }] of Object.entries(packages)) {
    if (!path.includes('node_modules/') || link === true || version === undefined) continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const found = versions.get(name) ?? new Set();
    versions.set(name, found.add(aliasOf === undefined || aliasOf === name ? version : `npm:${aliasOf}@${version}`));
  }
  return new Map([...versions].filter(([, found]) => found.size === 1).map(([name, found]) => [name, [...found][0]!]));
}
