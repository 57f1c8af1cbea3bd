import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { KamachiqError, type ProjectReport, type ProjectSpec } from 'kamachiq';
import { KamachiqClient, type ProjectHandle } from 'kamachiq/client';
import type { CrashPlace } from 'kamachiq/testing';
import type { FilesystemArtifactStore } from 'kamachiq/worker';
import { documentTask, specWithTasks } from '../support/specs.js';
import { GOAL } from './chaos-scripted-model.js';
import { comparable } from './comparable.js';

/** Branches that meet again, a draft that is worked over, a letter that a person decides about, and a book that the letter leaves too little for. */
const whenSeverity = (value: string) => ({ when: { task: 'triage', output: 'severity', operator: 'equals', value } }) as const;
const chaosSpec: ProjectSpec = specWithTasks(
  [
    documentTask('triage', [], { estimatedTokens: 1_500, writes: [], outputs: [{ name: 'severity', type: 'string' }] }),
    documentTask('urgent', ['triage'], { estimatedTokens: 1_500, ...whenSeverity('high'), writes: ['answer.md'] }),
    documentTask('routine', ['triage'], { estimatedTokens: 1_500, ...whenSeverity('low'), writes: ['answer.md'] }),
    documentTask('close', ['urgent', 'routine'], { estimatedTokens: 1_500, triggerRule: 'none-failed-min-one-success', reads: ['answer.md'] }),
    documentTask('draft', [], { estimatedTokens: 5_000 }),
    documentTask('letter', [], { estimatedTokens: 5_000 }),
    documentTask('book', ['close', 'draft', 'letter'], { estimatedTokens: 20_000 }),
  ],
  { goals: [GOAL], budgetTotal: 38_000 },
);

/** Carries the project out, decides what a person must, and answers what must come out the same. */
export async function carryOutChaosProject({ address, taskQueue, runId }: CrashPlace, artifacts: FilesystemArtifactStore): Promise<unknown> {
  const connection = await Connection.connect({ address });
  try {
    const temporal = new Client({
      connection,
      // A workflow task that was lost with its worker is given to the next after this, and not after ten seconds.
      interceptors: {
        workflow: [{ start: (input, next) => next({ ...input, options: { ...input.options, workflowTaskTimeout: msToTs('1 second') } }) }],
      },
    });
    const client = new KamachiqClient(temporal, { taskQueue });
    const projectId = `chaos-${runId}`;
    const handle = await client.submit(chaosSpec, { projectId });
    await decide(temporal, client, handle);
    const result = await handle.result();
    const report = JSON.parse(Buffer.from(await artifacts.doGet(result.report.json)).toString()) as ProjectReport;
    return await comparable(temporal, result, report);
  } finally {
    await connection.close();
  }
}

/** What a person does: approves the letter once it waits for that, and gives the book what it lacks. */
async function decide(temporal: Client, client: KamachiqClient, handle: ProjectHandle): Promise<void> {
  let isAsked = false;
  await lookUntil(temporal, async () => {
    const { reviews } = await client.reviews();
    const review = reviews.find(({ projectId }) => projectId === handle.projectId);
    isAsked ||= review !== undefined;
    if (review !== undefined)
      await client.decide(review.reviewId, { decision: 'approve', reviewer: 'ada', comment: 'It will do.', updateId: 'for-the-letter' });
    if (!isAsked) return handle.hasEnded();
    const { control, result } = await handle.status();
    if (control?.waitsForBudgetSince == null) return control?.orders.length === 1 || result !== null;
    await handle.raiseBudget({ tokens: 100_000 }, { reason: 'The book matters.', updateId: 'for-the-book' });
    return true;
  });
}

/** Nobody is asked more often than every so many milliseconds, and no dead worker is waited for longer. */
const BETWEEN_LOOKS = 250;
const PATIENCE = 5_000;

/** Looks until it is done; where no worker is there to answer, again. */
async function lookUntil(temporal: Client, isDone: () => Promise<boolean>): Promise<void> {
  while (!(await temporal.withDeadline(Date.now() + PATIENCE, isDone).catch(goOnWithoutWorker))) await delay(BETWEEN_LOOKS);
}

function goOnWithoutWorker(error: unknown): false {
  if (KamachiqError.isInstance(error) && UNANSWERED.has(error.code)) return false;
  throw error;
}

const UNANSWERED: ReadonlySet<string> = new Set([
  'client.no-worker',
  'client.unanswered',
  'client.deadline',
  'client.not-found',
  'client.no-server',
  'review.refused',
]);
