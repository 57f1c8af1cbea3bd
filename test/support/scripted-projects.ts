import { randomUUID } from 'node:crypto';
import { type DevServer, startDevServer } from '@kamachiq/cli';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { KamachiqClient, type ProjectHandle } from 'kamachiq/client';
import type { ProjectProgress } from 'kamachiq/workflow';
import { bundleWorkflows } from './bundle-workflows.js';
import './quiet-runtime.js';
import { scriptedProgress } from './scripted-progress.js';

/** A real server and worker whose projects are the scripted ones: what they say of themselves is up to the test. */
export class ScriptedProjects {
  readonly taskQueue = `test-${randomUUID()}`;
  readonly #databaseFile: string;
  readonly #closers: (() => Promise<unknown>)[] = [];
  #server: DevServer | null = null;
  #port = 0;

  private constructor(databaseFile: string) {
    this.#databaseFile = databaseFile;
  }

  static async start(databaseFile: string): Promise<ScriptedProjects> {
    const projects = new ScriptedProjects(databaseFile);
    await projects.startServer();
    return projects;
  }

  /** Anew on the same port and the same data, where it was stopped. */
  async startServer(): Promise<void> {
    this.#server = await startDevServer({ databaseFile: this.#databaseFile, port: this.#port });
    this.#port = Number(this.#server.address.split(':')[1]);
  }

  /** Stops only the server, for what happens to those that talk to it. */
  async stopServer(): Promise<void> {
    await this.#server?.stop();
    this.#server = null;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Carries projects out until it is stopped. */
  async startWorker(): Promise<() => Promise<void>> {
    const connection = await NativeConnection.connect({ address: this.address });
    const workflowBundle = await bundleWorkflows(new URL('./scripted-project.ts', import.meta.url));
    const worker = await Worker.create({ connection, taskQueue: this.taskQueue, workflowBundle });
    const over = worker.run();
    let running = true;
    const stop = async () => {
      if (!running) return;
      running = false;
      worker.shutdown();
      await over;
      await connection.close();
    };
    this.#closers.unshift(stop);
    return stop;
  }

  /** A connection of its own, with a client on it. */
  async connect(): Promise<ScriptedClient> {
    const connection = await Connection.connect({ address: this.address });
    let open = true;
    const close = async () => {
      if (open) await connection.close();
      open = false;
    };
    this.#closers.unshift(close);
    const client = new Client({ connection });
    return new ScriptedClient(client, this.taskQueue, close);
  }

  async stop(): Promise<void> {
    for (const close of this.#closers) await close();
    await this.stopServer();
  }
}

/** A client of scripted projects. */
export class ScriptedClient {
  readonly client: Client;
  readonly kamachiq: KamachiqClient;
  readonly close: () => Promise<void>;
  readonly #taskQueue: string;

  constructor(client: Client, taskQueue: string, close: () => Promise<void>) {
    this.client = client;
    this.kamachiq = new KamachiqClient(client, { taskQueue });
    this.close = close;
    this.#taskQueue = taskQueue;
  }

  /** Starts a project that stands as it is told. */
  async begin(rest: Partial<ProjectProgress> = {}, workflowType = 'ScriptedProject'): Promise<ProjectHandle> {
    const projectId = `scripted-${randomUUID()}`;
    const args = [scriptedProgress(projectId, rest)];
    await this.client.workflow.start(workflowType, { taskQueue: this.#taskQueue, workflowId: projectId, args });
    return this.kamachiq.project(projectId);
  }

  /** Puts a project where it shall stand. */
  async stand({ projectId }: ProjectHandle, rest: Partial<ProjectProgress>): Promise<void> {
    await this.client.workflow.getHandle(projectId).signal('scripted.stand', scriptedProgress(projectId, rest));
  }
}
