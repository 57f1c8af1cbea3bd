import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime } from '@temporalio/worker';
import { connectClient } from './history-figures.js';
import { WorkerProcess } from './worker-process.js';

const DATABASE = 'temporal.sqlite';
const SYNCED = ['journal_mode=WAL', 'synchronous=FULL'];

/** Workers on queues of their own at one server, each in a process of its own. */
export class OrchestrationServer {
  readonly client: Client;
  readonly folder: string;
  readonly #environment: TestWorkflowEnvironment;
  readonly #workers = new Map<string, WorkerProcess>();
  readonly #bundles = new Map<string, string>();

  private constructor(environment: TestWorkflowEnvironment, client: Client, folder: string) {
    this.#environment = environment;
    this.client = client;
    this.folder = folder;
  }

  /**
   * A dev server.
   *
   * @param kept - `on-disk` has every commit on disk before it is told, in a database in a file. @defaultValue `in-memory`
   */
  static async start(kept: 'in-memory' | 'on-disk' = 'in-memory'): Promise<OrchestrationServer> {
    const server = process.env.KAMACHIQ_TEMPORAL_SERVER;
    if (server === undefined || server === '') throw new Error('KAMACHIQ_TEMPORAL_SERVER names no server; npm run bench gets one.');
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const folder = await mkdtemp(join(tmpdir(), 'kamachiq-orchestration-'));
    const onDisk = { dbFilename: join(folder, DATABASE), extraArgs: SYNCED.flatMap((pragma) => ['--sqlite-pragma', pragma]) };
    try {
      const environment = await TestWorkflowEnvironment.createLocal({
        server: { executable: { type: 'existing-path', path: server }, ...(kept === 'on-disk' ? onDisk : {}) },
      });
      return new OrchestrationServer(environment, await connectClient(environment.address), folder);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Where a server that keeps what it has on disk does so. */
  get database(): string {
    return join(this.folder, DATABASE);
  }

  async version(): Promise<string> {
    return (await this.client.workflowService.getSystemInfo({})).serverVersion;
  }

  async stop(): Promise<void> {
    for (const worker of this.#workers.values()) await worker.stop();
    await this.client.connection.close();
    await this.#environment.teardown();
    await rm(this.folder, { recursive: true, force: true });
  }

  /**
   * Starts a worker with a queue of its own.
   *
   * @param workflows - A module beside this one. Example: `floor-workflows`.
   * @param activities - `plugged-in` for those of our plugin with a store in a folder. @defaultValue they do nothing
   * @returns the queue
   */
  async addWorker(workflows: string, activities: 'no-op' | 'plugged-in' = 'no-op'): Promise<string> {
    const taskQueue = `${workflows}-${randomUUID()}`;
    const storeFolder = join(this.folder, taskQueue);
    const codePath = await this.#bundle(workflows);
    const settings = { address: this.#environment.address, taskQueue, codePath, storeFolder, isNoOp: activities === 'no-op' };
    this.#workers.set(taskQueue, await WorkerProcess.start(settings));
    return taskQueue;
  }

  worker(taskQueue: string): WorkerProcess {
    return this.#workers.get(taskQueue)!;
  }

  async removeWorker(taskQueue: string): Promise<void> {
    await this.worker(taskQueue).stop();
    this.#workers.delete(taskQueue);
  }

  /** Bytes of the bundle of a module that a worker was added with. */
  async bundleBytes(workflows: string): Promise<number> {
    return (await stat(this.#bundles.get(workflows)!)).size;
  }

  async #bundle(workflows: string): Promise<string> {
    const known = this.#bundles.get(workflows);
    if (known !== undefined) return known;
    const workflowsPath = fileURLToPath(new URL(`./${workflows}.ts`, import.meta.url));
    const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
    const path = join(this.folder, `${workflows}.cjs`);
    await writeFile(path, code);
    this.#bundles.set(workflows, path);
    return path;
  }
}
