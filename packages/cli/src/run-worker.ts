import { NativeConnection, Worker } from '@temporalio/worker';
import { KamachiqPlugin, type KamachiqPorts } from 'kamachiq/worker';
import { noServer, requireAddress } from './connect.js';

/** Places for what goes on beside agents: plans, changes of them, verdicts and reports of several projects. */
const ROOM_BESIDE_AGENTS = 10;

/** A worker that runs until it is stopped. */
export interface RunningWorker {
  /** Resolves when it was stopped, rejects when it failed. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a worker with our workflows and activities. Resolves once it polls.
 *
 * @throws KamachiqError `cli.invalid-address`, `cli.no-server`
 */
export async function startWorker(options: {
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly ports: KamachiqPorts;
}): Promise<RunningWorker> {
  const { address, namespace, taskQueue, ports } = options;
  requireAddress(address);
  const connection = await NativeConnection.connect({ address }).catch((cause: unknown) => {
    throw noServer(address, cause);
  });
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    plugins: [new KamachiqPlugin(ports)],
    maxConcurrentActivityTaskExecutions: ROOM_BESIDE_AGENTS,
    shutdownGraceTime: '5 seconds',
  }).catch(async (error: unknown) => {
    await connection.close();
    throw error;
  });
  const ended = worker.run().finally(() => connection.close());
  // Whoever waits sees the rejection; until then it must not end the process.
  ended.catch(() => undefined);
  return {
    ended,
    stop: async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended.catch(() => undefined);
    },
  };
}
