import { Worker } from '@temporalio/worker';
import { type ApartWorkerOptions, reviewWorkerOptions } from './apart-worker.js';
import type { KamachiqPorts } from './kamachiq-ports.js';

/**
 * Makes a worker that reviews and does nothing else: what was made is executed on its machine, in its sandbox. It doesn't run yet, and closes no port.
 *
 * Reviews come to it, by `<queue>-reviews`, where `createActivities` or `KamachiqPlugin` with `reviewsApart` serves the queue of the tasks.
 *
 * @throws KamachiqError `pool.invalid-slots`, `template.duplicate-name`
 * @public
 */
export async function createReviewWorker(ports: KamachiqPorts, options: ApartWorkerOptions): Promise<Worker> {
  return Worker.create(reviewWorkerOptions(ports, options));
}
