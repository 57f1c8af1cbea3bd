import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type CancellationSignal, type Sandbox, SandboxError, type SandboxLimits, type SandboxRequest, type SandboxRun } from 'kamachiq';
import { checkRequest } from '../check-request.js';
import type { Interpreter } from '../interpreter.js';
import { cancelled, runInvocations } from '../run-invocations.js';
import { Turnstile } from '../turnstile.js';
import { findNode } from './find-node.js';
import { findPyodide, launchPyodide, type PyodideLaunch } from './launch-pyodide.js';
import { defaultCacheFolder, discardSnapshot, markUsed, prepareSnapshot } from './memory-snapshot.js';

/** Memory of Node and of the loaded interpreter, which no limit of a run counts. */
const ENGINE_BYTES = 320 * 1024 * 1024;

/** How {@link pyodideSandbox} runs. @public */
export interface PyodideSandboxOptions {
  /** File of a Node 26 or later to run in; see the package's README for where one is looked for otherwise. */
  readonly node?: string;
  /** Processes kept ready for the next runs, after the first one. @default 1 */
  readonly prewarmed?: number;
  /** Runs at once; others wait, at no cost to their wall time. @default the number of processors */
  readonly concurrency?: number;
  /** Where the memory snapshot is kept, or null to do without. @default the user's cache folder */
  readonly cacheFolder?: string | null;
}

/**
 * Runs Python in WebAssembly, in a process of its own that Node's permission model has closed: nothing to install, on every system.
 *
 * @throws SandboxError from `doRun`, `sandbox.node-too-old` where no Node 26 or later is found: it never runs less closed.
 *
 * @public
 */
export function pyodideSandbox(options: PyodideSandboxOptions = {}): Sandbox {
  return new PyodideSandbox(options);
}

class PyodideSandbox implements Sandbox {
  readonly specificationVersion = 1;
  readonly id = `pyodide/${findPyodide().version}`;
  readonly languages: readonly string[] = ['python'];
  readonly #options: PyodideSandboxOptions;
  readonly #turnstile: Turnstile;
  #base: Promise<Pick<PyodideLaunch, 'node' | 'snapshotFile'>> | null = null;
  #ready: { readonly key: string; readonly interpreter: Promise<Interpreter> }[] = [];
  #closed = false;

  constructor(options: PyodideSandboxOptions) {
    this.#options = options;
    this.#turnstile = new Turnstile(options.concurrency ?? availableParallelism());
  }

  async doRun(request: SandboxRequest, signal: CancellationSignal): Promise<SandboxRun> {
    checkRequest(request, this.languages);
    return this.#turnstile.pass(async () => {
      const launch = await this.#plan(request.limits);
      if (launch.snapshotFile !== null) await markUsed(launch.snapshotFile);
      if (this.#closed) throw closed();
      const interpreter = await this.#take(launch);
      if (signal.aborted) {
        await interpreter.kill('cancelled');
        throw cancelled();
      }
      interpreter.holdHost(true);
      try {
        return await runInvocations(interpreter, request, signal, request.limits.memoryBytes + ENGINE_BYTES);
      } finally {
        // Not earlier: loading the next one would take the processor from this run while its clock ticks.
        if (!this.#closed) this.#refill(launch);
      }
    }, signal);
  }

  async doClose(): Promise<void> {
    this.#closed = true;
    await this.#dismiss(() => true);
  }

  async #plan({ memoryBytes, wallMilliseconds }: SandboxLimits): Promise<PyodideLaunch> {
    // Steps of ten minutes: runs with other limits share the processes that wait.
    const cpuSeconds = 600 * Math.ceil((wallMilliseconds / 1000 + 120) / 600);
    this.#base ??= this.#prepare().catch((error: unknown) => {
      this.#base = null;
      throw error;
    });
    return { ...(await this.#base), memoryBytes, cpuSeconds };
  }

  async #prepare(): Promise<Pick<PyodideLaunch, 'node' | 'snapshotFile'>> {
    const node = await findNode(this.#options.node);
    const { cacheFolder = defaultCacheFolder() } = this.#options;
    if (cacheFolder === null) return { node, snapshotFile: null };
    const maker = { node, snapshotFile: null, memoryBytes: 384 * 1024 * 1024, cpuSeconds: 600 };
    return { node, snapshotFile: await prepareSnapshot(maker, cacheFolder) };
  }

  /** A process that waits for such a run, or a new one. */
  async #take(launch: PyodideLaunch): Promise<Interpreter> {
    const key = keyOf(launch);
    for (let index = this.#ready.findIndex((entry) => entry.key === key); index !== -1; index = this.#ready.findIndex((entry) => entry.key === key)) {
      const [entry] = this.#ready.splice(index, 1);
      const interpreter = await entry!.interpreter.catch(() => null);
      if (interpreter !== null && !interpreter.ended) return interpreter;
    }
    try {
      return await launchPyodide(launch);
    } catch (error) {
      if (launch.snapshotFile === null) throw error;
      // One that another version removed is made again for the next run. One that its reader refuses is worth nothing: go on without.
      const isGone = !existsSync(launch.snapshotFile);
      await discardSnapshot(launch.snapshotFile);
      this.#base = isGone ? null : Promise.resolve({ node: launch.node, snapshotFile: null });
      return launchPyodide({ ...launch, snapshotFile: null });
    }
  }

  #refill(launch: PyodideLaunch): void {
    const key = keyOf(launch);
    void this.#dismiss((entry) => entry.key !== key);
    while (this.#ready.length < (this.#options.prewarmed ?? 1)) {
      const interpreter = launchPyodide(launch).then((launched) => {
        launched.holdHost(false);
        if (this.#closed) void launched.kill('closed');
        return launched;
      });
      // A failure is met, and told, by the run that would have used it.
      interpreter.catch(() => undefined);
      this.#ready.push({ key, interpreter });
    }
  }

  async #dismiss(unwanted: (entry: { readonly key: string }) => boolean): Promise<void> {
    const dismissed = this.#ready.filter(unwanted);
    this.#ready = this.#ready.filter((entry) => !dismissed.includes(entry));
    await Promise.all(dismissed.map((entry) => entry.interpreter.then((interpreter) => interpreter.kill('closed')).catch(() => undefined)));
  }
}

function keyOf({ memoryBytes, cpuSeconds, snapshotFile }: PyodideLaunch): string {
  return JSON.stringify([memoryBytes, cpuSeconds, snapshotFile]);
}

function closed(): SandboxError {
  return new SandboxError({
    code: 'sandbox.unavailable',
    message: 'expected an open sandbox, got one that was closed',
    remedy: 'Create another sandbox, or close this one after its last run.',
  });
}
