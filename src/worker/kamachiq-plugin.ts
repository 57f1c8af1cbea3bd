import { fileURLToPath } from 'node:url';
import { SimplePlugin } from '@temporalio/plugin';
import type { WorkerOptions } from '@temporalio/worker';
import { createActivities } from './create-activities.js';
import type { KamachiqPorts } from './kamachiq-ports.js';

/**
 * Registers our activities on a worker and closes what they opened when the worker ends.
 *
 * A plugin can't add workflows to a host's: re-export ours from the host's workflow module (`export * from 'kamachiq/workflows'`). A worker
 * without workflows of its own gets ours.
 *
 * @public
 */
export class KamachiqPlugin extends SimplePlugin {
  constructor(ports: KamachiqPorts) {
    super({
      name: 'kamachiq.KamachiqPlugin',
      activities: (existing) => ({ ...existing, ...createActivities(ports) }),
      workflowsPath: (existing) => existing ?? fileURLToPath(import.meta.resolve('kamachiq/workflows')),
      runContext: async (next) => {
        try {
          await next();
        } finally {
          await ports.sandbox.doClose?.();
        }
      },
    });
  }

  /** Lets heartbeats through often enough that a cancellation reaches a model call within seconds, unless the host chose otherwise. */
  override configureWorker(options: WorkerOptions): WorkerOptions {
    return super.configureWorker({ maxHeartbeatThrottleInterval: '2 seconds', ...options });
  }
}
