import { Worker, type WorkerOptions } from '@temporalio/worker';
import { requireSlots } from '../agents/require-slots.js';
import { agentQueueOf } from './agent-queue.js';
import { createActivities } from './create-activities.js';
import type { KamachiqPorts } from './kamachiq-ports.js';

/** In the options of every worker of agents. A name would not do: a host may call a queue of its own so, and plugins may change what they don't know. */
const OF_AGENTS = Symbol('kamachiq.agents');

/**
 * What a worker of agents is made with: Temporal's own options, but for what such a worker can't have; `taskQueue` of the tasks, as the worker beside it
 * has it, for agents are taken from `<queue>-agents`; `slots`, agents at work at once on this worker, at least 1. All workers of the queue together are the
 * limit of all projects together.
 *
 * @public
 */
export type AgentWorkerOptions = Omit<
  WorkerOptions,
  'activities' | 'workflowsPath' | 'workflowBundle' | 'plugins' | 'nexusServices' | 'tuner' | 'maxConcurrentActivityTaskExecutions'
> & { readonly taskQueue: string; readonly slots: number };

/**
 * Makes a worker that runs agents and nothing else, so that its slots are the limit of all projects together. It doesn't run yet, and closes no port.
 *
 * Agents come to it where `createActivities(ports, { agentsApart: true })` serves the queue of the tasks. `KamachiqPlugin` does both with its option
 * `agents`.
 *
 * @throws KamachiqError `pool.invalid-slots`, `template.duplicate-name`
 * @public
 */
export async function createAgentWorker(ports: KamachiqPorts, options: AgentWorkerOptions): Promise<Worker> {
  return Worker.create(agentWorkerOptions(ports, options));
}

/** @throws KamachiqError `pool.invalid-slots`, `template.duplicate-name` */
export function agentWorkerOptions(ports: KamachiqPorts, { slots, taskQueue, ...options }: AgentWorkerOptions): WorkerOptions {
  const name = 'kamachiq.spawnAgent';
  const marked = { [OF_AGENTS]: true };
  return {
    maxHeartbeatThrottleInterval: '2 seconds',
    ...options,
    ...marked,
    taskQueue: agentQueueOf(taskQueue),
    activities: { [name]: createActivities(ports)[name] },
    maxConcurrentActivityTaskExecutions: requireSlots(slots),
  };
}

/** True for the options of a worker of agents: plugins of its connection are given them too, ours among them. */
export const isAgentWorker = (options: object): boolean => OF_AGENTS in options;
