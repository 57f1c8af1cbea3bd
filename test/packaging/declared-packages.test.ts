import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { installedPackages } from '../docs/installed-packages.js';
import { repository, splitMarkdown } from '../docs/markdown-files.js';

/*
 * Whether what people install is all that runs for them: by the manifests and the imports of the sources, without a registry. `packaging.test.ts`
 * installs and runs it for good.
 */

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

const folders = ['.', ...readdirSync(join(repository, 'packages')).map((name) => join('packages', name))];
const manifests = new Map(
  folders.map((folder) => {
    const manifest = JSON.parse(readFileSync(join(repository, folder, 'package.json'), 'utf8')) as Manifest;
    return [manifest.name, { ...manifest, folder }];
  }),
);
const published = [...manifests.values()];

/** Modules that a module names, those of its types too: a host compiles against them. */
function importsOf(text: string): readonly string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

const packageOf = (specifier: string): string => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

const isBuiltin = (specifier: string) => specifier.startsWith('node:') || builtinModules.includes(specifier);

/** Every package that the sources behind a specifier of ours import, with where. */
function foreignImports(specifier: string): ReadonlyMap<string, string> {
  const manifest = manifests.get(packageOf(specifier))!;
  const entry = specifier === manifest.name ? 'index' : specifier.slice(manifest.name.length + 1);
  const files = new Set([join(repository, manifest.folder, 'src', `${entry}.ts`)]);
  // The command has no specifier: whoever installs the package runs it.
  if (manifest.name === '@kamachiq/cli') files.add(join(repository, manifest.folder, 'src', 'main.ts'));
  const found = new Map<string, string>();
  // A set gives what is added on the way, too.
  for (const file of files) {
    for (const imported of importsOf(readFileSync(file, 'utf8'))) {
      if (imported.startsWith('.')) files.add(join(dirname(file), imported.replace(/\.js$/, '.ts')));
      else if (!isBuiltin(imported)) found.set(imported, file.slice(repository.length));
    }
  }
  return found;
}

/** What npm puts beside a package without being asked: its dependencies, and the peers it can't do without. */
const broughtBy = ({ name, dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} }: Manifest): readonly string[] => [
  name,
  ...Object.keys(dependencies),
  ...Object.keys(peerDependencies).filter((peer) => peerDependenciesMeta[peer]?.optional !== true),
];

/** Imports that fail for somebody who installed these packages and uses these modules of ours, or of others. */
function missingFor(packages: readonly string[], specifiers: Iterable<string>): readonly string[] {
  const installed = new Set(packages.flatMap((name) => [name, ...(manifests.has(name) ? broughtBy(manifests.get(name)!) : [])]));
  const asked = new Set(specifiers);
  const missing = [...asked].filter((specifier) => !installed.has(packageOf(specifier)));
  for (const specifier of asked) {
    const manifest = manifests.get(packageOf(specifier));
    if (manifest === undefined) continue;
    const own = broughtBy(manifest);
    for (const [imported, file] of foreignImports(specifier)) {
      if (manifests.has(packageOf(imported)) && packageOf(imported) !== manifest.name) asked.add(imported);
      if (!own.includes(packageOf(imported)) && !installed.has(packageOf(imported))) missing.push(`${specifier} imports ${imported} in ${file}`);
    }
  }
  return missing;
}

/** What the blocks of a document that compile import from packages. */
const usedBy = (path: string): readonly string[] =>
  splitMarkdown(readFileSync(join(repository, path), 'utf8'))
    .blocks.filter(({ info }) => /^ts check\b/.test(info))
    .flatMap(({ code }) => importsOf(code))
    .filter((imported) => !imported.startsWith('.') && !isBuiltin(imported));

describe('whoever follows', () => {
  it.each(['README.md', 'docs/getting-started.md'])('%s has installed every package that its code and ours import', (path) => {
    const packages = installedPackages(path);
    expect(packages).toEqual(expect.arrayContaining(['kamachiq', '@kamachiq/cli']));
    expect(usedBy(path)).toEqual(expect.arrayContaining(['kamachiq/worker', 'kamachiq/workflows', 'kamachiq/client']));
    expect(missingFor(packages, usedBy(path))).toEqual([]);
  });
});

describe('whoever installs one package alone', () => {
  it('has every package that the command line imports, by kamachiq too', () => {
    expect(missingFor(['@kamachiq/cli'], ['@kamachiq/cli'])).toEqual([]);
  });

  it.each(published.filter(({ name }) => name !== 'kamachiq'))('$name has every package that it imports itself', ({ name }) => {
    const own = broughtBy(manifests.get(name)!);
    expect([...foreignImports(name).keys()].filter((imported) => !own.includes(packageOf(imported)))).toEqual([]);
  });

  it('kamachiq names every package that one of its entries imports, if only as one that a host may leave out', () => {
    const { name, exports, dependencies = {}, peerDependencies = {} } = manifests.get('kamachiq')!;
    const declared = [...Object.keys(dependencies), ...Object.keys(peerDependencies)];
    const specifiers = Object.keys(exports)
      .filter((key) => key !== './package.json')
      .map((key) => `${name}${key.slice(1)}`);
    const undeclared = specifiers.flatMap((specifier) =>
      [...foreignImports(specifier).keys()].filter((found) => !declared.includes(packageOf(found))),
    );
    expect(undeclared).toEqual([]);
  });
});
