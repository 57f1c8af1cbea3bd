import type { GraphRun } from 'kamachiq';
import type { GeneratedNode } from './task-graph-families.js';

/** Carries a run out from ready to settled; tasks are started in the order in which they became ready. @returns Whether it is settled. */
export function drainRun(run: GraphRun<GeneratedNode>): boolean {
  const queue = [...run.ready()];
  for (let taken = 0; taken < queue.length; taken += 1) {
    const id = queue[taken]!;
    run.started(id);
    for (const next of run.succeeded(id)) queue.push(next);
  }
  return run.settled;
}
