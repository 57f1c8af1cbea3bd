import { type Client, WorkflowNotFoundError } from '@temporalio/client';

/** Projects of a server, and when the first of them began. */
export interface OldestStart {
  readonly projects: number;
  /** Null where there is no project; 1970 where it can't be known for one of them any more. */
  readonly oldest: Date | null;
}

/**
 * When the oldest of the workflows began that are open or were closed since a moment. One that continued as new began with its first run, which the server
 * may have forgotten meanwhile.
 *
 * @throws what the server's client throws
 */
export async function findOldestStart(
  client: Client,
  { types, since }: { readonly types: readonly string[]; readonly since: Date },
): Promise<OldestStart> {
  const starts = new Map<string, Date>();
  for await (const { workflowId, runId, type } of client.workflow.list({ query: queryFor(types, since) })) {
    if (!types.includes(type)) continue;
    const described = await describeRun(client, workflowId, runId);
    // The server has forgotten it since it was listed.
    if (described === null) continue;
    const first = described.raw.workflowExecutionInfo?.firstRunId || runId;
    if (starts.has(first)) continue;
    const began = first === runId ? described : await describeRun(client, workflowId, first);
    starts.set(first, began?.startTime ?? timeOf(first) ?? new Date(0));
  }
  const times = [...starts.values()].map((start) => start.getTime());
  return { projects: times.length, oldest: times.length === 0 ? null : new Date(times.reduce((a, b) => Math.min(a, b))) };
}

function queryFor(types: readonly string[], since: Date): string {
  // Runs that were continued count too: in the moment between two runs only the former may be listed.
  const kept = `(CloseTime IS NULL OR CloseTime >= "${since.toISOString()}")`;
  // The server's query language has no way to write a quote within quotes: such types are told apart by who asks.
  const named = types.length > 0 && !types.some((type) => /["'\\]/.test(type));
  return named ? `${kept} AND WorkflowType IN (${types.map((type) => `"${type}"`).join(', ')})` : kept;
}

const describeRun = (client: Client, workflowId: string, runId: string) =>
  client.workflow
    .getHandle(workflowId, runId)
    .describe()
    .catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    });

/** The time that an identifier of version 7 begins with (RFC 9562, 5.7): the server's, of the first run of a workflow. */
function timeOf(runId: string): Date | null {
  const digits = /^([0-9a-f]{8})-([0-9a-f]{4})-7/.exec(runId);
  return digits === null ? null : new Date(Number.parseInt(`${digits[1]}${digits[2]}`, 16));
}
