import { AgentPool, GraphRun } from 'kamachiq';
import type { Schedule } from './schedule.js';
import type { GeneratedNode } from './task-graph-families.js';

/** What is known of a task beforehand, and what comes of it. */
export interface TimedTask extends GeneratedNode {
  readonly estimate: number;
  readonly duration: number;
}

/**
 * Carries a plan out as the project workflow does, on a clock of its own: a graph run that orders by estimates answers what is ready, a pool of
 * slots says who starts, and what has started takes as long as it really takes.
 */
export function simulateRun(tasks: readonly TimedTask[], slots: number): Schedule {
  const run = new GraphRun({ nodes: tasks }, { durationOf: ({ estimate }) => estimate });
  const pool = new AgentPool(slots);
  const positions = new Map(tasks.map(({ id }, position) => [id, position]));
  const starts = new Array<number>(tasks.length).fill(0);
  const ends = new Array<number>(tasks.length).fill(0);
  const working = new Map<string, number>();
  const request = (ids: readonly string[]) => {
    for (const id of ids) pool.request(id, run.priority(id));
  };
  let now = 0;
  request(run.ready());
  while (!run.settled) {
    for (let id = pool.next(); id !== null; id = pool.next()) {
      const position = positions.get(id)!;
      run.started(id);
      starts[position] = now;
      ends[position] = now + tasks[position]!.duration;
      working.set(id, ends[position]);
    }
    if (working.size === 0) throw new Error('Expected a task at work, got tasks that wait for each other.');
    now = Math.min(...working.values());
    for (const [id, end] of [...working]) {
      if (end > now) continue;
      working.delete(id);
      pool.release(id);
      request(run.succeeded(id));
    }
  }
  return { starts, ends };
}
