import { ApplicationFailure, proxyActivities } from '@temporalio/workflow';
import { AgentLeases } from '../../src/agent-pool-workflow.js';
import { asFailure } from '../../src/workflow/as-failure.js';

export { AgentPoolWorkflow } from '../../src/agent-pool-workflow.js';

/** What works under leases: a task of a project, as many times as it is told to. */
export interface LeasingInput {
  readonly pool: string;
  readonly group: string;
  readonly urgency: number;
  readonly attempts: number;
  readonly fails?: boolean;
  /** One key for all attempts, instead of one each. */
  readonly key?: string;
  /** All attempts at once, instead of one after the other. */
  readonly together?: boolean;
}

/** The agent of such a task. */
export interface LeasingActivities {
  agent(group: string): Promise<void>;
}

/** A task that does its attempts under a lease of a pool each, as an agent task does. */
export async function LeasingTaskWorkflow(input: LeasingInput): Promise<void> {
  const { pool, group, urgency, attempts, fails = false, key, together = false } = input;
  const leases = new AgentLeases(pool);
  const { agent } = proxyActivities<LeasingActivities>({
    startToCloseTimeout: '1 minute',
    heartbeatTimeout: '5 seconds',
    retry: { maximumAttempts: 1 },
  });
  const attempt = (count: number) =>
    leases.hold({ key: key ?? `${count}`, group, urgency }, async () => {
      await agent(group);
      if (fails) throw ApplicationFailure.nonRetryable('It fails under its lease.');
    });
  try {
    if (together) await Promise.all(Array.from({ length: attempts }, (_, index) => attempt(index + 1)));
    else for (let count = 1; count <= attempts; count += 1) await attempt(count);
  } catch (error) {
    throw asFailure(error);
  }
}

/** The same task without any lease, for what these cost. */
export async function UnleasedTaskWorkflow({ group, attempts }: LeasingInput): Promise<void> {
  const { agent } = proxyActivities<LeasingActivities>({
    startToCloseTimeout: '1 minute',
    heartbeatTimeout: '5 seconds',
    retry: { maximumAttempts: 1 },
  });
  for (let attempt = 1; attempt <= attempts; attempt += 1) await agent(group);
}
