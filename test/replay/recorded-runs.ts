import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { temporal } from '@temporalio/proto';

type History = temporal.api.history.v1.IHistory;
type Event = temporal.api.history.v1.IHistoryEvent;

/** A workflow of a recorded scenario. */
export interface RecordedRun {
  /** The file and the workflow: what a failing replay is named by. */
  readonly name: string;
  readonly workflowId: string;
  readonly workflowType: string;
  readonly history: History;
  readonly events: readonly Event[];
}

const folder = fileURLToPath(new URL('./histories', import.meta.url));

/** Every history that is kept, of every version. */
export async function readRecordedRuns(): Promise<readonly RecordedRun[]> {
  const runs: RecordedRun[] = [];
  for (const version of (await readdir(folder)).sort()) {
    for (const file of (await readdir(join(folder, version))).sort()) {
      const recorded = JSON.parse(gunzipSync(await readFile(join(folder, version, file))).toString()) as readonly {
        workflowId: string;
        history: string;
      }[];
      for (const { workflowId, history } of recorded) {
        const decoded = temporal.api.history.v1.History.decode(Buffer.from(history, 'base64'));
        const events = decoded.events ?? [];
        const workflowType = events[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name ?? 'unknown';
        runs.push({ name: `${version}/${file}: ${workflowId}`, workflowId, workflowType, history: decoded, events });
      }
    }
  }
  return runs;
}

/** The first payload of a list as JSON, or null. */
export function readPayload(payloads: temporal.api.common.v1.IPayloads | null | undefined): Record<string, unknown> | null {
  const data = payloads?.payloads?.[0]?.data;
  return data === null || data === undefined || data.length === 0 ? null : (JSON.parse(Buffer.from(data).toString()) as Record<string, unknown>);
}
