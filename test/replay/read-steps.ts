import { type Packable, unpacked } from '../../src/workflow/packed-json.js';
import type { RecordedEvent, RecordedRun } from './recorded-runs.js';

/** What a run waited for or was told, and what came of it. */
export interface Step {
  readonly state: string;
  readonly outcome: string;
}

/** The parts of results that workflows decide by. */
interface Result {
  readonly passed?: boolean;
  readonly succeeded?: boolean;
  readonly status?: string;
  readonly decision?: string;
  readonly verdict?: { readonly decision: string } | null;
  readonly findings?: readonly { readonly severity: string }[];
}

interface FinalInput {
  readonly tasks?: Packable<readonly { readonly state: string }[]>;
  readonly control?: { readonly degradations: readonly { readonly step: string }[] };
}

type Payload = { readonly data?: Uint8Array | null };

const FINALIZING = /^(finalizeProject|finalizeFromParts|keepText)$/;

/** Walks the events of a run: every wait that ended, every message that came, and how the run closed. */
export function readSteps({ events, workflowType }: RecordedRun): readonly Step[] {
  const steps: Step[] = [];
  /** What an event began, and what comes of it is told by a later one. */
  const begun = new Map<string, string>();
  const retried = new Set<string>();
  let phase = firstPhase(workflowType);
  // A project goes on in another run while its tasks are carried out.
  if (phase === 'planning' && events[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId) phase = 'executing';
  const begin = (event: RecordedEvent, state: string) => {
    begun.set(`${event.eventId}`, state);
    phase = phaseAfter(phase, state);
  };
  const end = (eventId: unknown, outcome: string) => {
    const state = begun.get(`${eventId}`);
    if (state !== undefined) steps.push({ state, outcome });
    if (state === 'activity validateTaskGraph' && outcome === 'compiles' && phase === 'planning') phase = 'executing';
  };

  for (const event of events) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      const name = (scheduled.activityType?.name ?? '').replace(/^kamachiq\./, '');
      begin(event, `activity ${name}`);
      if (FINALIZING.test(name)) {
        const { tasks = [], control } = read<FinalInput>(scheduled.input?.payloads) ?? {};
        steps.push(...unpacked(tasks).map(({ state }) => ({ state: 'a task of the project', outcome: state })));
        steps.push(...(control?.degradations ?? []).map(({ step }) => ({ state: 'a shortage of the project', outcome: step })));
      }
    }
    const taken = event.activityTaskStartedEventAttributes;
    if (taken && (taken.attempt ?? 1) > 1) retried.add(`${taken.scheduledEventId}`);
    const done = event.activityTaskCompletedEventAttributes;
    if (done) {
      end(done.scheduledEventId, tellActivity(begun.get(`${done.scheduledEventId}`), read<Result>(done.result?.payloads)));
      if (retried.has(`${done.scheduledEventId}`)) end(done.scheduledEventId, 'done by a later delivery');
    }
    const failed = event.activityTaskFailedEventAttributes;
    if (failed) end(failed.scheduledEventId, failed.failure?.applicationFailureInfo?.nonRetryable ? 'failed for good' : 'failed');
    end(event.activityTaskTimedOutEventAttributes?.scheduledEventId, 'lost');
    end(event.activityTaskCanceledEventAttributes?.scheduledEventId, 'cancelled');
    // What is not waited for any more may never be told to have been cancelled.
    const given = event.activityTaskCancelRequestedEventAttributes?.scheduledEventId;
    if (given && begun.get(`${given}`) === 'activity validateTaskGraph') end(given, 'cancelled');

    const child = event.startChildWorkflowExecutionInitiatedEventAttributes;
    if (child) begin(event, `child ${child.workflowType?.name}`);
    end(event.startChildWorkflowExecutionFailedEventAttributes?.initiatedEventId, 'not started');
    const result = event.childWorkflowExecutionCompletedEventAttributes;
    if (result) end(result.initiatedEventId, tellResult(read<Result>(result.result?.payloads)));
    end(event.childWorkflowExecutionFailedEventAttributes?.initiatedEventId, 'failed');
    end(event.childWorkflowExecutionCanceledEventAttributes?.initiatedEventId, 'cancelled');
    end(event.childWorkflowExecutionTerminatedEventAttributes?.initiatedEventId, 'terminated');
    end(event.childWorkflowExecutionTimedOutEventAttributes?.initiatedEventId, 'timed out');

    if (event.timerStartedEventAttributes) begin(event, `timer ${read<string>([event.userMetadata?.summary ?? {}]) ?? ''}`);
    end(event.timerFiredEventAttributes?.startedEventId, 'over');
    end(event.timerCanceledEventAttributes?.startedEventId, 'called off');

    const signal = event.signalExternalWorkflowExecutionInitiatedEventAttributes;
    if (signal) begin(event, `signal ${signal.signalName} to another`);
    end(event.externalWorkflowExecutionSignaledEventAttributes?.initiatedEventId, 'delivered');
    end(event.signalExternalWorkflowExecutionFailedEventAttributes?.initiatedEventId, 'nobody there');
    const stop = event.requestCancelExternalWorkflowExecutionInitiatedEventAttributes;
    if (stop) begin(event, stop.childWorkflowOnly ? 'cancellation of a child' : 'cancellation of another');
    end(event.externalWorkflowExecutionCancelRequestedEventAttributes?.initiatedEventId, 'delivered');
    end(event.requestCancelExternalWorkflowExecutionFailedEventAttributes?.initiatedEventId, 'nobody there');

    const came = event.workflowExecutionSignaledEventAttributes;
    if (came) steps.push({ state: `signal ${came.signalName}`, outcome: 'received' });
    const accepted = event.workflowExecutionUpdateAcceptedEventAttributes;
    if (accepted) begun.set(`${event.eventId}`, `update ${accepted.acceptedRequest?.input?.name}`);
    const answered = event.workflowExecutionUpdateCompletedEventAttributes;
    if (answered) end(answered.acceptedEventId, answered.outcome?.failure ? 'refused after all' : 'carried out');

    const outcome = tellClose(event);
    if (outcome !== null) steps.push({ state: `closed: ${phase}`, outcome });
  }
  return steps;
}

