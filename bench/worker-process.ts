import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a worker in a process of its own is made with. */
export interface WorkerSettings {
  readonly address: string;
  readonly taskQueue: string;
  /** Path of a bundle of workflows. */
  readonly codePath: string;
  /** Where artifacts are kept. */
  readonly storeFolder: string;
  /** Whether planning, working, reviewing and reporting do nothing; else they are our plugin's. */
  readonly isNoOp: boolean;
}

/** `tell`: how much it has used until now. `stop`: end. */
export type WorkerOrder = 'tell' | 'stop';

/** What a process has used. */
export interface WorkerUsage {
  /** Of all its threads, since it began. */
  readonly cpuMilliseconds: number;
  readonly residentBytes: number;
  /** Of its main thread, after a collection of garbage. */
  readonly heapBytes: number;
}

/** A worker in a process of its own, as its parent sees it. */
export class WorkerProcess {
  readonly #process: ChildProcess;
  /** What it was asked last: one question at a time, for answers don't say which they are to. */
  #asked: Promise<unknown> = Promise.resolve();

  private constructor(child: ChildProcess) {
    this.#process = child;
  }

  /** Resolves when it serves its queue. @throws Error where it ends before that */
  static async start(settings: WorkerSettings): Promise<WorkerProcess> {
    const child = fork(fileURLToPath(new URL('./orchestration-worker.ts', import.meta.url)), [JSON.stringify(settings)]);
    const started = new WorkerProcess(child);
    await started.#answer();
    return started;
  }

  usage(): Promise<WorkerUsage> {
    const ask = () => {
      this.#process.send('tell' satisfies WorkerOrder);
      return this.#answer() as Promise<WorkerUsage>;
    };
    const asked = this.#asked.then(ask);
    this.#asked = asked.catch(() => undefined);
    return asked;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.send('stop' satisfies WorkerOrder);
    await once(this.#process, 'exit');
  }

  async #answer(): Promise<unknown> {
    const ended = new AbortController();
    try {
      return await Promise.race([
        once(this.#process, 'message', ended).then(([message]) => message),
        once(this.#process, 'exit', ended).then(([code]) => Promise.reject(new Error(`A worker of the benchmark ended with ${code}.`))),
      ]);
    } finally {
      ended.abort();
    }
  }
}
