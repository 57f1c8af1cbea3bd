import { grantLeaseSignal, type LeaseRequest, releaseLeaseSignal, requestLeaseSignal } from './agent-pool-messages.js';
import type { FailureDetails } from './failure-details.js';
import { isLeaseRequest } from './is-lease-request.js';
import { ApplicationFailure, CancellationScope, condition, getExternalWorkflowHandle, isCancellation, setHandler, workflowInfo } from './temporal.js';

/** After how long a holder that still waits asks again: the pool may be gone, or had no room. */
const ASK_AGAIN = '5 minutes';

const NOT_RUNNING = 'pool.not-running';

const INVALID_LEASE = 'pool.invalid-lease';

const NOTHING_SPENT: FailureDetails = { tokensSpent: 0, retryAfterMilliseconds: null, record: null };

/** What a workflow says of itself when it asks for a lease. @public */
export interface LeaseTerms extends Pick<LeaseRequest, 'group' | 'urgency' | 'weight'> {
  /** What the lease is for; one that is used again is for another lease. Example: `divide/0/1`. */
  readonly key: string;
}

/**
 * Holds leases of a pool's workflow for the workflow that it is made in. Make it before the first await: it answers the pool's signal.
 *
 * @public
 */
export class AgentLeases {
  readonly #poolId: string;
  /** What was asked for in this run, and whether it was granted. */
  readonly #granted = new Map<string, boolean>();

  /** @param poolId - The id of the workflow of the pool. */
  constructor(poolId: string) {
    this.#poolId = poolId;
    setHandler(grantLeaseSignal, (grant) => {
      if (this.#granted.has(grant?.key)) this.#granted.set(grant.key, true);
    });
  }

  /**
   * Works while it holds a lease, and gives it back however the work ends.
   *
   * @throws ApplicationFailure `kamachiq.pool.not-running`, `kamachiq.pool.invalid-lease`; CancelledFailure; whatever the work throws.
   */
  async hold<Result>({ key: name, ...terms }: LeaseTerms, work: () => Promise<Result>): Promise<Result> {
    const pool = getExternalWorkflowHandle(this.#poolId);
    const { workflowId, runId } = workflowInfo();
    // A run that is reset or started anew is another holder; a grant that comes late must not be taken for one of the next lease.
    let key = `${runId}/${name}`;
    for (let time = 2; this.#granted.has(key); time += 1) key = `${runId}/${name}/${time}`;
    const request = { ...terms, key, workflowId, runId };
    if (!isLeaseRequest(request)) throw refusal();
    this.#granted.set(key, false);
    try {
      do await pool.signal(requestLeaseSignal, request).catch((error: unknown) => this.#explain(error));
      while (!(await condition(() => this.#granted.get(key)!, ASK_AGAIN, { summary: 'for a slot' })));
      return await work();
    } finally {
      // A pool that is gone has nothing to be given back.
      await CancellationScope.nonCancellable(() => pool.signal(releaseLeaseSignal, { key })).catch(() => undefined);
    }
  }

  #explain(error: unknown): never {
    if (isCancellation(error)) throw error;
    const got = `Expected a running workflow of a pool with the id ${JSON.stringify(this.#poolId.slice(0, 100))}, got none.`;
    throw ApplicationFailure.create({
      type: `kamachiq.${NOT_RUNNING}`,
      message: `${got} Start AgentPoolWorkflow under this id, and leave it running.`,
      // An agent that never began has spent nothing; it may begin later.
      details: [NOTHING_SPENT],
      ...(error instanceof Error ? { cause: error } : {}),
    });
  }
}

/** A pool takes no notice of a request that is none: whoever sent it would wait for ever. */
const refusal = () =>
  ApplicationFailure.create({
    type: `kamachiq.${INVALID_LEASE}`,
    message:
      'Expected a key and a group of 1 to 1,000 bytes, the key with the id of the run, a finite urgency and a weight from 0.001 to 1,000. Shorten the names, or correct the numbers.',
    nonRetryable: true,
    details: [NOTHING_SPENT],
  });

/**
 * Has agents lease a slot of a pool's workflow before they begin: `defineAgentTaskWorkflow({}, leaseFrom('agents'))`.
 *
 * @param poolId - The id of the workflow of the pool.
 * @public
 */
export const leaseFrom =
  (poolId: string): (() => AgentLeases) =>
  () =>
    new AgentLeases(poolId);
