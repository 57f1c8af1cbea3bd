import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A worker in a process of its own; it runs what was built. */
export class WorkerChild {
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#process = child;
  }

  /** Starts a worker and waits until it polls. */
  static async start(options: { readonly address: string; readonly taskQueue: string; readonly artifacts: string }): Promise<WorkerChild> {
    const main = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));
    const parameters = [main, 'worker', '--address', options.address, '--task-queue', options.taskQueue, '--artifacts', options.artifacts];
    const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
    const worker = new WorkerChild(child);
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`The worker ended with ${code}: ${said}`)));
      child.stdout!.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('worker on')) resolve();
      });
    });
    return worker;
  }

  /** As a machine that loses power would: nothing is told, nothing is cleaned up. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGKILL');
    await once(this.#process, 'exit');
  }
}
