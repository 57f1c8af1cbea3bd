import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { WorkerInterceptors } from '@temporalio/worker';
import { expect } from 'vitest';

/** What gRPC calls a message larger than it takes, and a method that a server doesn't have. */
const RESOURCE_EXHAUSTED = 8;
const UNIMPLEMENTED = 12;

/** Modules whose workflows `test/replay/workflows.ts` replays, with their stand-ins: under the names of the real ones, these would break there. */
const REPLAYABLE: { readonly [module: string]: readonly string[] } = {
  'workflows.ts': [],
  'leased-project-workflows.ts': [],
  'abandoned-task-workflows.ts': ['AbandoningProjectWorkflow'],
  'tasks-gone-before-the-answer.ts': ['AgentTaskWorkflow'],
};

/** A run, or all that there is of a workflow. */
interface Run {
  readonly workflowId: string;
  readonly runId?: string | undefined;
}

/** A test may use several queues: each gets a file of its own. */
const recorded = new Map<string, number>();

const folderOfRecords = () => process.env.KAMACHIQ_RECORD_HISTORIES ?? '';

/**
 * Keeps the histories of a queue under the name of the running test, in the folder that KAMACHIQ_RECORD_HISTORIES names; does nothing
 * without it. `docs/replay.md` says when to record.
 *
 * @param noted - Runs to begin with where the server lists none, as the one that skips time.
 */
export async function recordHistories(client: Client, taskQueue: string, noted: NotedRuns | null = null): Promise<void> {
  const folder = folderOfRecords();
  if (folder === '') return;
  const name = (expect.getState().currentTestName ?? 'unnamed').replace(/[^A-Za-z0-9]+/g, '-').slice(0, 100);
  const number = (recorded.get(name) ?? 0) + 1;
  recorded.set(name, number);
  const histories: { readonly workflowId: string; readonly history: string }[] = [];
  for (const run of await listRuns(client, taskQueue, noted)) {
    const history = await fetchHistory(client, run);
    const type = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name ?? '';
    if (history === null || noted?.standIns.includes(type)) continue;
    const encoded = Buffer.from(temporal.api.history.v1.History.encode(history).finish()).toString('base64');
    histories.push({ workflowId: run.workflowId, history: encoded });
  }
  if (histories.length === 0) return;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}-${number}.json.gz`), gzipSync(JSON.stringify(histories), { level: 9 }));
}

/** The runs whose activities a worker carried out: for recording where a server lists none. */
export class NotedRuns {
  readonly #runs = new Map<string, Run>();
  /** Types of workflows whose histories are not kept. */
  readonly standIns: readonly string[];
  readonly interceptors: WorkerInterceptors = {
    activity: [
      ({ info }) => {
        if (info.workflowExecution !== undefined) this.#runs.set(info.workflowExecution.runId, info.workflowExecution);
        return {};
      },
    ],
  };

  private constructor(standIns: readonly string[]) {
    this.standIns = standIns;
  }

  /** @returns Null where nothing is recorded, or where no replay knows the workflows of the module. */
  static of(workflows: URL): NotedRuns | null {
    const standIns = REPLAYABLE[basename(workflows.pathname)];
    return folderOfRecords() === '' || standIns === undefined ? null : new NotedRuns(standIns);
  }

  /** With all that they started. */
  async all(client: Client): Promise<readonly Run[]> {
    const found = new Map(this.#runs);
    for (const run of found.values()) {
      for (const { childWorkflowExecutionStartedEventAttributes: started } of (await fetchHistory(client, run))?.events ?? []) {
        const { workflowId, runId } = started?.workflowExecution ?? {};
        if (workflowId && runId) found.set(runId, { workflowId, runId });
      }
    }
    return [...found.values()];
  }
}

async function listRuns(client: Client, taskQueue: string, noted: NotedRuns | null): Promise<readonly Run[]> {
  try {
    const runs: Run[] = [];
    for await (const { workflowId, runId } of client.workflow.list({ query: `TaskQueue = "${taskQueue}"` })) runs.push({ workflowId, runId });
    return runs;
  } catch (error) {
    if (codeOf(error) !== UNIMPLEMENTED) throw error;
    // Nobody noted them: the test is not one that histories are kept of.
    return noted === null ? [] : noted.all(client);
  }
}

/** Null for a history of many megabytes: it is of a test about size, and not one to keep. */
async function fetchHistory(client: Client, { workflowId, runId }: Run) {
  try {
    return await client.workflow.getHandle(workflowId, runId).fetchHistory();
  } catch (error) {
    if (codeOf(error) === RESOURCE_EXHAUSTED) return null;
    throw error;
  }
}

/** Some of the client's errors are wrapped, others not. */
function codeOf(error: unknown): unknown {
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: { readonly code?: unknown } };
  return code ?? cause?.code;
}
