import type { Worker, WorkerOptions } from '@temporalio/worker';
import { requireSlots } from '../agents/require-slots.js';
import { agentQueueOf } from './agent-queue.js';
import { createAgentWorker } from './create-agent-worker.js';
import type { KamachiqPorts } from './kamachiq-ports.js';

/** What a worker of agents has as the host's has it. */
const SHARED = [
  'connection',
  'namespace',
  'identity',
  'dataConverter',
  'shutdownGraceTime',
  'shutdownForceTime',
  'maxHeartbeatThrottleInterval',
  'defaultHeartbeatThrottleInterval',
] as const satisfies readonly (keyof WorkerOptions)[];

/** Which queue of which namespace a worker serves. */
type Served = Pick<WorkerOptions, 'namespace' | 'taskQueue'>;

/** A worker of agents that runs beside one or more of a host's. */
interface RunningAgents {
  readonly worker: Promise<Worker>;
  /** Resolves when it has ended, with why it failed where it did. */
  readonly ended: Promise<Failure | null>;
  /** How many of the host's workers it runs for. */
  users: number;
}

interface Failure {
  readonly error: unknown;
}

/** Runs beside a host's workers one worker of agents for each of their queues, however many of them serve it. What was started is stopped. */
export class AgentWorkers {
  readonly #ports: KamachiqPorts;
  readonly #slots: number;
  readonly #hosts = new Map<string, WorkerOptions>();
  readonly #running = new Map<string, RunningAgents>();
  /** Queues that the workers of agents serve themselves. */
  readonly #own = new Set<string>();

  /** @param slots - Of each worker of agents. @throws KamachiqError `pool.invalid-slots` */
  constructor(ports: KamachiqPorts, slots: number) {
    this.#ports = ports;
    this.#slots = requireSlots(slots);
  }

  /** True for a worker of agents itself: plugins of a connection are given to every worker that is made with it. */
  isOwn(served: Served): boolean {
    return this.#own.has(keyOf(served));
  }

  /** Keeps what a host's worker is made with: the worker of agents reaches the same server in the same way. */
  learn(options: WorkerOptions): void {
    this.#hosts.set(keyOf(options), options);
  }

  /**
   * Runs a host's worker with agents beside it. Where these fail, the host's worker is stopped: its projects would wait for nobody.
   *
   * @throws Whatever either of them failed with; the host's own error where both did.
   */
  async runBeside(host: Worker, run: () => Promise<void>): Promise<void> {
    const key = keyOf(host.options);
    const agents = this.#running.get(key) ?? this.#start(key);
    agents.users += 1;
    try {
      // The host's worker is at work at once: whoever runs it may stop it at once.
      const running = run();
      void agents.ended.then((failure) => failure !== null && stop(host));
      await running;
    } catch (error) {
      await this.#leave(key, agents);
      throw error;
    }
    const failure = await this.#leave(key, agents);
    if (failure !== null) throw failure.error;
  }

  #start(key: string): RunningAgents {
    const host = this.#hosts.get(key)!;
    const { taskQueue } = host;
    const shared = Object.fromEntries(SHARED.filter((name) => host[name] !== undefined).map((name) => [name, host[name]]));
    const activity = host.interceptors?.activity;
    this.#own.add(keyOf({ ...host, taskQueue: agentQueueOf(taskQueue) }));
    const options = { ...shared, taskQueue, slots: this.#slots, ...(activity === undefined ? {} : { interceptors: { activity } }) };
    const worker = createAgentWorker(this.#ports, options);
    const ended = worker
      .then((made) => made.run())
      .then(
        () => null,
        (error: unknown) => ({ error }),
      );
    const agents: RunningAgents = { worker, ended, users: 0 };
    this.#running.set(key, agents);
    return agents;
  }

  /** @returns Why the agents failed, where they did. */
  async #leave(key: string, agents: RunningAgents): Promise<Failure | null> {
    agents.users -= 1;
    if (agents.users === 0) {
      this.#running.delete(key);
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

const keyOf = ({ namespace = 'default', taskQueue }: Served) => JSON.stringify([namespace, taskQueue]);
