import { fileURLToPath } from 'node:url';
import { SimplePlugin } from '@temporalio/plugin';
import type { WorkerOptions } from '@temporalio/worker';
import { closePorts } from './close-ports.js';
import { createActivities } from './create-activities.js';
import type { KamachiqPorts } from './kamachiq-ports.js';

/**
 * Registers our activities on a worker, and closes the ports that it was given.
 *
 * One plugin may serve several workers at once: when the last of those that run has ended, model and sandbox are closed (`doClose`), whether the
 * host closes them too or not. Workers that run one after the other get a plugin each, with ports opened for it. A host that wants to go on
 * using its ports registers `createActivities` instead, which closes nothing.
 *
 * A plugin can't add workflows to a host's: re-export ours from the host's workflow module (`export * from 'kamachiq/workflows'`). A worker
 * without workflows of its own gets ours.
 *
 * @public
 */
export class KamachiqPlugin extends SimplePlugin {
  constructor(ports: KamachiqPorts) {
    let running = 0;
    const leave = async () => {
      running -= 1;
      if (running === 0) await closePorts(ports);
    };
    super({
      name: 'kamachiq.KamachiqPlugin',
      activities: (existing) => ({ ...existing, ...createActivities(ports) }),
      workflowsPath: (existing) => existing ?? fileURLToPath(import.meta.resolve('kamachiq/workflows')),
      runContext: async (next) => {
        running += 1;
        try {
          await next();
        } catch (error) {
          // Why the worker failed matters more than what could not be closed after it.
          await leave().catch(() => undefined);
          throw error;
        }
        await leave();
      },
    });
  }

  /** Lets heartbeats through often enough that a cancellation reaches a model call within seconds, unless the host chose otherwise. */
  override configureWorker(options: WorkerOptions): WorkerOptions {
    return super.configureWorker({ maxHeartbeatThrottleInterval: '2 seconds', ...options });
  }
}
