import { AgentPool } from 'kamachiq';
import { MinimalQueue } from './minimal-queue.js';

/** Somebody who asks for a slot. */
export interface Asking {
  readonly id: string;
  readonly urgency: number;
}

/** Lets everybody ask, then serves them all, each giving its slot back before the next starts; answers in which order. */
export type ServeAll = (asking: readonly Asking[], slots: number) => readonly string[];

/** By our pool. */
export const serveByPool: ServeAll = (asking, slots) => {
  const pool = new AgentPool(slots);
  for (const { id, urgency } of asking) pool.request(id, urgency);
  return drain(
    () => pool.next(),
    (id) => pool.release(id),
  );
};

/** By the least that can do it. */
export const serveByMinimalQueue: ServeAll = (asking, slots) => {
  const queue = new MinimalQueue(slots);
  for (const { id, urgency } of asking) queue.add(id, urgency);
  return drain(
    () => queue.start(),
    () => queue.end(),
  );
};

/** Whoever began first ends first. */
function drain(start: () => string | null, end: (id: string) => void): readonly string[] {
  const served: string[] = [];
  for (let ended = 0; ; ended += 1) {
    for (let id = start(); id !== null; id = start()) served.push(id);
    if (ended === served.length) return served;
    end(served[ended]!);
  }
}
