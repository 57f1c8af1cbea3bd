import type { Client } from '@temporalio/client';
import { KamachiqError } from 'kamachiq';
import type { KamachiqClient } from 'kamachiq/client';

/** A project that waits for a person to raise its budget. */
interface BudgetRequest {
  readonly projectId: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Micro-dollars left; null where money has no limit. */
  readonly dollarsLeft: number | null;
  readonly tokensLeft: number;
}

/** What is known of who waits for a budget. */
export interface BudgetRequests {
  /** Longest waiting first. */
  readonly requests: readonly BudgetRequest[];
  /** Projects that run but gave no answer, each with the reason. */
  readonly unanswered: readonly { readonly projectId: string; readonly error: KamachiqError }[];
  /** Whether more run there than were asked. */
  readonly more: boolean;
}

/** Most workflows that are asked: each question is answered by a worker. */
const MOST_ASKED = 200;

const AT_ONCE = 10;

/** As `kamachiq/workflows` exports it; hosts may export others under names of their own. */
const PROJECT = 'KamachiqProjectWorkflow';

/** Workflows of ours that are no projects, by type. */
export const NO_PROJECTS: ReadonlySet<string> = new Set(['AgentTaskWorkflow', 'HumanReviewWorkflow', 'AgentPoolWorkflow']);

/** What a workflow that is no project, or none any more, answers. */
const NO_ANSWER: ReadonlySet<string> = new Set(['client.wrong-kind', 'client.not-found', 'client.request-failed']);

/** With these there is nobody left to ask. */
const LOST: ReadonlySet<string> = new Set([
  'client.no-server',
  'client.closed',
  'client.cancelled',
  'client.unauthorized',
  'client.unknown-namespace',
]);

/**
 * Asks the projects that run on a task queue whether they wait for a person to raise their budget: those of our workflow type first, then what else runs
 * there, 200 together. Once a worker was silent, no further one is asked.
 *
 * @throws KamachiqError when the server itself can't be asked any more
 */
export async function askForBudgetRequests(client: KamachiqClient, temporal: Client, taskQueue: string): Promise<BudgetRequests> {
  const running = await listRunning(temporal, taskQueue);
  const requests: BudgetRequest[] = [];
  const unanswered: { projectId: string; error: KamachiqError }[] = [];
  let noWorker: KamachiqError | null = null;
  const left = running.slice(0, MOST_ASKED).values();
  const askOneByOne = async () => {
    for (const { id, isOurs } of left) {
      try {
        if (noWorker !== null) throw noWorker;
        const { budget, control, finishedAt } = await client.project(id).status();
        const since = control?.waitsForBudgetSince ?? null;
        if (control === undefined || since === null || finishedAt !== null) continue;
        const { total, held, spent } = control.money;
        requests.push({
          projectId: id,
          since,
          tokensLeft: budget.total - budget.held - budget.spent,
          dollarsLeft: total === null ? null : total - held - spent,
        });
      } catch (error) {
        if (!KamachiqError.isInstance(error) || LOST.has(error.code)) throw error;
        if (error.code === 'client.no-worker') noWorker = error;
        if (isOurs ? error.code !== 'client.not-found' : !NO_ANSWER.has(error.code)) unanswered.push({ projectId: id, error });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, askOneByOne));
  return {
    requests: requests.sort((a, b) => a.since - b.since || (a.projectId < b.projectId ? -1 : 1)),
    unanswered: unanswered.sort((a, b) => (a.projectId < b.projectId ? -1 : 1)),
    more: running.length > MOST_ASKED,
  };
}

/** Workflows of a queue that may be projects, those of our type first; at most one more than is asked. */
async function listRunning({ workflow }: Client, taskQueue: string): Promise<readonly { readonly id: string; readonly isOurs: boolean }[]> {
  // The server's query language has no way to write a quote within quotes: such a queue is told apart here alone.
  const onQueue = /["'\\]/.test(taskQueue) ? '' : ` AND TaskQueue = "${taskQueue}"`;
  const found: { id: string; isOurs: boolean }[] = [];
  for (const isOurs of [true, false]) {
    const query = `WorkflowType ${isOurs ? '=' : '!='} "${PROJECT}" AND ExecutionStatus = "Running"${onQueue}`;
    for await (const { workflowId, type, taskQueue: queue } of workflow.list({ query })) {
      if (queue === taskQueue && !NO_PROJECTS.has(type)) found.push({ id: workflowId, isOurs });
      if (found.length > MOST_ASKED) return found;
    }
  }
  return found;
}
