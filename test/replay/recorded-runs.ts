import { fileURLToPath } from 'node:url';
import type { RecordedHistory } from '../../src/testing/read-histories.js';
import { readHistories } from '../../src/testing/read-histories.js';

/** A workflow of a recorded scenario. */
export interface RecordedRun extends RecordedHistory {
  readonly workflowType: string;
  readonly events: readonly RecordedEvent[];
}

export type RecordedEvent = NonNullable<RecordedHistory['history']['events']>[number];

/** A folder for each version, and one of what older code than any version recorded. */
export const HISTORIES = fileURLToPath(new URL('./histories', import.meta.url));

/** Every history that is kept, of every version. */
export async function readRecordedRuns(): Promise<readonly RecordedRun[]> {
  return (await readHistories(HISTORIES)).map((recorded) => {
    const events = recorded.history.events ?? [];
    const workflowType = events[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name ?? 'unknown';
    return { ...recorded, events, workflowType };
  });
}
