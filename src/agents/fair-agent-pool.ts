import { KamachiqError } from '../errors/kamachiq-error.js';
import { jsonBytes } from '../ports/json-bytes.js';
import { requireSlots } from './require-slots.js';
import { UrgencyQueue, type WaitingAgent } from './urgency-queue.js';

/** How often in a row who asked first of a group may be passed over by more urgent ones of the same group. */
const PATIENCE = 100;

/** Most groups without anybody waiting whose last turns are remembered. */
const IDLE_GROUPS = 1_000;

/** Most that their names may weigh together. */
const IDLE_BYTES = 200_000;

/** What somebody asks a pool for that several groups share. @public */
export interface SlotRequest {
  readonly id: string;
  /** Slots go to groups in turns. Example: the id of a project. */
  readonly group: string;
  /** How many turns the group gets for each turn of a group of weight 1, from 0.001 to 1,000; the latest that was given counts. @defaultValue 1 */
  readonly weight?: number;
  /** Inside the group, more is sooner. */
  readonly urgency: number;
  /** The time, for who looks at `waiting`. @defaultValue 0 */
  readonly since?: number;
}

/** Somebody who waits for a slot of a shared pool. @public */
export interface WaitingInGroup extends WaitingAgent {
  readonly group: string;
}

/** A pool as plain JSON. @public */
export interface FairAgentPoolSnapshot {
  readonly slots: number;
  readonly turn: number;
  readonly holders: readonly string[];
  readonly groups: readonly { readonly group: string; readonly weight: number; readonly turn: number; readonly waiting: readonly WaitingAgent[] }[];
  /** Groups of which nobody waits, with the turn that they may have next. */
  readonly idle: readonly (readonly [group: string, turn: number])[];
}

/**
 * Gives a limited number of slots to groups in turns by their weight, and inside a group to whoever is most urgent. Nobody starves: neither a group
 * beside busier ones, nor in a group whoever asked first, who is next once a hundred others of it in a row got a slot before.
 *
 * Start-time fair queueing (Goyal, Vin and Cheng 1996), each slot given being a packet of length 1: over any time in which somebody of both waits,
 * the slots given to two groups, each divided by its weight, differ by at most the sum of 1 / weight of both. What is shared are turns, not hours: a
 * group of long agents holds its slots longer.
 *
 * Of groups of which nobody waits it remembers the last 1,000, or fewer whose names weigh 200 kB together.
 *
 * Plain state, no promises. O(log n) for each operation.
 *
 * @public
 */
export class FairAgentPool {
  readonly #groups = new Map<string, Group>();
  /** Groups of which somebody waits, the earliest turn first. */
  readonly #turns = new UrgencyQueue(Number.POSITIVE_INFINITY);
  readonly #idle = new Map<string, number>();
  #idleBytes = 0;
  readonly #groupOf = new Map<string, string>();
  readonly #holders = new Set<string>();
  #slots: number;
  /** The turn that was given last. */
  #turn = 0;

  /** @param slots - How many may work at once, at least 1. @throws KamachiqError `pool.invalid-slots` */
  constructor(slots: number) {
    this.#slots = requireSlots(slots);
  }

  /** A pool that goes on as the one that the snapshot is of; how often somebody was passed over is counted anew. */
  static fromSnapshot({ slots, turn, holders, groups, idle }: FairAgentPoolSnapshot): FairAgentPool {
    const pool = new FairAgentPool(slots);
    pool.#turn = turn;
    for (const id of holders) pool.#holders.add(id);
    for (const { group, weight, turn: next, waiting } of groups) {
      pool.#remember(group, next);
      for (const { id, urgency, since } of waiting) pool.request({ id, group, weight, urgency, since });
    }
    for (const [group, next] of idle) pool.#remember(group, next);
    return pool;
  }

  toSnapshot(): FairAgentPoolSnapshot {
    return {
      slots: this.#slots,
      turn: this.#turn,
      holders: [...this.#holders],
      groups: this.#turns.entries().map(({ id: group }) => {
        const { weight, turn, waiting } = this.#groups.get(group)!;
        return { group, weight, turn, waiting: waiting.entries() };
      }),
      idle: [...this.#idle],
    };
  }

