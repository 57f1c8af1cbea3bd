import { Worker, type WorkerOptions, type WorkerPlugin } from '@temporalio/worker';
import { requireSlots } from '../agents/require-slots.js';
import { KamachiqError } from '../errors/kamachiq-error.js';
import { agentQueueOf } from './apart-queues.js';
import { agentWorkerOptions } from './apart-worker.js';
import type { KamachiqPorts } from './kamachiq-ports.js';

/** What a worker of agents has as the host's has it when every plugin has configured that. */
const SHARED = [
  'namespace',
  'identity',
  'dataConverter',
  'shutdownGraceTime',
  'shutdownForceTime',
  'maxHeartbeatThrottleInterval',
  'defaultHeartbeatThrottleInterval',
] as const satisfies readonly (keyof WorkerOptions)[];

type Options = Worker['options'];

/** Which queue of which namespace a worker serves. */
interface Served {
  readonly namespace: string;
  readonly taskQueue: string;
}

/** A worker of agents that runs beside those of a host's that serve one queue over one connection. */
interface RunningAgents {
  readonly host: Options;
  readonly worker: Promise<Worker>;
  /** Resolves when it has ended, with why it failed where it did. */
  readonly ended: Promise<Failure | null>;
  /** How many of the host's workers it runs for. */
  users: number;
}

interface Failure {
  readonly error: unknown;
}

/**
 * Runs beside a host's workers one worker of agents for each of their queues, however many of them serve it over the same connection: over another they
 * may reach another server, and may close it when they have ended. What was started is stopped.
 */
export class AgentWorkers {
  readonly #ports: KamachiqPorts;
  readonly #slots: number;
  /** What the host's workers serve, of whatever server. */
  readonly #served: Served[] = [];
  readonly #running = new Set<RunningAgents>();

  /** @param slots - Of each worker of agents. @throws KamachiqError `pool.invalid-slots` */
  constructor(ports: KamachiqPorts, slots: number) {
    this.#ports = ports;
    this.#slots = requireSlots(slots);
  }

  /**
   * Remembers the queue of a worker of the host's. One that agents of another of its queues are taken from is refused: each would get tasks of the other.
   *
   * @throws KamachiqError `pool.queue-taken`
   */
  admit({ namespace = 'default', taskQueue }: WorkerOptions): void {
    const inNamespace = this.#served.filter((served) => served.namespace === namespace);
    for (const { taskQueue: other } of inNamespace) {
      if (agentQueueOf(other) === taskQueue || agentQueueOf(taskQueue) === other) throw queueTaken(taskQueue, other);
    }
    if (!inNamespace.some((served) => served.taskQueue === taskQueue)) this.#served.push({ namespace, taskQueue });
  }

  /**
   * Runs a host's worker with agents beside it. Where these fail, the host's worker is stopped: its projects would wait for nobody.
   *
   * @throws Whatever either of them failed with; the host's own error where both did.
   */
  async runBeside(host: Worker, run: () => Promise<void>): Promise<void> {
    const agents = [...this.#running].find((each) => servesAs(each.host, host.options)) ?? this.#start(host.options);
    agents.users += 1;
    try {
      // The host's worker is at work at once: whoever runs it may stop it at once.
      const running = run();
      void agents.ended.then((failure) => failure !== null && stop(host));
      await running;
    } catch (error) {
      await this.#leave(agents);
      throw error;
    }
    const failure = await this.#leave(agents);
    if (failure !== null) throw failure.error;
  }

  #start(host: Options): RunningAgents {
    const { connection, taskQueue, interceptors } = host;
    const shared = Object.fromEntries(SHARED.filter((name) => host[name] !== undefined).map((name) => [name, host[name]]));
    const options = { ...shared, taskQueue, slots: this.#slots, interceptors: { activity: interceptors.activity } };
    const plugins = connection === undefined ? [] : [connectedBy(connection)];
    const worker = Worker.create({ ...agentWorkerOptions(this.#ports, options), plugins });
    const ended = worker
      .then((made) => made.run())
      .then(
        () => null,
        (error: unknown) => ({ error }),
      );
    const agents: RunningAgents = { host, worker, ended, users: 0 };
    this.#running.add(agents);
    return agents;
  }

  /** @returns Why the agents failed, where they did. */
  async #leave(agents: RunningAgents): Promise<Failure | null> {
    agents.users -= 1;
    if (agents.users === 0) {
      this.#running.delete(agents);
      await agents.worker.then(stop, () => undefined);
      return agents.ended;
    }
    // Others still run beside it: only a failure is told already.
    return Promise.race([agents.ended, null]);
  }
}

/** A worker that was told to stop before, by a signal of the process for example, takes no second word. */
function stop(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}

const servesAs = (one: Options, other: Options) =>
  one.connection === other.connection && one.namespace === other.namespace && one.taskQueue === other.taskQueue;

/**
 * Connects a worker that is made without a connection. The plugins of the connection would configure it otherwise, with what they have configured the
 * host's worker with already: codecs would encode twice.
 */
const connectedBy = (connection: NonNullable<WorkerOptions['connection']>): WorkerPlugin => ({
  name: 'kamachiq.agents',
  configureWorker: (options) => ({ ...options, connection }),
});

const queueTaken = (taskQueue: string, other: string) =>
  new KamachiqError({
    code: 'pool.queue-taken',
    message: `Expected a task queue of its own for every worker, got ${JSON.stringify(taskQueue)} beside ${JSON.stringify(other)}: agents of the one are taken from the other.`,
    remedy: 'Call one of the queues something that does not end in `-agents`. Where they are of different servers, make a plugin for each.',
  });
