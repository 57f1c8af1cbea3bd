import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { TestingError } from '../testing-error.js';
import { CRASH_VARIABLE, type CrashAnswer, type CrashQuestion } from './crash-point.js';

/** A worker's program, which Node runs in a process of its own until that is killed. @public */
export interface CrashProgram {
  /** The module. Its last two arguments are the server's address and the task queue. */
  readonly file: string;
  /** Arguments before those two. @defaultValue none */
  readonly parameters?: readonly string[];
  /** What Node itself is told. Example: `['--import', 'tsx']`. @defaultValue nothing */
  readonly nodeParameters?: readonly string[];
}

/** The process of a worker, with a line on which it asks at its crash points. */
export class CrashWorker {
  readonly #process: ChildProcess;
  #killed = false;
  /** Rejects when the worker ends though nobody killed it; never fulfilled. */
  readonly failure: Promise<never>;

  /** @param reach - Asked at every point; false where the worker was killed there. */
  constructor(
    { file, parameters = [], nodeParameters = [] }: CrashProgram,
    address: string,
    taskQueue: string,
    reach: (name: string) => Promise<boolean>,
  ) {
    this.#process = spawn(process.execPath, [...nodeParameters, file, ...parameters, address, taskQueue], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, [CRASH_VARIABLE]: '1' },
    });
    this.#process.on('message', (message) => void this.#answer(message as CrashQuestion, reach));
    this.failure = new Promise((_, reject) => {
      this.#process.once('error', reject);
      this.#process.once('exit', (code, signal) => {
        if (this.#killed) return;
        reject(
          new TestingError(
            'testing.worker-ended',
            `Expected ${file} to run until it is killed, got one that ended with ${code ?? signal}.`,
            'Run it by itself: what it says is on its standard error.',
          ),
        );
      });
    });
    this.failure.catch(() => undefined);
    process.once('exit', this.#end);
  }

  /** As a machine that loses power would: nothing is told, nothing is cleaned up. */
  async kill(): Promise<void> {
    this.#killed = true;
    process.off('exit', this.#end);
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGKILL');
    await once(this.#process, 'exit');
  }

  readonly #end = () => {
    this.#process.kill('SIGKILL');
  };

  async #answer({ kind, question, name }: CrashQuestion, reach: (name: string) => Promise<boolean>): Promise<void> {
    if (kind !== 'kamachiq.crash-point' || !(await reach(name)) || !this.#process.connected) return;
    // It may be gone by now, which is no error here.
    this.#process.send({ kind: 'kamachiq.go-on', question } satisfies CrashAnswer, () => undefined);
  }
}
