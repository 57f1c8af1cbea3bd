import { access, readdir, readFile, realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../support/run-program.js';
import { compile, createHosts, install, makeFolder, packAll, readJson, repository, type Tarball, writeJson } from './host-workspace.js';

/*
 * The packages as a host gets them: packed, installed outside the repository, type-checked, bundled and run. What is slow happens once, in `beforeAll`.
 */

interface Manifest {
  readonly name: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

let place: Awaited<ReturnType<typeof makeFolder>>;
let tarballs: readonly Tarball[];
let environment: TestWorkflowEnvironment;
const at = (...parts: readonly string[]) => join(place.folder, ...parts);
const installed = (name: string, ...parts: readonly string[]) => at('hosts', 'node_modules', name, ...parts);
const manifestOf = (name: string) => readJson<Manifest>(installed(name, 'package.json'));

beforeAll(async () => {
  place = await makeFolder();
  tarballs = await packAll(at('tarballs'));
  await createHosts(at('hosts'), tarballs);
  const path = process.env.KAMACHIQ_TEMPORAL_SERVER;
  if (path === undefined) throw new Error('KAMACHIQ_TEMPORAL_SERVER names no server; run the tests with npm test, which gets one.');
  environment = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path } } });
}, 300_000);
afterAll(async () => {
  await environment?.teardown();
  await place?.remove();
});

/** Files that are no built modules, by package: what sandboxes run stays as it is, and the demo's spec comes with the command line. */
const assets: Readonly<Record<string, readonly string[]>> = {
  '@kamachiq/cli': ['bin/kamachiq.js', 'dist/simple_cli.yaml'],
  '@kamachiq/sandbox': ['dist/runner.py', 'dist/pyodide-child.mjs'],
};

describe('each tarball', () => {
  it('holds built modules, declarations, source maps and what people read, and nothing else', () => {
    const unexpected = tarballs.flatMap(({ name, paths }) => {
      const documents = name === 'kamachiq' ? ['CHANGELOG.md'] : [];
      const expected = new Set(['package.json', 'README.md', 'LICENSE', ...documents, ...(assets[name] ?? [])]);
      return paths.filter((path) => !expected.has(path) && !/^dist\/[\w-]+\.(d\.ts|js|js\.map)$/.test(path)).map((path) => `${name}: ${path}`);
    });
    expect(unexpected).toEqual([]);
    const missing = tarballs.flatMap(({ name, paths }) =>
      ['README.md', 'LICENSE', ...(assets[name] ?? [])].filter((path) => !paths.includes(path)).map((path) => `${name}: ${path}`),
    );
    expect(missing).toEqual([]);
  });

  // Shipped on purpose: workflow code is minified, and a stack trace from a host's worker should name a line that somebody can read.
  it('has a source map for every module, which holds the sources and names no place of the machine that built it', async () => {
    for (const { name, paths } of tarballs) {
      const modules = paths.filter((path) => path.startsWith('dist/') && path.endsWith('.js'));
      expect(
        paths.filter((path) => path.endsWith('.map')),
        name,
      ).toEqual(modules.map((path) => `${path}.map`));
      for (const path of modules) {
        const map = await readJson<{ sources: readonly string[]; sourcesContent: readonly string[] }>(installed(name, `${path}.map`));
        expect(map.sourcesContent, path).toHaveLength(map.sources.length);
        expect(
          map.sources.filter((source) => !source.startsWith('../src/')),
          `${name}/${path}`,
        ).toEqual([]);
      }
    }
  });

  it('names no place of the machine that built it', async () => {
    const root = await realpath(repository);
    for (const { name, paths } of tarballs) {
      for (const path of paths) expect((await readFile(installed(name, path), 'utf8')).includes(root), `${name}/${path}`).toBe(false);
    }
  });

  it('resolves every export, by import and by require', async () => {
    const specifiers: string[] = [];
    for (const { name } of tarballs) {
      for (const [key, target] of Object.entries((await manifestOf(name)).exports)) {
        for (const file of typeof target === 'string' ? [target] : Object.values(target)) await access(installed(name, file));
        if (key !== './package.json') specifiers.push(`${name}${key.slice(1)}`);
      }
    }
    const importing = `for (const name of ${JSON.stringify(specifiers)}) if (Object.keys(await import(name)).length === 0) throw new Error(name);`;
    const imported = await runProgram(process.execPath, ['--input-type=module', '--eval', importing], { cwd: at('hosts', 'esm') });
    expect(imported.exitCode, imported.stderr).toBe(0);
    const requiring = `for (const name of ${JSON.stringify(specifiers)}) if (Object.keys(require(name)).length === 0) throw new Error(name);`;
    const required = await runProgram(process.execPath, ['--input-type=commonjs', '--eval', requiring], { cwd: at('hosts', 'commonjs') });
    expect(required.exitCode, required.stderr).toBe(0);
  });
});

