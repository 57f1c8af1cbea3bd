import { type RecordedRun, readPayload } from './recorded-runs.js';

/** A way through a workflow: from a state, with an outcome. */
export interface WorkflowPath {
  readonly workflow: 'KamachiqProjectWorkflow' | 'AgentTaskWorkflow' | 'HumanReviewWorkflow';
  readonly state: string;
  readonly outcome: string;
  readonly taken: (run: RecordedRun) => boolean;
}

const result = ({ events }: RecordedRun) =>
  readPayload(events.flatMap(({ workflowExecutionCompletedEventAttributes: ended }) => ended?.result ?? [])[0]) as {
    status?: string;
    reason?: string;
    succeeded?: boolean;
    budgetExhausted?: boolean;
    decision?: string;
    metrics?: { tasks: { skipped: number; failed: number } };
    attempts?: readonly { outcome: string; remediation: number; problems: readonly string[] }[];
  } | null;
const completed = (run: RecordedRun) => result(run) ?? {};
const attempts = (run: RecordedRun) => completed(run).attempts ?? [];
const cancelled = ({ events }: RecordedRun) => events.some((event) => Boolean(event.workflowExecutionCanceledEventAttributes));
const activities = ({ events }: RecordedRun) => events.flatMap((event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? []);
const count = (run: RecordedRun, name: string) => activities(run).filter((activity) => activity === `kamachiq.${name}`).length;
const startedChild = ({ events }: RecordedRun, type: string) =>
  events.some((event) => event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowType?.name === type);
const signalled = ({ events }: RecordedRun, name: string) =>
  events.some((event) => event.workflowExecutionSignaledEventAttributes?.signalName === name);
const has = ({ events }: RecordedRun, attributes: keyof RecordedRun['events'][number]) => events.some((event) => Boolean(event[attributes]));
/** Whether a delivery of an activity failed. */
const failed = ({ events }: RecordedRun, name: string) =>
  events.some(({ activityTaskFailedEventAttributes: failure }) =>
    events.some(
      ({ eventId, activityTaskScheduledEventAttributes: scheduled }) =>
        failure && scheduled?.activityType?.name === `kamachiq.${name}` && `${eventId}` === `${failure.scheduledEventId}`,
    ),
  );
const updated = ({ events }: RecordedRun, outcome: 'success' | 'failure') =>
  events.some(({ workflowExecutionUpdateCompletedEventAttributes: update }) => Boolean(update?.outcome?.[outcome]));
/** Whether an update of this name was accepted. */
const accepted = ({ events }: RecordedRun, name: string) =>
  events.some(({ workflowExecutionUpdateAcceptedEventAttributes: update }) => update?.acceptedRequest?.input?.name === `kamachiq.${name}`);
/** Whether a decision that came with a newer version was taken, by its mark. */
const marked = ({ events }: RecordedRun, patch: string) =>
  events.some(({ markerRecordedEventAttributes: marker }) =>
    Object.values(marker?.details ?? {}).some((payloads) => JSON.stringify(readPayload(payloads)).includes(patch)),
  );
const status = (wanted: string) => (run: RecordedRun) => completed(run).status === wanted;
const says = (run: RecordedRun, text: string) => (completed(run).reason ?? '').includes(text);

const project = (state: string, outcome: string, taken: WorkflowPath['taken']): WorkflowPath => ({
  workflow: 'KamachiqProjectWorkflow',
  state,
  outcome,
  taken,
});
const task = (state: string, outcome: string, taken: WorkflowPath['taken']): WorkflowPath => ({
  workflow: 'AgentTaskWorkflow',
  state,
  outcome,
  taken,
});
const review = (state: string, outcome: string, taken: WorkflowPath['taken']): WorkflowPath => ({
  workflow: 'HumanReviewWorkflow',
  state,
  outcome,
  taken,
});

/** Every state with every outcome it can have. Kept by hand; which of them were taken is read off recorded histories. */
export const WORKFLOW_PATHS: readonly WorkflowPath[] = [
  project('planning', 'a plan compiles', (run) => startedChild(run, 'AgentTaskWorkflow')),
  project('planning', 'a plan is repaired', (run) => count(run, 'validateTaskGraph') > 1 && startedChild(run, 'AgentTaskWorkflow')),
  project('planning', 'is delivered again', (run) => failed(run, 'decomposeProject') && startedChild(run, 'AgentTaskWorkflow')),
  project('planning', 'cancelled before it is delivered again', (run) => failed(run, 'decomposeProject') && cancelled(run)),
  project('planning', 'no plan compiles', (run) => status('failed')(run) && !startedChild(run, 'AgentTaskWorkflow')),
  project('planning', 'cancelled', (run) => cancelled(run) && !startedChild(run, 'AgentTaskWorkflow')),
  project('executing', 'all tasks succeed', (run) => startedChild(run, 'AgentTaskWorkflow') && count(run, 'evaluateQuality') > 0),
  project('executing', 'a task fails', (run) => status('failed')(run) && startedChild(run, 'AgentTaskWorkflow')),
  project('executing', 'the budget is spent', status('budget-exhausted')),
  project('executing', 'time is up', status('timed-out')),
  project('executing', 'cancelled at work', (run) => cancelled(run) && signalled(run, 'kamachiq.task-settled')),
  project('executing', 'cancelled while a task waits for a person', (run) => cancelled(run) && signalled(run, 'kamachiq.task-waits')),
  project(
    'executing',
    'the review of a task fails',
    (run) => has(run, 'childWorkflowExecutionFailedEventAttributes') && signalled(run, 'kamachiq.task-settled') && status('failed')(run),
  ),
  project(
    'executing',
    'an operator cancels a task',
    (run) => has(run, 'childWorkflowExecutionCanceledEventAttributes') && signalled(run, 'kamachiq.task-settled') && status('failed')(run),
  ),
  project(
    'executing',
    'an operator terminates a task',
    (run) => has(run, 'childWorkflowExecutionTerminatedEventAttributes') && status('failed')(run),
  ),
  project('executing', 'a task can not be started', (run) => has(run, 'startChildWorkflowExecutionFailedEventAttributes') && status('failed')(run)),
  project('executing', 'a task is skipped', (run) => (completed(run).metrics?.tasks.skipped ?? 0) > 0),
  project('executing', 'a failure is made up for', (run) => status('approved')(run) && (completed(run).metrics?.tasks.failed ?? 0) > 0),
  project(
    'executing',
    'the plan is changed',
    (run) => has(run, 'workflowExecutionUpdateCompletedEventAttributes') && updated(run, 'success') && status('approved')(run),
  ),
  project('executing', 'a change of the plan is refused', (run) => updated(run, 'failure') && status('approved')(run)),
  project('executing', 'cancelled while the plan is changed', (run) => cancelled(run) && updated(run, 'failure')),
  project('executing', 'is paused and resumed', (run) => accepted(run, 'pause') && accepted(run, 'resume')),
  project('executing', 'its budget is raised', (run) => accepted(run, 'raise-budget')),
  project('executing', 'its concurrency is changed', (run) => accepted(run, 'set-concurrency')),
  project('executing', 'a person cancels a task', (run) => accepted(run, 'cancel-task')),
  project('executing', 'a person retries a task', (run) => accepted(run, 'retry-task')),
  project(
    'executing',
    'tokens are short and a step of the ladder helps',
    (run) => marked(run, 'kamachiq.shortage') && !status('budget-exhausted')(run),
  ),
  project('executing', 'tokens are short and nothing helps', (run) => marked(run, 'kamachiq.shortage') && status('budget-exhausted')(run)),
  project('executing', 'a task asks for tokens', (run) => signalled(run, 'kamachiq.request-hold')),
  project('executing', 'a task waits for a person', (run) => signalled(run, 'kamachiq.task-waits') && completed(run).status !== undefined),
  project('reviewing', 'passes', (run) => status('approved')(run) && !startedChild(run, 'HumanReviewWorkflow')),
  project('reviewing', 'is delivered again', (run) => failed(run, 'evaluateQuality') && status('approved')(run)),
  project('reviewing', 'a person approves', (run) => status('approved')(run) && startedChild(run, 'HumanReviewWorkflow')),
  project('reviewing', 'a person rejects', (run) => status('rejected')(run) && says(run, 'Rejected by')),
  project('reviewing', 'nobody decides', (run) => status('rejected')(run) && says(run, 'Nobody decided in time')),
  project('reviewing', 'an operator cancels the review', (run) => status('rejected')(run) && says(run, 'cancelled by an operator')),
  project('reviewing', 'an operator terminates the review', (run) => status('rejected')(run) && says(run, 'ended by an operator')),
  project('reviewing', 'cancelled while a person is asked', (run) => cancelled(run) && startedChild(run, 'HumanReviewWorkflow')),
  task('working', 'the first attempt passes', (run) => attempts(run)[0]?.outcome === 'passed'),
  task(
    'working',
    'an attempt fails and the next passes',
    (run) => attempts(run)[0]?.outcome === 'failed' && attempts(run).some(({ outcome }) => outcome === 'passed'),
  ),
  task(
    'working',
    'an attempt is lost and the next passes',
    (run) => attempts(run).some(({ outcome }) => outcome === 'lost') && completed(run).succeeded === true,
  ),
  task(
    'working',
    'the worker is stopped and the next attempt passes',
    (run) => attempts(run)[0]?.problems[0]?.includes('worker-stopped') === true && completed(run).succeeded === true,
  ),
  task('working', 'a lost attempt is charged by its journal', (run) => count(run, 'accountForAttempt') > 0),
  task('working', 'four attempts fail', (run) => attempts(run).length === 4 && attempts(run).every(({ outcome }) => outcome === 'failed')),
  task(
    'working',
    'a failure that can not pass',
    (run) => attempts(run).length === 1 && attempts(run)[0]?.outcome === 'failed' && completed(run).budgetExhausted === false,
  ),
  task('working', 'no tokens for another attempt', (run) => completed(run).budgetExhausted === true),
  task('working', 'terminated', (run) => has(run, 'workflowExecutionTerminatedEventAttributes')),
  task('working', 'cancelled', (run) => cancelled(run) && !startedChild(run, 'HumanReviewWorkflow')),
  task(
    'working',
    'cancelled as an attempt fails by itself',
    (run) => cancelled(run) && has(run, 'activityTaskCompletedEventAttributes') && count(run, 'evaluateQuality') === 0,
  ),
  task('evaluating', 'passes', (run) => completed(run).succeeded === true && !startedChild(run, 'HumanReviewWorkflow')),
  task('evaluating', 'is delivered again', (run) => failed(run, 'evaluateQuality') && completed(run).succeeded === true),
  task('evaluating', 'cancelled before it is delivered again', (run) => failed(run, 'evaluateQuality') && cancelled(run)),
  task(
    'evaluating',
    'passes after a remediation',
    (run) => completed(run).succeeded === true && attempts(run).some(({ remediation }) => remediation > 0),
  ),
  task(
    'evaluating',
    'the review fails',
    (run) => has(run, 'workflowExecutionFailedEventAttributes') && has(run, 'externalWorkflowExecutionSignaledEventAttributes'),
  ),
  task(
    'evaluating',
    'does not pass after two remediations',
    (run) => startedChild(run, 'HumanReviewWorkflow') && attempts(run).some(({ remediation }) => remediation === 2),
  ),
  task(
    'evaluating',
    'cancelled as it leaves the outcome to a person',
    (run) => cancelled(run) && count(run, 'evaluateQuality') > 0 && !startedChild(run, 'HumanReviewWorkflow'),
  ),
  task('waiting for a person', 'approved', (run) => completed(run).succeeded === true && says(run, 'Approved by')),
  task('waiting for a person', 'rejected', (run) => completed(run).succeeded === false && says(run, 'Rejected by')),
  task('waiting for a person', 'nobody decides', (run) => completed(run).succeeded === false && says(run, 'Nobody decided in time')),
  task(
    'waiting for a person',
    'an operator cancels the review',
    (run) => completed(run).succeeded === false && says(run, 'cancelled by an operator'),
  ),
  task('waiting for a person', 'an operator terminates the review', (run) => completed(run).succeeded === false && says(run, 'ended by an operator')),
  task('waiting for a person', 'cancelled', (run) => cancelled(run) && startedChild(run, 'HumanReviewWorkflow')),
  review('waiting', 'approved', (run) => completed(run).decision === 'approve'),
  review('waiting', 'rejected', (run) => completed(run).decision === 'reject'),
  review('waiting', 'nobody decides', (run) => completed(run).decision === 'timed-out'),
  review('waiting', 'cancelled', cancelled),
  review('waiting', 'terminated', (run) => has(run, 'workflowExecutionTerminatedEventAttributes')),
];
