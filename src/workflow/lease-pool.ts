import { FairAgentPool } from '../agents/fair-agent-pool.js';
import { jsonBytes } from '../ports/json-bytes.js';
import type { AgentPoolStatus, LeaseHolder, LeasePoolSnapshot, LeaseRequest } from './agent-pool-messages.js';

/** What all who wait may weigh together: they must be carried over when the workflow continues as new. Whoever is turned away asks again. */
const WAITING_BYTES = 1_000_000;

/** Most characters of any name. */
const NAME_CHARACTERS = 1_000;

/** Most entries of a list that people are shown. */
const SHOWN = 500;

/** Who waits for a lease and who holds one. Plain state: believes no message. */
export class LeasePool {
  readonly #pool: FairAgentPool;
  readonly #holders = new Map<string, LeaseHolder>();
  #waitingBytes = 0;

  /** @throws KamachiqError `pool.invalid-slots` */
  constructor(slots: number, state?: LeasePoolSnapshot) {
    this.#pool = state === undefined ? new FairAgentPool(slots) : FairAgentPool.fromSnapshot(state.pool);
    for (const holder of state?.holders ?? []) {
      this.#holders.set(holder.key, holder);
      if (!this.#pool.holds(holder.key)) this.#waitingBytes += jsonBytes(holder);
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
    if (!isRequest(request)) return null;
    const { key, workflowId, runId, group, urgency, weight = 1 } = request;
    if (this.#pool.holds(key)) return this.#holders.get(key)!;
    const holder = { key, workflowId, runId, group, since: now };
    const bytes = jsonBytes(holder);
    if (this.#holders.has(key) || this.#waitingBytes + bytes > WAITING_BYTES) return null;
    this.#waitingBytes += bytes;
    this.#holders.set(key, holder);
    this.#pool.request({ id: key, group, urgency, weight, since: now });
    return null;
  }

  /** The next who gets a lease; null while there is none to get, or nobody to get it. */
  next(now: number): LeaseHolder | null {
    const key = this.#pool.next();
    if (key === null) return null;
    const waited = this.#holders.get(key)!;
    this.#waitingBytes -= jsonBytes(waited);
    const holder = { ...waited, since: now };
    this.#holders.set(key, holder);
    return holder;
  }

  /** Takes a lease, or a place among those that wait, from whoever had it; doing it twice changes nothing. */
  release(key: string): void {
    const holder = this.#holders.get(key);
    if (holder === undefined) return;
    if (!this.#pool.holds(key)) this.#waitingBytes -= jsonBytes(holder);
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

/** Any client of the namespace may send a signal: what its type promises is not known of it. */
function isRequest(request: Partial<Record<keyof LeaseRequest, unknown>> | null): boolean {
  const { key, workflowId, runId, group, urgency, weight = 1 } = request ?? {};
  const areNames = [key, workflowId, runId, group].every((name) => typeof name === 'string' && name !== '' && name.length <= NAME_CHARACTERS);
  return areNames && Number.isFinite(urgency) && typeof weight === 'number' && weight >= 0.001 && weight <= 1_000;
}