describe('the package kamachiq', () => {
  it('depends on few packages, all of pure JavaScript and without install scripts', async () => {
    const waiting = Object.keys((await manifestOf('kamachiq')).dependencies ?? {});
    const seen = new Set<string>();
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      const { scripts = {}, dependencies = {} } = await manifestOf(name);
      expect(
        Object.keys(scripts).filter((script) => /^(pre|post)?install$/.test(script)),
        name,
      ).toEqual([]);
      const files = await readdir(installed(name), { recursive: true });
      expect(
        files.filter((file) => /\.(node|gyp|wasm)$/.test(file)),
        name,
      ).toEqual([]);
      waiting.push(...Object.keys(dependencies));
    }
    expect([...seen].sort()).toEqual(['@dagrejs/dagre', '@dagrejs/graphlib', '@noble/hashes', 'eventemitter3', 'yaml', 'zod']);
  });

  it.each([
    ['client', ['@temporalio/client']],
    ['report', []],
    ['spec', ['zod']],
    ['index', []],
  ])('names no package in the types of %s that a host without a worker may lack', async (entry, allowed) => {
    const named = new Set<string>();
    const files = new Set([`${entry}.d.ts`]);
    // A set gives what is added on the way, too.
    for (const file of files) {
      const text = await readFile(installed('kamachiq', 'dist', file), 'utf8');
      for (const [, specifier] of text.matchAll(/(?:from|import|import\() ?'([\w@./-]+)'/g)) {
        if (specifier!.startsWith('./')) files.add(specifier!.slice(2).replace(/\.js$/, '.d.ts'));
        else named.add(specifier!);
      }
    }
    expect([...named].sort()).toEqual(allowed);
  });

  it('gives its building blocks to a host without Temporal', async () => {
    await writeJson(at('bare', 'package.json'), { private: true, type: 'module' });
    const { file } = tarballs.find(({ name }) => name === 'kamachiq')!;
    const run = await install(at('bare'), [file]);
    expect(run.exitCode, run.stderr).toBe(0);
    expect((await readdir(at('bare', 'node_modules'))).filter((name) => !name.startsWith('.')).sort()).toEqual([
      '@dagrejs',
      '@noble',
      'eventemitter3',
      'kamachiq',
      'yaml',
      'zod',
    ]);
    const program = `
      import { BudgetLedger, QualityRubric, TaskGraph } from 'kamachiq';
      import { parseProjectSpec } from 'kamachiq/spec';
      import { ScriptedModel } from 'kamachiq/testing';
      console.log([BudgetLedger, QualityRubric, TaskGraph, ScriptedModel, parseProjectSpec].every((part) => typeof part === 'function'));`;
    const ran = await runProgram(process.execPath, ['--input-type=module', '--eval', program], { cwd: at('bare') });
    expect(ran).toEqual({ exitCode: 0, stdout: 'true\n', stderr: '' });
  });

  it.each([
    ['linux', 'x64', true],
    ['linux', 'arm64', true],
    ['darwin', 'arm64', true],
    ['darwin', 'x64', true],
    ['win32', 'x64', false],
    ['freebsd', 'x64', false],
    ['linux', 'arm', false],
    ['linux', 'riscv64', false],
  ])('on %s %s: npm installs it: %s', async (os, cpu, installs) => {
    const manifest = await manifestOf('kamachiq');
    const check = async () => (await npmPlatformCheck())(manifest, false, { os, cpu });
    if (installs) await expect(check()).resolves.toBeUndefined();
    else await expect(check()).rejects.toMatchObject({ code: 'EBADPLATFORM', current: { os, cpu } });
  });
});

/** The function by which npm decides whether a package fits a system. `npm install --os` asks it only about optional packages. */
async function npmPlatformCheck(): Promise<(manifest: unknown, force: boolean, environment: { os: string; cpu: string }) => void> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const program = await realpath(join(folder, 'npm')).catch(() => null);
    if (program === null) continue;
    const { checkPlatform } = createRequire(program)('npm-install-checks') as { checkPlatform: Awaited<ReturnType<typeof npmPlatformCheck>> };
    return checkPlatform;
  }
  throw new Error('There is no npm on the PATH.');
}

describe('a host that installed the tarballs', () => {
  it('gets the command line', async () => {
    const help = await runProgram(at('hosts', 'node_modules', '.bin', 'kamachiq'), ['--help'], { cwd: at('hosts', 'esm') });
    expect(help.exitCode, help.stderr).toBe(0);
    expect(help.stdout).toContain('submit');
  });

  it('is an ES module: type-checks, bundles its workflows with ours, and runs hello and a project beside it, by the plugin', {
    timeout: 240_000,
  }, async ({ signal }) => {
    const host = at('hosts', 'esm');
    expect(await compile(host)).toEqual([]);
    const run = await runProgram(process.execPath, ['dist/hello.js'], { cwd: host, signal, env: { TEMPORAL_ADDRESS: environment.address } });
    expect(run.stdout, run.stderr).toContain('your workflow: Hello, Ada!\nyour project: approved.');
    expect(run.exitCode, run.stderr).toBe(0);
  });

  it('is CommonJS: type-checks, bundles its workflows with ours, and runs hello and a project beside it, by plain activities', {
    timeout: 240_000,
  }, async ({ signal }) => {
    const host = at('hosts', 'commonjs');
    expect(await compile(host)).toEqual([]);
    expect(await readFile(join(host, 'dist', 'workflows.js'), 'utf8')).toContain('require("kamachiq/workflows")');
    const run = await runProgram(process.execPath, ['dist/main.js'], { cwd: host, signal, env: { TEMPORAL_ADDRESS: environment.address } });
    expect(run.exitCode, run.stderr).toBe(0);
    const { greeted, status, files } = JSON.parse(run.stdout) as { greeted: string; status: string; files: readonly (readonly string[])[] };
    expect([greeted, status]).toEqual(['Hello, Ada!', 'approved']);
    expect(files).toContainEqual(['hello/greeting.py', 'model']);
  });
});
