import { Worker } from '@temporalio/worker';
import { type ApartWorkerOptions, agentWorkerOptions } from './apart-worker.js';
import type { KamachiqPorts } from './kamachiq-ports.js';

/**
 * Makes a worker that runs agents and nothing else, so that its slots are the limit of all projects together. It doesn't run yet, and closes no port.
 *
 * Agents come to it, by `<queue>-agents`, where `createActivities(ports, { agentsApart: true })` serves the queue of the tasks. `KamachiqPlugin` does both with
 * its option `agents`. All workers of the queue together are the limit of all projects together.
 *
 * @throws KamachiqError `pool.invalid-slots`, `template.duplicate-name`
 * @public
 */
export async function createAgentWorker(ports: KamachiqPorts, options: ApartWorkerOptions): Promise<Worker> {
  return Worker.create(agentWorkerOptions(ports, options));
}
