import { Client, Connection } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** What the server keeps of one or of several runs. */
interface HistoryFigures {
  readonly events: number;
  readonly bytes: number;
}

/** What the server keeps of a project. */
export interface ProjectFigures {
  /** All runs of the parent together. */
  readonly parent: HistoryFigures;
  /** Of the run with most of each. */
  readonly largestRun: HistoryFigures;
  readonly runs: number;
  readonly children: HistoryFigures;
}

/** Reads the histories of a project that has ended: its runs one after the other, and every workflow that one of them started. */
export async function readProjectFigures(client: Client, workflowId: string, firstRunId: string): Promise<ProjectFigures> {
  const runs: HistoryFigures[] = [];
  const children: HistoryFigures[] = [];
  for (let runId: string | null = firstRunId; runId !== null; ) {
    runs.push(await figuresOf(client, workflowId, runId));
    let next: string | null = null;
    const started: { readonly workflowId: string; readonly runId: string }[] = [];
    for await (const event of eventsOf(client, workflowId, runId)) {
      const child = event.childWorkflowExecutionStartedEventAttributes?.workflowExecution;
      if (child != null) started.push({ workflowId: child.workflowId!, runId: child.runId! });
      next = event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? next;
    }
    while (started.length > 0) {
      const few = started.splice(0, 20);
      children.push(...(await Promise.all(few.map((child) => figuresOf(client, child.workflowId, child.runId)))));
    }
    runId = next;
  }
  const most = (of: (figures: HistoryFigures) => number) => Math.max(...runs.map(of));
  return {
    parent: sumOf(runs),
    largestRun: { events: most(({ events }) => events), bytes: most(({ bytes }) => bytes) },
    runs: runs.length,
    children: sumOf(children),
  };
}

/** Events of a run, a few at a time: a client takes 4 MiB in one answer. */
async function* eventsOf({ workflowService, options: { namespace } }: Client, workflowId: string, runId: string): AsyncGenerator<HistoryEvent> {
  let nextPageToken = new Uint8Array();
  do {
    const execution = { workflowId, runId };
    const page = await workflowService.getWorkflowExecutionHistory({ namespace, execution, maximumPageSize: 250, nextPageToken });
    yield* page.history?.events ?? [];
    nextPageToken = page.nextPageToken as typeof nextPageToken;
  } while (nextPageToken.length > 0);
}

async function figuresOf({ workflowService, options: { namespace } }: Client, workflowId: string, runId: string): Promise<HistoryFigures> {
  const { workflowExecutionInfo } = await workflowService.describeWorkflowExecution({ namespace, execution: { workflowId, runId } });
  return { events: Number(workflowExecutionInfo!.historyLength), bytes: Number(workflowExecutionInfo!.historySizeBytes) };
}

const sumOf = (figures: readonly HistoryFigures[]): HistoryFigures => ({
  events: figures.reduce((sum, { events }) => sum + events, 0),
  bytes: figures.reduce((sum, { bytes }) => sum + bytes, 0),
});

/** A client that takes answers of any size. */
export const connectClient = async (address: string): Promise<Client> =>
  new Client({ connection: await Connection.connect({ address, channelArgs: { 'grpc.max_receive_message_length': -1 } }) });
