import { AgentPool } from '../../agents/agent-pool.js';
import { GraphRun } from '../../graph/run/graph-run.js';
import type { TaskNode } from '../../graph/task-node.js';

/**
 * How long a plan takes when its tasks take so long: a graph run says what is ready and what is urgent, a pool of slots who starts, as in the
 * project workflow, on a clock of its own.
 *
 * @param nodes - Without conditions, as {@link withoutConditions} makes them.
 * @param durations - One for each task, in the order of the plan.
 * @returns In the unit of the durations.
 */
export function simulateMakespan(nodes: readonly TaskNode[], durations: readonly number[], slots: number): number {
  const run = new GraphRun({ nodes });
  const pool = new AgentPool(slots);
  const positions = new Map(nodes.map(({ id }, position) => [id, position]));
  const working: { readonly id: string; readonly end: number }[] = [];
  const request = (ids: readonly string[]) => {
    for (const id of ids) pool.request(id, run.priority(id));
  };
  let now = 0;
  request(run.ready());
  while (!run.settled) {
    for (let id = pool.next(); id !== null; id = pool.next()) {
      run.started(id);
      working.push({ id, end: now + durations[positions.get(id)!]! });
    }
    // At most as many as there are slots.
    const next = working.reduce((earliest, { end }, index) => (end < working[earliest]!.end ? index : earliest), 0);
    const [ended] = working.splice(next, 1);
    now = ended!.end;
    pool.release(ended!.id);
    request(run.succeeded(ended!.id));
  }
  return now;
}

/** Tasks that are all carried out: what a condition or a trigger rule decides is not known beforehand, and could only leave work out. */
export const withoutConditions = (nodes: readonly TaskNode[]): readonly TaskNode[] =>
  nodes.map(({ triggerRule: _rule, when: _condition, ...node }) => node);
