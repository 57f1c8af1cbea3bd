import { continueAsNew } from '@temporalio/workflow';
import { requireSlots } from '../agents/require-slots.js';
import {
  type AgentPoolInput,
  agentPoolQuery,
  grantLeaseSignal,
  type LeaseHolder,
  type LeasePoolSnapshot,
  releaseLeaseSignal,
  requestLeaseSignal,
  setPoolSlotsUpdate,
} from './agent-pool-messages.js';
import { asFailure } from './as-failure.js';
import { checkPoolInput } from './check-pool-input.js';
import { LeasePool } from './lease-pool.js';
import { allHandlersFinished, condition, getExternalWorkflowHandle, setHandler, sleep, workflowInfo } from './temporal.js';

/**
 * Most grants that are on their way at once: with more than 2,000 signals on their way the server fails the task of a workflow for good, and with more
 * than 100 answers that come while it is at work it has the task done again.
 */
const SENDING = 100;

/**
 * Leases a limited number of slots to workflows of all projects, by signals; the projects get their turns by weight. It runs until it is cancelled, and
 * continues as new with everything it knows.
 *
 * A lease comes back when its holder says so, which a holder does however it ends, but for one that is terminated: a lease that is held for long while
 * others wait is granted to its holder again, and where the server says that this run has ended, it is taken back.
 *
 * @public
 */
export async function AgentPoolWorkflow(input: AgentPoolInput): Promise<never> {
  let state: LeasePoolSnapshot;
  try {
    state = await new AgentPoolRun(checkPoolInput(input)).run();
  } catch (error) {
    throw asFailure(error);
  }
  return continueAsNew<typeof AgentPoolWorkflow>({ ...input, state });
}

/** State of one run of `AgentPoolWorkflow`. */
class AgentPoolRun {
  readonly #leases: LeasePool;
  readonly #checkMilliseconds: number;
  readonly #maximumEvents: number;
  #checkAt: number | null;
  /** Grants that are still to be sent. */
  readonly #grants = new Map<string, LeaseHolder>();
  /** Grants that are on their way: none may be when the workflow continues as new. */
  #sending = 0;
  #changed = true;

  constructor(input: AgentPoolInput) {
    const { slots, checkSeconds = 60, maximumEvents = 4_000, state } = input;
    this.#leases = new LeasePool(slots, state);
    this.#checkMilliseconds = Math.max(1, checkSeconds) * 1_000;
    this.#maximumEvents = Math.max(100, maximumEvents);
    this.#checkAt = state?.checkAt ?? null;
  }

  /** @returns Everything it knows, when its history has become long. */
  async run(): Promise<LeasePoolSnapshot> {
    setHandler(agentPoolQuery, () => this.#leases.status(), { description: 'Who works and who waits.' });
    setHandler(requestLeaseSignal, (request) => {
      const held = this.#leases.request(request, Date.now());
      this.#changed = true;
      if (held !== null) this.#grant(held);
    });
    setHandler(releaseLeaseSignal, (lease) => this.#release(lease?.key));
    setHandler(
      setPoolSlotsUpdate,
      (slots) => {
        const before = this.#leases.slots;
        this.#leases.setSlots(slots);
        this.#changed = true;
        return before;
      },
      {
        description: 'Changes how many may work at once.',
        validator: (slots) => {
          try {
            requireSlots(slots);
          } catch (error) {
            throw asFailure(error);
          }
        },
      },
    );
    // It ends with the run: what it throws then is the run's to tell.
    this.#check().catch(() => undefined);
    while (!this.#isLong()) {
      this.#changed = false;
      for (let lease = this.#leases.next(Date.now()); lease !== null; lease = this.#leases.next(Date.now())) this.#grant(lease);
      await condition(() => this.#changed || this.#isLong());
    }
    await condition(() => this.#sending === 0 && allHandlersFinished());
    return this.#leases.toSnapshot(this.#checkAt);
  }

  #isLong(): boolean {
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    return historyLength >= this.#maximumEvents || continueAsNewSuggested;
  }

  /** Whoever has ended can't be told, and will never give the lease back. */
  #grant(lease: LeaseHolder): void {
    this.#grants.set(lease.key, lease);
    this.#send();
  }

  #send(): void {
    for (const [key, { workflowId, runId }] of this.#grants) {
      if (this.#sending === SENDING) return;
      this.#grants.delete(key);
      this.#sending += 1;
      getExternalWorkflowHandle(workflowId, runId)
        .signal(grantLeaseSignal, { key })
        .catch(() => this.#release(key))
        .finally(() => {
          this.#sending -= 1;
          this.#send();
        });
    }
  }

  #release(key: string): void {
    this.#leases.release(key);
    this.#changed = true;
  }

  /** While others wait, finds the leases of those that ended without a word. */
  async #check(): Promise<never> {
    for (;;) {
      await condition(() => this.#leases.queued > 0);
      this.#checkAt ??= Date.now() + this.#checkMilliseconds;
      await sleep(Math.max(1, this.#checkAt - Date.now()), { summary: 'time to look at leases' });
      this.#checkAt = null;
      if (this.#leases.queued === 0) continue;
      for (const lease of this.#leases.heldSince(Date.now() - this.#checkMilliseconds)) this.#grant(lease);
    }
  }
}
