import { FairAgentPool } from '../agents/fair-agent-pool.js';
import { jsonBytes } from '../ports/json-bytes.js';
import type { AgentPoolStatus, LeaseHolder, LeasePoolSnapshot, LeaseRequest } from './agent-pool-messages.js';
import { isLeaseHolder, isLeaseRequest } from './is-lease-request.js';

/**
 * What all who wait or hold a lease may weigh together in a snapshot. With the 230 kB of groups of which nobody waits it must fit what a workflow may
 * continue as new with, which is 2 MiB, even where a codec writes three bytes as four. Whoever is turned away asks again.
 */
const KNOWN_BYTES = 1_250_000;

/** Most entries of a list that people are shown. */
const SHOWN = 500;

/** Who waits for a lease and who holds one. Plain state: believes no message. */
export class LeasePool {
  readonly #pool: FairAgentPool;
  readonly #holders = new Map<string, LeaseHolder>();
  #bytes = 0;

  /** @throws KamachiqError `pool.invalid-slots` */
  constructor(slots: number, state?: LeasePoolSnapshot) {
    this.#pool = state === undefined ? new FairAgentPool(slots) : FairAgentPool.fromSnapshot(state.pool);
    for (const holder of state?.holders ?? []) {
      this.#holders.set(holder.key, holder);
      this.#bytes += bytesOf(holder);
      if (!isLeaseHolder(holder)) this.release(holder.key);
    }
  }

  get slots(): number {
    return this.#pool.slots;
  }

  get queued(): number {
    return this.#pool.queued;
  }

  /** @throws KamachiqError `pool.invalid-slots` */
  setSlots(slots: number): void {
    this.#pool.setSlots(slots);
  }

  /** @returns A lease that the holder has already and may not know of. */
  request(request: LeaseRequest, now: number): LeaseHolder | null {
    if (!isLeaseRequest(request)) return null;
    const { key, workflowId, runId, group, urgency, weight = 1 } = request;
    if (this.#pool.holds(key)) return this.#holders.get(key)!;
    const holder = { key, workflowId, runId, group, since: now };
    const bytes = bytesOf(holder);
    if (this.#holders.has(key) || this.#bytes + bytes > KNOWN_BYTES) return null;
    this.#bytes += bytes;
    this.#holders.set(key, holder);
    this.#pool.request({ id: key, group, urgency, weight, since: now });
    return null;
  }

  /** The next who gets a lease; null while there is none to get, or nobody to get it. */
  next(now: number): LeaseHolder | null {
    const key = this.#pool.next();
    if (key === null) return null;
    const holder = { ...this.#holders.get(key)!, since: now };
    this.#holders.set(key, holder);
    return holder;
  }

  /** Takes a lease, or a place among those that wait, from whoever had it; doing it twice changes nothing. */
  release(key: string): void {
    const holder = this.#holders.get(key);
    if (holder === undefined) return;
    this.#bytes -= bytesOf(holder);
    this.#holders.delete(key);
    this.#pool.withdraw(key);
    this.#pool.release(key);
  }

  /** Leases that are held since then or longer. */
  heldSince(time: number): readonly LeaseHolder[] {
    return this.#of(true).filter(({ since }) => since <= time);
  }

  status(): AgentPoolStatus {
    const { slots, busy, queued } = this.#pool;
    return { slots, busy, queued, leases: this.#of(true).slice(0, SHOWN), waiting: this.#of(false).slice(0, SHOWN) };
  }

  toSnapshot(checkAt: number | null): LeasePoolSnapshot {
    return { pool: this.#pool.toSnapshot(), holders: [...this.#holders.values()], checkAt };
  }

  #of(holding: boolean): readonly LeaseHolder[] {
    return [...this.#holders.values()].filter(({ key }) => this.#pool.holds(key) === holding);
  }
}

/** Most that somebody takes in a snapshot: once among the holders, and once as the only one who waits of a group. The numbers there take 220 at most, names of fields included. */
const bytesOf = ({ key, workflowId, runId, group }: LeaseHolder) => jsonBytes([key, key, workflowId, runId, group, group]) + 220;