  get slots(): number {
    return this.#slots;
  }

  /** Where fewer than are busy are left, nobody starts until enough came back. @throws KamachiqError `pool.invalid-slots` */
  setSlots(slots: number): void {
    this.#slots = requireSlots(slots);
  }

  get busy(): number {
    return this.#holders.size;
  }

  get queued(): number {
    return this.#groupOf.size;
  }

  /** Who waits, and since when: group by group; in a group, whoever asked first comes first. O(n log n). */
  get waiting(): readonly WaitingInGroup[] {
    return [...this.#groups].flatMap(([group, { waiting }]) => waiting.entries().map((each) => ({ ...each, group })));
  }

  /** Who waits already or holds a slot, and asks again, changes nothing. @throws KamachiqError `pool.invalid-weight` */
  request({ id, group: key, weight = 1, urgency, since = 0 }: SlotRequest): void {
    requireWeight(weight);
    if (this.#groupOf.has(id) || this.#holders.has(id)) return;
    let group = this.#groups.get(key);
    if (group === undefined) {
      // Who comes back can't save up turns, and can't leave behind those that it had in advance.
      group = { waiting: new UrgencyQueue(PATIENCE), weight, turn: Math.max(this.#turn, this.#idle.get(key) ?? 0) };
      this.#groups.set(key, group);
      this.#forget(key);
      this.#turns.add(key, -group.turn, 0);
    }
    group.weight = weight;
    group.waiting.add(id, urgency, since);
    this.#groupOf.set(id, key);
  }

  /** The next to start, which now holds a slot; null while every slot is taken or nobody waits. */
  next(): string | null {
    if (this.#holders.size >= this.#slots) return null;
    const key = this.#turns.take();
    if (key === null) return null;
    const group = this.#groups.get(key)!;
    const id = group.waiting.take()!;
    this.#turn = group.turn;
    group.turn += 1 / group.weight;
    if (group.waiting.size === 0) this.#rest(key, group);
    else this.#turns.add(key, -group.turn, 0);
    this.#groupOf.delete(id);
    this.#holders.add(id);
    return id;
  }

  /** Forgets somebody who waits; who holds a slot keeps it. */
  withdraw(id: string): void {
    const key = this.#groupOf.get(id);
    if (key === undefined) return;
    this.#groupOf.delete(id);
    const group = this.#groups.get(key)!;
    group.waiting.remove(id);
    if (group.waiting.size > 0) return;
    this.#turns.remove(key);
    this.#rest(key, group);
  }

  /** Gives a slot back; doing it twice changes nothing. */
  release(id: string): void {
    this.#holders.delete(id);
  }

  holds(id: string): boolean {
    return this.#holders.has(id);
  }

  /** Keeps of a group of which nobody waits only what it had in advance. */
  #rest(key: string, { turn }: Group): void {
    this.#groups.delete(key);
    this.#remember(key, turn);
  }

  /** Of too many, those that were idle longest are forgotten. */
  #remember(key: string, turn: number): void {
    this.#forget(key);
    this.#idle.set(key, turn);
    this.#idleBytes += jsonBytes(key);
    while (this.#idle.size > IDLE_GROUPS || this.#idleBytes > IDLE_BYTES) this.#forget(this.#idle.keys().next().value!);
  }

  #forget(key: string): void {
    if (this.#idle.delete(key)) this.#idleBytes -= jsonBytes(key);
  }
}

interface Group {
  readonly waiting: UrgencyQueue;
  weight: number;
  /** Virtual time from which it may have its next turn. */
  turn: number;
}

function requireWeight(weight: number): void {
  if (weight >= 0.001 && weight <= 1_000) return;
  throw new KamachiqError({
    code: 'pool.invalid-weight',
    message: `Expected a weight from 0.001 to 1,000, got ${weight}.`,
    remedy: 'Give a group that shall have as many turns as most a weight of 1.',
  });
}
