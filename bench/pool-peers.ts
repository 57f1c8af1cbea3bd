import pLimit from 'p-limit';
import PQueue from 'p-queue';
import type { Asking } from './serve-all.js';

/** Another library that runs a limited number of jobs at once. */
export interface PoolPeer {
  readonly name: string;
  /** Serves everybody with a job that ends at once; answers in which order. */
  readonly serve: (asking: readonly Asking[], slots: number) => Promise<readonly string[]>;
}

/** Each as its manual shows it. */
export const POOL_PEERS: readonly PoolPeer[] = [
  {
    // It knows no priorities: first come, first served.
    name: 'p-limit',
    async serve(asking, slots) {
      const limit = pLimit(slots);
      const served: string[] = [];
      await Promise.all(asking.map(({ id }) => limit(async () => served.push(id))));
      return served;
    },
  },
  {
    name: 'p-queue',
    async serve(asking, slots) {
      const queue = new PQueue({ concurrency: slots });
      const served: string[] = [];
      for (const { id, urgency } of asking) void queue.add(async () => served.push(id), { priority: urgency });
      await queue.onIdle();
      return served;
    },
  },
];
