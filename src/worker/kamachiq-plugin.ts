import { fileURLToPath } from 'node:url';
import { SimplePlugin } from '@temporalio/plugin';
import type { Worker, WorkerOptions } from '@temporalio/worker';
import { AgentWorkers } from './agent-workers.js';
import { isApart } from './apart-worker.js';
import { closePorts } from './close-ports.js';
import { createActivities } from './create-activities.js';
import type { KamachiqPorts } from './kamachiq-ports.js';

/** What a plugin does beside registering activities. @public */
export interface KamachiqPluginOptions {
  /**
   * Runs agents apart from everything else: beside each queue that the plugin's workers serve runs a worker of its own, on `<queue>-agents`, with so
   * many slots; workers of one queue that share a connection share it. These slots, of all connections of all processes together, are the limit of all
   * projects together. With null agents run on the host's workers, and each project has a limit of its own.
   *
   * @defaultValue 10 slots
   */
  readonly agents?: { readonly slots: number } | null;

  /** As `createActivities` has it. Nothing is run beside the host's workers for it. @defaultValue false */
  readonly reviewsApart?: boolean;
}

const DEFAULT_AGENTS = { slots: 10 };

/**
 * Registers our activities on a worker, runs agents on a worker beside it, and closes the ports that it was given.
 *
 * The worker of agents has the connection, data converter, activity interceptors and heartbeats that the host's has once all plugins have configured it,
 * wherever this one stands among them. They don't configure it again, and only those that stand before this one run their `runWorker` around it.
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
  readonly #agents: AgentWorkers | null;

  /** @throws KamachiqError `pool.invalid-slots` */
  constructor(ports: KamachiqPorts, { agents = DEFAULT_AGENTS, reviewsApart = false }: KamachiqPluginOptions = {}) {
    let running = 0;
    const leave = async () => {
      running -= 1;
      if (running === 0) await closePorts(ports);
    };
    super({
      name: 'kamachiq.KamachiqPlugin',
      activities: (existing) => ({ ...existing, ...createActivities(ports, { agentsApart: agents !== null, reviewsApart }) }),
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
    this.#agents = agents === null ? null : new AgentWorkers(ports, agents.slots);
  }

  /** Runs the host's worker, and what belongs beside it until it ends. */
  override runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    if (isApart(worker.options)) return next(worker);
    const agents = this.#agents;
    return super.runWorker(worker, agents === null ? next : (host) => agents.runBeside(host, () => next(host)));
  }

  /**
   * Lets heartbeats through often enough that a cancellation reaches a model call within seconds, unless the host chose otherwise.
   *
   * @throws KamachiqError `pool.queue-taken`
   */
  override configureWorker(options: WorkerOptions): WorkerOptions {
    if (isApart(options)) return options;
    this.#agents?.admit(options);
    return super.configureWorker({ maxHeartbeatThrottleInterval: '2 seconds', ...options });
  }
}
