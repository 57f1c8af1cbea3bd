import { BudgetLedger } from 'kamachiq';
import { AGENTS, BudgetWorkload, OUTPUT_CAP, SMALLEST_ANSWER, type WorkloadCall } from './budget-workload.js';

/** What came of spending a budget to its end. */
export interface SpendingOutcome {
  readonly spent: number;
  readonly calls: number;
  /** Answers that were shorter than the model wanted and the usual output cap allowed. */
  readonly cutShort: number;
  /** Share of the agents' time in which they were at work, from the first call to the end of the last. */
  readonly busy: number;
}

/** Decides over each call before it is made, and learns what it used after it. */
interface Payer {
  /** @param alone - Whether nobody is at work. @returns The output cap, or null where the call is not made now. */
  admit(key: string, call: WorkloadCall, alone: boolean): number | null;
  settle(key: string, tokens: number): void;
  readonly spent: number;
}

/** Holds the worst case in a ledger of kamachiq. @param shrinks - Whether the last calls get a smaller output cap instead of none. */
export function holdBefore(budget: number, shrinks: boolean): Payer {
  const ledger = new BudgetLedger({ tokens: budget, microDollars: null });
  return {
    admit(key, { promptTokens }, alone) {
      // While others are at work, what they leave of their holds comes back: only at the end is it worth cutting answers short.
      const cap = shrinks && alone ? Math.min(OUTPUT_CAP, ledger.available.tokens - promptTokens) : OUTPUT_CAP;
      if (cap < SMALLEST_ANSWER) return null;
      return ledger.hold(key, null, { tokens: promptTokens + cap, microDollars: null }) ? cap : null;
    },
    settle: (key, tokens) => ledger.settle(key, { tokens, microDollars: 0 }),
    get spent() {
      return ledger.spent.tokens;
    },
  };
}

/** Looks at what was spent before each call, and adds what it used after it. */
export function checkAfter(budget: number): Payer {
  let spent = 0;
  return {
    admit: () => (spent < budget ? OUTPUT_CAP : null),
    settle: (_key, tokens) => {
      spent += tokens;
    },
    get spent() {
      return spent;
    },
  };
}

/** Ten agents call, each its next call as soon as the one before has ended and it is admitted, until nobody is at work and nobody admitted. */
export function spendBudget(payer: Payer, seed: number): SpendingOutcome {
  const workload = new BudgetWorkload(seed);
  const next = Array.from({ length: AGENTS }, (_, agent) => workload.next(agent));
  const atWork = new Map<number, { readonly key: string; readonly used: number; readonly end: number }>();
  let [now, calls, cutShort, worked] = [0, 0, 0, 0];
  for (;;) {
    for (let agent = 0; agent < AGENTS; agent += 1) {
      if (atWork.has(agent)) continue;
      const call = next[agent]!;
      const key = `agent-${agent}/${calls}`;
      const cap = payer.admit(key, call, atWork.size === 0);
      if (cap === null) continue;
      const answer = Math.min(call.wantedTokens, cap);
      const seconds = 1 + answer * call.secondsPerToken;
      atWork.set(agent, { key, used: call.promptTokens + answer, end: now + seconds });
      next[agent] = workload.next(agent);
      calls += 1;
      worked += seconds;
      if (answer < Math.min(call.wantedTokens, OUTPUT_CAP)) cutShort += 1;
    }
    if (atWork.size === 0) return { spent: payer.spent, calls, cutShort, busy: worked / (now * AGENTS) };
    const [agent, { key, used, end }] = [...atWork].reduce((first, each) => (each[1].end < first[1].end ? each : first));
    atWork.delete(agent);
    payer.settle(key, used);
    now = end;
  }
}
