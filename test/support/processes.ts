import { setTimeout as delay } from 'node:timers/promises';
import { runProgram } from './run-program.js';

/** Milliseconds between two looks at the processes of this machine. */
const INTERVAL = 150;

interface SeenProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Notes every process that a process starts, and what these start in turn. */
export class ProcessWatch {
  readonly #seen = new Map<string, SeenProcess>();
  readonly #over = new AbortController();
  readonly #watching: Promise<void>;

  constructor(pid: number) {
    this.#watching = this.#watch(pid);
  }

  /** Command lines of all that were seen. */
  get commands(): readonly string[] {
    return [...this.#seen.values()].map(({ command }) => command);
  }

  /** Command lines of those that still run. */
  async left(): Promise<readonly string[]> {
    this.#over.abort();
    await this.#watching;
    return (await listProcesses()).filter((process) => this.#seen.has(keyOf(process))).map(({ command }) => command);
  }

  async #watch(pid: number): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      const family = new Set([pid]);
      // A parent has the smaller number nearly always, and the next look finds what this one missed.
      for (const process of await listProcesses()) {
        if (process.pid !== pid && !family.has(process.parent)) continue;
        family.add(process.pid);
        this.#seen.set(keyOf(process), process);
      }
      await delay(INTERVAL, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Numbers are given again, but hardly for the same command; the start time that ps computes drifts by a second. */
const keyOf = ({ pid, command }: SeenProcess) => `${pid} ${command}`;

async function listProcesses(): Promise<readonly SeenProcess[]> {
  const { exitCode, stdout, stderr } = await runProgram('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { cwd: '.', env: { LC_ALL: 'C' } });
  if (exitCode !== 0 || stdout === '') throw new Error(`ps ended with ${exitCode} and ${stdout.length} characters: ${stderr}`);
  return stdout
    .split('\n')
    .flatMap((line) => {
      const found = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
      if (found === null || found[3]!.startsWith('Z')) return [];
      return [{ pid: Number(found[1]), parent: Number(found[2]), command: found[4]! }];
    })
    .sort((one, other) => one.pid - other.pid);
}
