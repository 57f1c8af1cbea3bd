import { fileURLToPath } from 'node:url';
import { type NativeConnection, Worker } from '@temporalio/worker';
import { KamachiqPlugin, type KamachiqPorts } from 'kamachiq/worker';
import * as activities from './activities.js';

/** Your worker with kamachiq on it. Compare `worker-with-activities.ts`, which does the same by hand. */
export function createWorkerWithPlugin(connection: NativeConnection, taskQueue: string, ports: KamachiqPorts): Promise<Worker> {
  return Worker.create({
    connection,
    taskQueue,
    workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
    activities,
    // Adds activities whose names begin with `kamachiq.`, and closes sandbox and model when the worker has ended.
    plugins: [new KamachiqPlugin(ports)],
  });
}
