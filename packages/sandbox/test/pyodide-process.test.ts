import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Invocation, SandboxRequest } from 'kamachiq';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pyodideSandbox } from '../src/index.js';
import { findNode } from '../src/pyodide/find-node.js';
import { launchPyodide, spawnPyodide } from '../src/pyodide/launch-pyodide.js';

const never = new AbortController().signal;
const invocations: readonly Invocation[] = [{ kind: 'call', module: 'subject', function: 'look', arguments: [] }];
const request: SandboxRequest = {
  language: 'python',
  files: [{ path: 'subject.py', text: 'import sys\ndef look():\n    return [hash("a"), sorted({"a", "b"}), sys.path, len(sys.argv)]\n' }],
  invocations,
  limits: { wallMilliseconds: 20_000, memoryBytes: 384 * 1024 * 1024, outputCharacters: 2000 },
};

describe('the process of a Pyodide sandbox', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kamachiq-pyodide-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const runOnce = async (cacheFolder: string | null) => {
    const sandbox = pyodideSandbox({ cacheFolder, prewarmed: 0 });
    try {
      return (await sandbox.doRun(request, never)).observations;
    } finally {
      await sandbox.doClose?.();
    }
  };

  it('observes the same with a snapshot, with a spoilt one, and without', async () => {
    const plain = await runOnce(null);
    expect(plain).toMatchObject([{ status: 'returned' }]);
    expect(await runOnce(folder)).toEqual(plain);
    const names = await readdir(folder);
    expect(names.filter((name) => name.endsWith('.snapshot'))).toHaveLength(1);
    expect(names).toHaveLength(2);
    const file = path.join(folder, names.find((name) => name.endsWith('.snapshot'))!);
    const whole = await readFile(file);
    await writeFile(file, whole.subarray(0, whole.length / 2));
    expect(await runOnce(folder)).toEqual(plain);
    expect((await readFile(file)).length).toBe(whole.length);
  });

  it('removes the snapshots of other versions that nobody used for a day, and nothing else', async () => {
    const [old, used] = ['pyodide-0.1.0-node-26.0.0-x64-0123456789abcdef.snapshot', 'pyodide-0.2.0-node-26.0.0-arm64-0123456789abcdef.snapshot'];
    const stale = [
      old,
      `${old}.sha256`,
      `${old}.6ca13d52-ca70-4883-a0f0-4a0d3ab9e5a5.draft`,
      `${used}.sha256`,
      'notes.snapshot',
      'pyodide-notes.txt',
    ];
    const days = (count: number) => Date.now() / 1000 - count * 24 * 3600;
    for (const name of stale) {
      await writeFile(path.join(folder, name), '');
      await utimes(path.join(folder, name), days(2), days(2));
    }
    await writeFile(path.join(folder, used!), '');
    await runOnce(folder);
    const names = await readdir(folder);
    const own = names.filter((name) => name.startsWith('pyodide-3'));
    expect(own).toHaveLength(2);
    expect(names.filter((name) => !own.includes(name)).sort()).toEqual(['notes.snapshot', 'pyodide-notes.txt', used, `${used}.sha256`].sort());
    // Whoever starts from one keeps it: its time says so to other versions.
    const ours = path.join(folder, own.find((name) => name.endsWith('.snapshot'))!);
    await utimes(ours, days(30), days(30));
    await runOnce(folder);
    expect((await stat(ours)).mtimeMs / 1000).toBeGreaterThan(days(1));
  });

  it('goes on when its snapshot is removed, and makes it again', async () => {
    const sandbox = pyodideSandbox({ cacheFolder: folder, prewarmed: 0 });
    try {
      const first = await sandbox.doRun(request, never);
      const made = (await readdir(folder)).sort();
      for (const name of made) await rm(path.join(folder, name));
      expect((await sandbox.doRun(request, never)).observations).toEqual(first.observations);
      expect((await sandbox.doRun(request, never)).observations).toEqual(first.observations);
      expect((await readdir(folder)).sort()).toEqual(made);
    } finally {
      await sandbox.doClose?.();
    }
  });

  it('does without a snapshot where none can be kept', async () => {
    const file = path.join(folder, 'a-file');
    await writeFile(file, '');
    expect(await runOnce(path.join(file, 'below'))).toMatchObject([{ status: 'returned' }]);
  });

  it('refuses a Node that is too old, or none at all, and names what to install', async () => {
    const scripted = path.join(folder, 'scripted-node-that-says-it-is-22');
    await writeFile(scripted, '#!/bin/sh\necho v22.12.0\n');
    await chmod(scripted, 0o755);
    for (const node of [scripted, path.join(folder, 'absent')]) {
      const sandbox = pyodideSandbox({ node });
      await expect(sandbox.doRun(request, never)).rejects.toMatchObject({
        code: 'sandbox.node-too-old',
        remedy: expect.stringContaining('npm install node@26'),
      });
    }
  });

  it('refuses to run where a wall is missing', async () => {
    const node = await findNode();
    const sealed = spawnPyodide({ node, snapshotFile: null, memoryBytes: request.limits.memoryBytes, cpuSeconds: 60 }, 'run');
    sealed.kill('SIGKILL');
    const flags = sealed.spawnargs.slice(sealed.spawnargs.indexOf(node.file) + 1);
    for (const [wall, open] of [
      ['--permission', 'net'],
      ['--disallow-code-generation-from-strings', 'code generation'],
    ] as const) {
      const child = spawn(
        node.file,
        flags.filter((flag) => flag !== wall && (wall !== '--permission' || !flag.startsWith('--allow'))),
        {
          env: {},
          stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
        },
      );
      const [line] = (await once(createInterface({ input: child.stdio[3] as Readable }), 'line')) as [string];
      expect(JSON.parse(line).open).toContain(open);
    }
  });

  it('says what it said when it can not start', async () => {
    const node = await findNode();
    const missing = { node, snapshotFile: path.join(folder, 'missing.snapshot'), memoryBytes: request.limits.memoryBytes, cpuSeconds: 60 };
    await expect(launchPyodide(missing)).rejects.toMatchObject({ code: 'sandbox.unavailable', message: expect.stringContaining('missing.snapshot') });
  });

  it.runIf(process.platform === 'linux')('ends a loop when its host is killed [needs Linux]', async () => {
    const node = await findNode();
    const sealed = spawnPyodide({ node, snapshotFile: null, memoryBytes: request.limits.memoryBytes, cpuSeconds: 600 }, 'run');
    sealed.kill('SIGKILL');
    const [file, ...parameters] = sealed.spawnargs;
    const files = [{ path: 'subject.py', text: 'def tick():\n    return 1\ndef loop():\n    while True:\n        pass\n' }];
    const ask = (name: string) => ({ token: '', invocation: { kind: 'call', module: 'subject', function: name, arguments: [] } });
    const lines = [{ files, outputCharacters: 100 }, ask('tick'), ask('loop')];
    const script = fileURLToPath(new URL('./host-to-be-killed.mjs', import.meta.url));
    const host = spawn(process.execPath, [script, JSON.stringify({ file, parameters, lines })], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: host.stdout }), 'line')) as [string];
    expect(isRunning(Number(line))).toBe(true);
    host.kill('SIGKILL');
    await vi.waitFor(() => expect(isRunning(Number(line))).toBe(false), { timeout: 30_000 });
  });
});

/** Whether a process does anything still: one that ended may keep its entry until it is reaped. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}
