import type { WorkerOptions } from '@temporalio/worker';
import { requireSlots } from '../agents/require-slots.js';
import type { RegisteredActivities } from '../workflow/activity-names.js';
import { agentQueueOf, reviewQueueOf } from './apart-queues.js';
import { createActivities } from './create-activities.js';
import type { KamachiqPorts } from './kamachiq-ports.js';

/** In the options of every worker of one activity. A name would not do: a host may call a queue of its own so, and plugins may change what they don't know. */
const APART = Symbol('kamachiq.apart');

/**
 * What a worker of one activity is made with: Temporal's own options, but for what such a worker can't have; `taskQueue` of the tasks, as the worker beside it
 * has it, for what it does is taken from a queue named after that; `slots`, how many it does at once, at least 1.
 *
 * @public
 */
export type ApartWorkerOptions = Omit<
  WorkerOptions,
  'activities' | 'workflowsPath' | 'workflowBundle' | 'plugins' | 'nexusServices' | 'tuner' | 'maxConcurrentActivityTaskExecutions'
> & { readonly taskQueue: string; readonly slots: number };

/** @throws KamachiqError `pool.invalid-slots`, `template.duplicate-name` */
export const agentWorkerOptions = (ports: KamachiqPorts, options: ApartWorkerOptions): WorkerOptions =>
  apart(ports, 'kamachiq.spawnAgent', agentQueueOf(options.taskQueue), options);

/** @throws KamachiqError `pool.invalid-slots`, `template.duplicate-name` */
export const reviewWorkerOptions = (ports: KamachiqPorts, options: ApartWorkerOptions): WorkerOptions =>
  apart(ports, 'kamachiq.evaluateQuality', reviewQueueOf(options.taskQueue), options);

function apart(ports: KamachiqPorts, name: keyof RegisteredActivities, taskQueue: string, { slots, ...options }: ApartWorkerOptions): WorkerOptions {
  const marked = { [APART]: true };
  return {
    maxHeartbeatThrottleInterval: '2 seconds',
    ...options,
    ...marked,
    taskQueue,
    activities: { [name]: createActivities(ports)[name] },
    maxConcurrentActivityTaskExecutions: requireSlots(slots),
  };
}

/** True for the options of a worker of one activity: plugins of its connection are given them too, ours among them. */
export const isApart = (options: object): boolean => APART in options;
