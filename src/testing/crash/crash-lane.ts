import { randomUUID } from 'node:crypto';
import { TestingError } from '../testing-error.js';
import { CommitProxy } from './commit-proxy.js';
import { type CrashProgram, CrashWorker } from './crash-worker.js';

/** The n-th point of a name in a run, from 1. */
export interface PointOccurrence {
  readonly name: string;
  readonly occurrence: number;
}

/**
 * A worker on a queue of its own, which runs follow each other on. Whoever takes the place of one that was killed finishes its run and is there for the next: so a
 * kill costs the start of one process and not of two.
 */
export class CrashLane {
  readonly #program: CrashProgram;
  readonly #address: string;
  #life: WorkerLife | null = null;
  #taskQueue = '';
  #target: PointOccurrence | null = null;
  #passed: PointOccurrence[] = [];
  #counts = new Map<string, number>();
  #replaced: Promise<void> | null = null;
  #fail: (error: unknown) => void = () => undefined;

  private constructor(program: CrashProgram, address: string) {
    this.#program = program;
    this.#address = address;
  }

  static async open(program: CrashProgram, address: string): Promise<CrashLane> {
    const lane = new CrashLane(program, address);
    await lane.renew();
    return lane;
  }

  /** Whether the worker was killed in the last run. */
  get hasKilled(): boolean {
    return this.#replaced !== null;
  }

  /**
   * Runs work, and kills the worker at a point of it.
   *
   * @param target - Null for a run without a kill.
   * @returns What the work came to, and the points passed: all of them, or those before the kill.
   */
  async run(
    target: PointOccurrence | null,
    limitMilliseconds: number,
    work: (taskQueue: string) => Promise<string>,
  ): Promise<{ readonly came: string; readonly passed: readonly PointOccurrence[] }> {
    this.#target = target;
    this.#passed = [];
    this.#counts = new Map();
    this.#replaced = null;
    const failed = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    const timer = setTimeout(() => this.#fail(tooLate(limitMilliseconds)), limitMilliseconds);
    try {
      const came = await Promise.race([work(this.#taskQueue), failed, this.#life!.worker.failure]);
      return { came, passed: this.#passed };
    } finally {
      clearTimeout(timer);
      this.#target = null;
      await this.#replaced;
    }
  }

  /** Another worker on another queue: what is left of a run that went wrong is not taken up again. */
  async renew(): Promise<void> {
    await this.close();
    this.#taskQueue = `crash-${randomUUID()}`;
    await this.#start();
  }

  async close(): Promise<void> {
    if (this.#life !== null) await end(this.#life);
  }

  async #start(): Promise<void> {
    const state = { over: false };
    const reach = async (name: string) => !state.over && this.#reach(name);
    const proxy = await CommitProxy.start(this.#address, reach);
    const worker = new CrashWorker(this.#program, proxy.address, this.#taskQueue, reach);
    worker.failure.catch((error: unknown) => this.#fail(error));
    this.#life = { worker, proxy, state };
  }

  /** @returns False where the worker is killed here. */
  #reach(name: string): boolean {
    if (this.#replaced !== null) return true;
    const occurrence = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, occurrence);
    this.#passed.push({ name, occurrence });
    if (this.#target?.name !== name || this.#target.occurrence !== occurrence) return true;
    this.#replaced = end(this.#life!).then(() => this.#start());
    return false;
  }
}

/** A worker from its start to its end, and its line to the server. */
interface WorkerLife {
  readonly worker: CrashWorker;
  readonly proxy: CommitProxy;
  /** What a dead worker still has on its lines is not passed on. */
  readonly state: { over: boolean };
}

async function end({ worker, proxy, state }: WorkerLife): Promise<void> {
  state.over = true;
  await Promise.all([worker.kill(), proxy.stop()]);
}

const tooLate = (limit: number) =>
  new TestingError(
    'testing.run-too-long',
    `Expected a run to end within ${limit} ms, got one that did not.`,
    'Look at its workflows for what they wait for; give it longer where its timeouts are.',
  );
