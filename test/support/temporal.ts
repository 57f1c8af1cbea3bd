import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pyodideSandbox } from '@kamachiq/sandbox';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { NativeConnection, Worker, type WorkerOptions, type WorkflowBundlePath } from '@temporalio/worker';
import type { Sandbox } from 'kamachiq';
import { KamachiqClient } from 'kamachiq/client';
import { startTemporal, startTimeSkippingTemporal } from 'kamachiq/testing';
import { FilesystemArtifactStore, KamachiqPlugin, type KamachiqPluginOptions, type KamachiqPorts } from 'kamachiq/worker';
import { bundleWorkflows } from './bundle-workflows.js';
import { cacheOfWorkflows } from './cache-of-workflows.js';
import { recordHistories } from './record-histories.js';

/** What a test may say of its worker beside the ports. */
interface FixtureWorkerOptions
  extends Pick<
    WorkerOptions,
    'maxCachedWorkflows' | 'maxConcurrentActivityTaskExecutions' | 'maxHeartbeatThrottleInterval' | 'defaultHeartbeatThrottleInterval'
  > {
  readonly taskQueue?: string;
  /** As the plugin has them. */
  readonly agents?: KamachiqPluginOptions['agents'];
  readonly reviewsApart?: boolean;
}

/** A real server, a bundle of our workflows, a sandbox, and folders that go away with it. */
export class TemporalFixture {
  readonly environment: TestWorkflowEnvironment;
  readonly folder: string;
  readonly sandbox: Sandbox = pyodideSandbox();
  readonly #stopServer: () => Promise<void>;
  readonly #bundle: WorkflowBundlePath;

  private constructor(environment: TestWorkflowEnvironment, stopServer: () => Promise<void>, folder: string, bundle: WorkflowBundlePath) {
    this.environment = environment;
    this.#stopServer = stopServer;
    this.folder = folder;
    this.#bundle = bundle;
  }

  /**
   * The dev server by default; the time-skipping server where days must pass in no time.
   *
   * @param settings - Further ones of the dev server's dynamic configuration. Example: `matching.enableFairness=true`.
   */
  static async start(kind: 'dev' | 'time-skipping' = 'dev', settings: readonly string[] = []): Promise<TemporalFixture> {
    const folder = await mkdtemp(join(tmpdir(), 'kamachiq-test-'));
    const bundle = await bundleWorkflows(new URL('./workflows.ts', import.meta.url));
    if (kind === 'dev') {
      const temporal = await startTemporal({ settings });
      return new TemporalFixture(temporal.environment, () => temporal.stop(), folder, bundle);
    }
    const environment = await startTimeSkippingTemporal();
    return new TemporalFixture(environment, () => environment.teardown(), folder, bundle);
  }

  async stop(): Promise<void> {
    await this.sandbox.doClose?.();
    await this.#stopServer();
    await rm(this.folder, { recursive: true, force: true });
  }

  artifacts(): FilesystemArtifactStore {
    return new FilesystemArtifactStore(join(this.folder, 'artifacts'));
  }

  /** Runs work beside a worker with these ports, on a queue of its own unless one is named. The worker is stopped whatever the work does. */
  async withWorker<Result>(
    ports: Omit<KamachiqPorts, 'artifacts' | 'sandbox'> & Partial<Pick<KamachiqPorts, 'artifacts' | 'sandbox'>>,
    work: (client: KamachiqClient, taskQueue: string) => Promise<Result>,
    { taskQueue = `test-${randomUUID()}`, agents, reviewsApart = false, ...options }: FixtureWorkerOptions = {},
  ): Promise<Result> {
    // Two workers of one process on one connection would share its fate.
    const connection = await NativeConnection.connect({ address: this.environment.address });
    try {
      const worker = await Worker.create({
        connection,
        taskQueue,
        workflowBundle: this.#bundle,
        ...cacheOfWorkflows(),
        plugins: [
          new KamachiqPlugin(
            { artifacts: this.artifacts(), sandbox: this.sandbox, ...ports },
            { ...(agents === undefined ? {} : { agents }), reviewsApart },
          ),
        ],
        ...options,
      });
      return await worker.runUntil(async () => {
        const result = await work(new KamachiqClient(this.environment.client, { taskQueue }), taskQueue);
        await recordHistories(this.environment.client, taskQueue);
        return result;
      });
    } finally {
      await connection.close();
    }
  }
}