/** Phase of a run that has waited for nothing yet. */
const firstPhase = (workflowType: string): string =>
  workflowType.endsWith('ProjectWorkflow') ? 'planning' : workflowType === 'AgentTaskWorkflow' ? 'working' : 'waiting';

function phaseAfter(phase: string, state: string): string {
  if (state === 'activity decomposeProject') return 'planning';
  if (state === 'activity spawnAgent') return 'working';
  if (state === 'activity evaluateQuality')
    return phase === 'working' || phase === 'evaluating' || phase === 'waiting-for-tokens' ? 'evaluating' : 'reviewing';
  if (state === 'signal kamachiq.request-hold to another') return 'waiting-for-tokens';
  if (state === 'child HumanReviewWorkflow') return 'waiting-for-person';
  return phase;
}

function tellActivity(state: string | undefined, result: Result | null): string {
  if (state === 'activity spawnAgent') return result?.passed ? 'passed' : 'did not pass';
  if (state === 'activity evaluateQuality') return result?.verdict?.decision ?? 'done';
  if (state === 'activity validateTaskGraph') return result?.findings?.some(({ severity }) => severity === 'error') ? 'has errors' : 'compiles';
  return 'done';
}

const tellResult = (result: Result | null): string =>
  result?.status ?? result?.decision ?? (result?.succeeded === undefined ? 'completed' : result.succeeded ? 'succeeded' : 'did not succeed');

function tellClose(event: RecordedEvent): string | null {
  const { workflowExecutionCompletedEventAttributes: completed } = event;
  if (completed) return tellResult(read<Result>(completed.result?.payloads));
  if (event.workflowExecutionFailedEventAttributes) return 'broke off';
  if (event.workflowExecutionCanceledEventAttributes) return 'cancelled';
  if (event.workflowExecutionTerminatedEventAttributes) return 'terminated';
  if (event.workflowExecutionTimedOutEventAttributes) return 'timed out by the server';
  if (event.workflowExecutionContinuedAsNewEventAttributes) return 'continued as new';
  return null;
}

/** The first payload as JSON; null where there is none. */
function read<Value>(payloads: readonly Payload[] | null | undefined): Value | null {
  const data = payloads?.[0]?.data;
  return data === null || data === undefined || data.length === 0 ? null : (JSON.parse(new TextDecoder().decode(data)) as Value);
}
