import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { PeerAnswer, PeerDescription, PeerOrder, PeerRun } from './peers/peer-orders.js';

/** A peer that has not answered by then is given up. */
const ANSWER_WITHIN_MILLISECONDS = 10 * 60_000;
/** It stops its own servers first. */
const END_WITHIN_MILLISECONDS = 30_000;
const SAID_CHARACTERS = 10_000;

/** A peer in a process of its own, as its parent sees it: whatever becomes of it, the parent goes on. */
export class PeerProcess {
  readonly #process: ChildProcess;
  /** The end of what it wrote to standard error: why it ended, where it could not say so itself. */
  #said = '';

  private constructor(child: ChildProcess) {
    this.#process = child;
    child.stderr!.on('data', (bytes: Buffer) => {
      this.#said = `${this.#said}${bytes.toString()}`.slice(-SAID_CHARACTERS);
    });
  }

  /** @param program - Of the folder of peers. Example: `langgraph`. @throws Error with what the peer said where it does not become ready */
  static async start(program: string): Promise<{ readonly peer: PeerProcess; readonly description: PeerDescription }> {
    // LangGraph would tell a service on the internet what it does where it is told to by the environment.
    const env = { ...process.env, LANGSMITH_TRACING: 'false', LANGCHAIN_TRACING_V2: 'false' };
    const execArgv = ['--import', new URL('./resolve-sources.mjs', import.meta.url).href];
    const child = fork(fileURLToPath(new URL(`./peers/${program}.ts`, import.meta.url)), {
      env,
      execArgv,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const peer = new PeerProcess(child);
    try {
      const answer = await peer.#answer();
      if ('ready' in answer) return { peer, description: answer.ready };
      throw new Error(`It said something else than that it is ready: ${JSON.stringify(answer)}`);
    } catch (error) {
      await peer.stop();
      throw error;
    }
  }

  /** @throws Error with what the peer said where it could not */
  async carryOut(order: PeerOrder): Promise<PeerRun> {
    if (!this.#process.connected) throw new Error('Its process has ended.');
    this.#process.send(order);
    const answer = await this.#answer();
    if ('run' in answer) return answer.run;
    throw new Error(`It said something else than what its run took: ${JSON.stringify(answer)}`);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    if (this.#process.connected) this.#process.disconnect();
    const impatience = setTimeout(() => this.#process.kill('SIGKILL'), END_WITHIN_MILLISECONDS);
    await ended;
    clearTimeout(impatience);
  }

  get #reason(): string {
    const lines = this.#said.split('\n').map((line) => line.trim());
    return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1)!;
  }

  async #answer(): Promise<PeerAnswer> {
    const settled = new AbortController();
    const signal = AbortSignal.any([settled.signal, AbortSignal.timeout(ANSWER_WITHIN_MILLISECONDS)]);
    try {
      const answer = await Promise.race([
        once(this.#process, 'message', { signal }).then(([message]) => message as PeerAnswer),
        once(this.#process, 'close', { signal }).then(([code, by]) =>
          Promise.reject(new Error(`Its process ended with ${code ?? by}. ${this.#reason}`)),
        ),
      ]);
      if ('problem' in answer) throw new Error(answer.problem);
      return answer;
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error;
      throw new Error(`It did not answer within ${ANSWER_WITHIN_MILLISECONDS / 60_000} minutes.`);
    } finally {
      settled.abort();
    }
  }
}
