import { setTimeout as delay } from 'node:timers/promises';
import { runProgram } from './run-program.js';

/** Milliseconds between two looks at the processes of this machine. */
const INTERVAL = 150;

/** A process as it can be told from any later one of the same number. */
interface SeenProcess {
  readonly pid: number;
  readonly parent: number;
  readonly startedAt: string;
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

const keyOf = ({ pid, startedAt }: SeenProcess) => `${pid} ${startedAt}`;

async function listProcesses(): Promise<readonly SeenProcess[]> {
  const { stdout } = await runProgram('ps', ['-A', '-o', 'pid=,ppid=,lstart=,stat=,args='], { cwd: '.', env: { LC_ALL: 'C' } });
  return stdout
    .split('\n')
    .flatMap((line) => {
      const found = /^\s*(\d+)\s+(\d+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(\S+)\s+(.*)$/.exec(line);
      if (found === null || found[4]!.startsWith('Z')) return [];
      return [{ pid: Number(found[1]), parent: Number(found[2]), startedAt: found[3]!, command: found[5]! }];
    })
    .sort((one, other) => one.pid - other.pid);
}
