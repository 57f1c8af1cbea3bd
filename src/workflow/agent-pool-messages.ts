import type { FairAgentPoolSnapshot } from '../agents/fair-agent-pool.js';
import { defineQuery, defineSignal, defineUpdate } from './temporal.js';

/** What the workflow of a pool is started with. @public */
export interface AgentPoolInput {
  /** How many may work at once, at least 1. */
  readonly slots: number;
  /** After how long a lease is looked at while others wait: whoever ended without giving it back loses it. In seconds, at least 1. @defaultValue 60 */
  readonly checkSeconds?: number;
  /** Events after which the workflow continues as new, at least 100. @defaultValue 4,000 */
  readonly maximumEvents?: number;
  /** Where the run before left off; in the first run absent, and the slots are those above. */
  readonly state?: LeasePoolSnapshot;
}

/** Leases and who waits for them, as plain JSON. @public */
export interface LeasePoolSnapshot {
  readonly pool: FairAgentPoolSnapshot;
  readonly holders: readonly LeaseHolder[];
  /** When leases are looked at next, in milliseconds since 1970; null while nobody waits. */
  readonly checkAt: number | null;
}

/** Whose a lease is, or will be. @public */
export interface LeaseHolder {
  readonly key: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly group: string;
  /** Since when it waits or, with a lease, has it: milliseconds since 1970. */
  readonly since: number;
}

/** Asks for a lease; asking again is harmless. @public */
export interface LeaseRequest extends Omit<LeaseHolder, 'since'> {
  /** Turns that the group gets for each of a group of weight 1, from 0.001 to 1,000. @defaultValue 1 */
  readonly weight?: number;
  /** Inside the group, more is sooner. */
  readonly urgency: number;
}

/** Names a lease: of its holder's making, and no other's. @public */
export interface LeaseKey {
  readonly key: string;
}

/** What a pool looks like. @public */
export interface AgentPoolStatus {
  readonly slots: number;
  readonly busy: number;
  readonly queued: number;
  /** The first 500 that hold a lease. */
  readonly leases: readonly LeaseHolder[];
  /** The first 500 that wait. */
  readonly waiting: readonly LeaseHolder[];
}

/** A holder asks a pool. @public */
export const requestLeaseSignal = defineSignal<[LeaseRequest]>('kamachiq.request-lease');

/** A holder gives its lease back, or waits for it no longer; doing it twice changes nothing. @public */
export const releaseLeaseSignal = defineSignal<[LeaseKey]>('kamachiq.release-lease');

/** A pool answers; an answer that comes again is harmless. @public */
export const grantLeaseSignal = defineSignal<[LeaseKey]>('kamachiq.grant-lease');

/** Who works and who waits; of a pool's workflow. @public */
export const agentPoolQuery = defineQuery<AgentPoolStatus>('kamachiq.agent-pool');

/** Changes how many may work at once; answers what it was before. Fewer than are busy start nobody until enough came back. @public */
export const setPoolSlotsUpdate = defineUpdate<number, [number]>('kamachiq.set-pool-slots');
