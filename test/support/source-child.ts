import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const inSupport = (name: string) => fileURLToPath(new URL(`./${name}`, import.meta.url));

/** A program of this folder in a process of its own; it runs our sources. */
export class SourceChild {
  readonly #process: ChildProcess;

  /** @param name - A file beside this one. */
  constructor(name: string, ...words: readonly string[]) {
    const program = ['--import', inSupport('transpiling-loader.mjs'), inSupport(name), ...words];
    this.#process = spawn(process.execPath, program, { stdio: ['ignore', 'inherit', 'inherit'] });
  }

  /** As a machine that loses power would: nothing is told, nothing is cleaned up. Harmless when it has ended. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGKILL');
    await once(this.#process, 'exit');
  }
}
