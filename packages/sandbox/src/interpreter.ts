import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** Why the host ended an interpreter, or that it ended by itself. */
export type EndReason = 'ended' | 'time-limit' | 'memory-limit' | 'output-limit' | 'crash' | 'cancelled' | 'closed';

/** File descriptor on which an interpreter answers, away from what the code prints. */
export const ANSWERS = 3;

/**
 * A process that takes lines of JSON on standard input and answers on file descriptor 3, one line for each.
 *
 * Whatever it sends is hostile: a line longer than allowed, or a second one before the first was asked for, ends it.
 */
export class Interpreter {
  /** Bytes of the longest line that is taken. */
  lineBytes = 64 * 1024;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #line: string | null = null;
  #waiting: ((line: string | null) => void) | null = null;
  #ended = false;
  #endReason: EndReason = 'ended';
  #stderr = '';
  readonly #child: ChildProcess;
  readonly #closed: Promise<void>;

  constructor(child: ChildProcess) {
    this.#child = child;
    const answers = child.stdio[ANSWERS] as Readable;
    answers.on('data', (chunk: Buffer) => this.#take(chunk));
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('latin1')).slice(-8000);
    });
    // A process that died while it was written to breaks the pipe; its end is reported by 'close'.
    for (const stream of [child.stdin, child.stderr, answers]) stream?.on('error', () => undefined);
    this.#closed = new Promise((resolve) => {
      const end = () => {
        this.#ended = true;
        this.#hand(null);
        resolve();
      };
      child.on('error', (error) => {
        this.#stderr = error.message;
        end();
      });
      child.on('close', end);
    });
  }

  get pid(): number | null {
    return this.#child.pid ?? null;
  }

  get endReason(): EndReason {
    return this.#endReason;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The end of what it wrote to standard error, in printable characters. */
  get lastWords(): string {
    return this.#stderr.replace(/[^\x20-\x7e\n]/g, '?').trim();
  }

  /** Sends one line. */
  send(message: unknown): void {
    const { stdin } = this.#child as { stdin: Writable };
    if (stdin.writable) stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** The next line, or null once the process has ended. */
  nextLine(): Promise<string | null> {
    const line = this.#line;
    if (line !== null) {
      this.#line = null;
      return Promise.resolve(line);
    }
    if (this.#ended || this.#endReason !== 'ended') return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** Kills it at once; the first reason given stays. Resolves when it is gone. */
  kill(reason: EndReason): Promise<void> {
    if (this.#endReason === 'ended' && !this.#ended) this.#endReason = reason;
    // Or a host with nothing else to do would end, or never hear, while it waits for the end of an idle one.
    if (!this.#ended) this.holdHost(true);
    this.#child.kill('SIGKILL');
    this.#hand(null);
    return this.#closed;
  }

  /** Whether it keeps the host's event loop alive: an idle one must not. */
  holdHost(hold: boolean): void {
    const parts = [this.#child, ...this.#child.stdio] as ({ ref?: () => void; unref?: () => void } | null)[];
    for (const part of parts) (hold ? part?.ref : part?.unref)?.call(part);
  }

  #take(chunk: Buffer): void {
    if (this.#endReason !== 'ended') return;
    let rest = chunk;
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      const line = Buffer.concat([...this.#pending, rest.subarray(0, end)]);
      rest = rest.subarray(end + 1);
      this.#pending = [];
      this.#pendingBytes = 0;
      if (line.length > this.lineBytes) return void this.kill('output-limit');
      if (this.#line !== null) return void this.kill('crash');
      this.#hand(line.toString());
    }
    if (rest.length > 0) this.#pending.push(rest);
    this.#pendingBytes += rest.length;
    if (this.#pendingBytes > this.lineBytes) void this.kill('output-limit');
  }

  #hand(line: string | null): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting !== null) waiting(line);
    else this.#line = line;
  }
}
