import { grantLeaseSignal, type LeaseRequest, releaseLeaseSignal, requestLeaseSignal } from './agent-pool-messages.js';
import type { FailureDetails } from './failure-details.js';
import { ApplicationFailure, CancellationScope, condition, getExternalWorkflowHandle, isCancellation, setHandler, workflowInfo } from './temporal.js';

/** After how long a holder that still waits asks again: the pool may be gone, or had no room. */
const ASK_AGAIN = '5 minutes';

const NOT_RUNNING = 'pool.not-running';

const NOTHING_SPENT: FailureDetails = { tokensSpent: 0, retryAfterMilliseconds: null, record: null };

/** What a workflow says of itself when it asks for a lease. @public */
export interface LeaseTerms extends Pick<LeaseRequest, 'group' | 'urgency' | 'weight'> {
  /** Tells the leases of one run of the workflow from each other. Example: `divide/0/1`. */
  readonly key: string;
}

/**
 * Holds leases of a pool's workflow for the workflow that it is made in. Make it before the first await: it answers the pool's signal.
 *
 * @public
 */
export class AgentLeases {
  readonly #poolId: string;
  readonly #granted = new Set<string>();

  /** @param poolId - The id of the workflow of the pool. */
  constructor(poolId: string) {
    this.#poolId = poolId;
    setHandler(grantLeaseSignal, (grant) => {
      this.#granted.add(grant?.key);
    });
  }

  /**
   * Works while it holds a lease, and gives it back however the work ends.
   *
   * @throws ApplicationFailure `kamachiq.pool.not-running`; CancelledFailure; whatever the work throws.
   */
  async hold<Result>({ key: name, ...terms }: LeaseTerms, work: () => Promise<Result>): Promise<Result> {
    const pool = getExternalWorkflowHandle(this.#poolId);
    const { workflowId, runId } = workflowInfo();
    // A run that is reset or started anew is another holder.
    const key = `${runId}/${name}`;
    try {
      do await pool.signal(requestLeaseSignal, { ...terms, key, workflowId, runId }).catch((error: unknown) => this.#explain(error));
      while (!(await condition(() => this.#granted.has(key), ASK_AGAIN, { summary: 'for a slot' })));
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
