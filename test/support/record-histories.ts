import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { expect } from 'vitest';

/** What gRPC calls a message larger than it takes. */
const RESOURCE_EXHAUSTED = 8;

/** A test may use several queues: each gets a file of its own. */
const recorded = new Map<string, number>();

/**
 * Keeps the histories of a queue under the name of the running test, in the folder that KAMACHIQ_RECORD_HISTORIES names; does nothing
 * without it. `docs/replay.md` says when to record.
 */
export async function recordHistories(client: Client, taskQueue: string): Promise<void> {
  const folder = process.env.KAMACHIQ_RECORD_HISTORIES;
  if (folder === undefined || folder === '') return;
  const name = (expect.getState().currentTestName ?? 'unnamed').replace(/[^A-Za-z0-9]+/g, '-').slice(0, 100);
  const number = (recorded.get(name) ?? 0) + 1;
  recorded.set(name, number);
  await mkdir(folder, { recursive: true });
  const histories: { readonly workflowId: string; readonly history: string }[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query: `TaskQueue = "${taskQueue}"` })) {
    const history = await client.workflow
      .getHandle(workflowId, runId)
      .fetchHistory()
      .catch((error: unknown) => {
        // A history of many megabytes is of a test about size, and not one to keep.
        if ((error as { readonly code?: unknown }).code === RESOURCE_EXHAUSTED) return null;
        throw error;
      });
    if (history === null) continue;
    histories.push({ workflowId, history: Buffer.from(temporal.api.history.v1.History.encode(history).finish()).toString('base64') });
  }
  await writeFile(join(folder, `${name}-${number}.json.gz`), gzipSync(JSON.stringify(histories), { level: 9 }));
}
