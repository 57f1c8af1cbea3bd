import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { SandboxError } from 'kamachiq';
import { assetFile } from '../asset-file.js';
import { Interpreter } from '../interpreter.js';
import type { NodeExecutable } from './find-node.js';

const WASM_PAGE_BYTES = 65_536;
const LOAD_MILLISECONDS = 120_000;

/** What a process is started with; one that waits can serve only a run that asks for the same. */
export interface PyodideLaunch {
  readonly node: NodeExecutable;
  /** Memory snapshot to start from, or null to load everything anew. */
  readonly snapshotFile: string | null;
  /** Largest memory of the interpreter, in bytes. */
  readonly memoryBytes: number;
  /** Processor time after which the system ends the process, even when its host is gone. */
  readonly cpuSeconds: number;
}

/** Folder and version of the installed Pyodide. */
export function findPyodide(): { readonly folder: string; readonly version: string } {
  const manifest = createRequire(import.meta.url).resolve('pyodide/package.json');
  const { version } = createRequire(import.meta.url)(manifest) as { version: string };
  return { folder: path.dirname(realpathSync(manifest)), version };
}

/** Starts a process in which nothing but Pyodide is within reach, without waiting for it. */
export function spawnPyodide({ node, snapshotFile, memoryBytes, cpuSeconds }: PyodideLaunch, purpose: 'run' | 'make-snapshot') {
  const { folder } = findPyodide();
  const files = [assetFile('pyodide-child.mjs'), assetFile('runner.py')] as const;
  const readable = [`${folder}${path.sep}`, ...files, ...(snapshotFile === null ? [] : [snapshotFile])];
  const flags = [
    '--permission',
    ...readable.map((file) => `--allow-fs-read=${file}`),
    '--disallow-code-generation-from-strings',
    `--wasm-max-mem-pages=${Math.min(65_536, Math.floor(memoryBytes / WASM_PAGE_BYTES))}`,
    '--max-old-space-size=256',
    // Deep but legal recursion in compiled code overflows the default stack, which breaks the interpreter where Python would raise.
    '--stack-size=6000',
    '--no-warnings',
  ];
  const [child, runner] = files;
  // The shell only sets limits and becomes Node: a loop in Python outlives a host that was killed, so the system has to end it.
  const limited = `ulimit -c 0; ulimit -s 16384 2>/dev/null; ulimit -t ${cpuSeconds}; exec /usr/bin/env -i "$0" "$@"`;
  return spawn('/bin/sh', ['-c', limited, node.file, ...flags, child, folder, runner, snapshotFile ?? '', purpose], {
    cwd: '/',
    env: {},
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
  });
}

/**
 * Starts a process and waits until it can take a request.
 *
 * @throws SandboxError `sandbox.unavailable` when it can't be had, with what it said last.
 */
export async function launchPyodide(launch: PyodideLaunch): Promise<Interpreter> {
  const interpreter = new Interpreter(spawnPyodide(launch, 'run'));
  const timer = setTimeout(() => void interpreter.kill('time-limit'), LOAD_MILLISECONDS);
  const line = await interpreter.nextLine();
  clearTimeout(timer);
  if (line?.startsWith('{"ready":')) return interpreter;
  await interpreter.kill('closed');
  throw new SandboxError({
    code: 'sandbox.unavailable',
    message: `expected Pyodide to start under Node ${launch.node.version}, got ${line?.slice(0, 300) ?? interpreter.endReason}: ${interpreter.lastWords.slice(-600)}`,
    remedy: 'Check that the packages pyodide and node are installed completely and that there is memory left; then try again.',
  });
}
