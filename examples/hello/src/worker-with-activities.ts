import { fileURLToPath } from 'node:url';
import { type NativeConnection, Worker } from '@temporalio/worker';
import { createActivities, type KamachiqPorts } from 'kamachiq/worker';
import * as activities from './activities.js';

/** Your worker with kamachiq on it, for those who keep plugins out. */
export function createWorkerWithActivities(connection: NativeConnection, taskQueue: string, ports: KamachiqPorts): Promise<Worker> {
  return Worker.create({
    connection,
    taskQueue,
    workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
    // Ours are named `kamachiq.…`: they can't collide with yours.
    activities: { ...activities, ...createActivities(ports) },
  });
}
