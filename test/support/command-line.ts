import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type ProgramRun, runProgram } from './run-program.js';

/** The command line as it was built. */
export const MAIN = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));

/** Where a command runs. Variables that are undefined are taken away. */
export interface CommandPlace {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a command to its end. */
export const kamachiq = (place: CommandPlace & { readonly signal?: AbortSignal }, ...words: readonly string[]): Promise<ProgramRun> =>
  runProgram(process.execPath, [MAIN, ...words], place);

/** A command that runs until it is told to end; the leader of a process group, as a shell would start it. */
export class RunningCommand {
  readonly #process: ChildProcess;
  /** Null when a signal ended it. */
  readonly ended: Promise<number | null>;
  stdout = '';
  stderr = '';

  constructor({ cwd, env = {} }: CommandPlace, ...words: readonly string[]) {
    this.#process = spawn(process.execPath, [MAIN, ...words], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#process.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve) => this.#process.once('close', (code) => resolve(code)));
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** Waits until standard output has something; rejects when the command ends before. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.stdout);
      if (found !== null) return found;
      const more = new Promise<void>((resolve) => this.#process.stdout!.once('data', () => setImmediate(resolve)));
      const over = await Promise.race([more.then(() => false), this.ended.then(() => true)]);
      if (over && !pattern.test(this.stdout)) throw new Error(`It ended without ${pattern}: ${this.stdout}${this.stderr}`);
    }
  }

  /** Ctrl-C in a terminal: every process of the group gets the signal. */
  interrupt(): Promise<number | null> {
    process.kill(-this.pid, 'SIGINT');
    return this.ended;
  }

  /** A request to end, to this process alone. */
  terminate(): Promise<number | null> {
    this.#process.kill('SIGTERM');
    return this.ended;
  }

  /** Whatever happened, nothing stays; harmless when it has ended. */
  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await this.terminate();
  }
}
