import { type Client, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { KamachiqError } from '../errors/kamachiq-error.js';
import type { GraphFinding } from '../graph/graph-finding.js';
import type { GraphPatch } from '../graph/run/graph-patch.js';
import type { AgentProgress } from '../ports/agent-runner.js';
import type { ScheduleReport } from '../report/project-report.js';
import { scheduleReport } from '../report/schedule-report.js';
import type { PlanRevision } from '../workflow/activity-types.js';
import type { AgentTaskProgress } from '../workflow/agent-task-types.js';
import type { RevisePlan } from '../workflow/messages.js';
import type { ProjectProgress, ProjectResult, TaskProgress } from '../workflow/project-types.js';
import { checkRevision } from './check-revision.js';
import { clientError, isServerUnavailable } from './client-error.js';

/** A task as it stands right now: what its project knows, what its own workflow knows, and what its agent last reported. @public */
export interface LiveTask extends TaskProgress {
  readonly phase: AgentTaskProgress['phase'] | null;
  readonly attempt: number;
  readonly remediation: number;
  /** Of the attempt in progress; null while no agent is at work. */
  readonly agent: AgentProgress | null;
}

/** A project as it stands right now. @public */
export interface LiveProject extends ProjectProgress {
  readonly tasks: readonly LiveTask[];
  /** How well its tasks are packed until now. */
  readonly schedule: ScheduleReport;
}

/** A project on a server, found by its id. @public */
export class ProjectHandle {
  readonly projectId: string;
  readonly #client: Client;

  constructor(client: Client, projectId: string) {
    this.#client = client;
    this.projectId = projectId;
  }

  /**
   * Where the project stands, also after it ended.
   *
   * @throws KamachiqError `client.not-found`, `client.no-worker`, `client.wrong-kind` and what every call may meet: `client.no-server`, `client.closed`,
   * `client.unknown-namespace`, `client.unauthorized`, `client.cancelled`, `client.request-failed`
   */
  async status(): Promise<LiveProject> {
    try {
      const progress = await this.#client.workflow.getHandle(this.projectId).query<ProjectProgress>('kamachiq.status');
      const tasks = await Promise.all(progress.tasks.map((task) => this.#liveTask(task)));
      return { ...progress, tasks, schedule: scheduleOf(progress) };
    } catch (error) {
      throw clientError(error, this.projectId, 'worker');
    }
  }

  /**
   * Whether the project has ended, however it ended. Asked of the server alone: no worker need be there.
   *
   * @throws KamachiqError as `status`, but for `client.no-worker` and `client.wrong-kind`
   */
  async hasEnded(): Promise<boolean> {
    try {
      return (await this.#client.workflow.getHandle(this.projectId).describe()).closeTime !== undefined;
    } catch (error) {
      throw clientError(error, this.projectId, 'server');
    }
  }

  /**
   * Waits for the end, through outages of the server. Asked of the server alone: where the project has ended, no worker need be there.
   * `connection.withAbortSignal` stops the wait; stop it before the connection is closed.
   *
   * @throws KamachiqError `client.project-cancelled` when it was cancelled: its report is in the status; `client.project-failed` when it ended before
   * it could write one; `client.deadline` when the deadline of the call passes first; and as `status`, but for `client.no-worker`
   */
  async result(): Promise<ProjectResult> {
    for (;;) {
      try {
        return asProjectResult(await this.#client.workflow.getHandle(this.projectId).result(), this.projectId);
      } catch (error) {
        // A long poll ends with an error when the server goes away for a while; the project itself does not.
        if (!isServerUnavailable(error)) throw clientError(error, this.projectId, 'server');
        await this.#client.connection.ensureConnected().catch(() => undefined);
      }
    }
  }

  /**
   * Asks the project to stop; it still writes its report. One that has ended stays as it is.
   *
   * @throws KamachiqError as `hasEnded`
   */
  async cancel(): Promise<void> {
    try {
      await this.#client.workflow.getHandle(this.projectId).cancel();
    } catch (error) {
      throw clientError(error, this.projectId, 'server');
    }
  }

  /**
   * Changes the plan while its tasks are carried out: adds, replaces or drops tasks that have not begun. The change is compiled as a plan is; either
   * all of it is applied or nothing.
   *
   * @param reason - Why, for people: shown in the report. 1 to 2,000 characters.
   * @throws InvalidInputError `input.invalid` with everything that is wrong with patch and reason by themselves; KamachiqError `graph.patch-refused` with what the
   * compiler found in `context.findings`, or because the project doesn't carry tasks out; and as `status`
   */
  async revise(patch: GraphPatch, reason: string): Promise<PlanRevision> {
    const checked = await checkRevision(patch, reason);
    try {
      return await this.#client.workflow.getHandle(this.projectId).executeUpdate<PlanRevision, [RevisePlan]>('kamachiq.revise-plan', {
        args: [{ patch: checked, reason }],
      });
    } catch (error) {
      const refusal = revisionRefusal(error);
      if (refusal !== null) throw refusal;
      const problem = clientError(error, this.projectId, 'worker');
      // The server finds no update's workflow once it has ended, and says no more.
      if (problem.code === 'client.not-found' && (await this.hasEnded())) throw patchRefusal('The project has ended.', []);
      throw problem;
    }
  }

  async #liveTask(task: TaskProgress): Promise<LiveTask> {
    const settled = { ...task, phase: null, attempt: task.attempts, remediation: 0, agent: null };
    if (task.workflowId === null || task.finishedAt !== null) return settled;
    const handle = this.#client.workflow.getHandle(task.workflowId);
    try {
      const [own, description] = await Promise.all([handle.query<AgentTaskProgress>('kamachiq.task-status'), handle.describe()]);
      const agent = readHeartbeat(description.raw.pendingActivities?.[0]?.heartbeatDetails?.payloads?.[0]?.data);
      return { ...settled, ...own, tokensSpent: own.tokensSpent + (agent?.tokensSpent ?? 0), agent };
    } catch {
      // The task's workflow may not have begun, or have ended since the project told of it: the project's own view stands.
      return settled;
    }
  }
}

/** A change that was refused, with the findings that came along; null for any other error. */
function revisionRefusal(error: unknown): KamachiqError | null {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure) || cause.type !== 'kamachiq.graph.patch-refused') return null;
  const [findings = []] = (cause.details ?? []) as [(readonly GraphFinding[])?];
  return patchRefusal(cause.message, findings);
}

const patchRefusal = (message: string, findings: readonly GraphFinding[]) =>
  new KamachiqError({
    code: 'graph.patch-refused',
    message,
    remedy:
      findings
        .slice(0, 5)
        .map(({ suggestion }) => suggestion)
        .join(' ') || 'Change the plan of a project that carries tasks out.',
    context: { findings },
  });

function scheduleOf({ tasks, slots }: ProjectProgress): ScheduleReport {
  const instant = (milliseconds: number | null) => (milliseconds === null ? null : new Date(milliseconds).toISOString());
  const scheduled = tasks.map(({ id, dependencies, startedAt, finishedAt }) => ({
    node: { id, dependencies },
    startedAt: instant(startedAt),
    finishedAt: instant(finishedAt),
    attempts: [],
  }));
  return scheduleReport({ tasks: scheduled, slots, now: Date.now() });
}

/** Any workflow's id may have been passed: what it returned is a project's result only if it looks like one. */
function asProjectResult(value: unknown, projectId: string): ProjectResult {
  if (typeof value === 'object' && value !== null && 'manifest' in value && 'report' in value) return value as ProjectResult;
  throw new KamachiqError({
    code: 'client.wrong-kind',
    message: `Expected ${projectId} to be a project, got a workflow that returns something else.`,
    remedy: 'Pass the id of a project.',
  });
}

/** Heartbeats are shown, never counted: anything unreadable is nothing. */
function readHeartbeat(data: Uint8Array | null | undefined): AgentProgress | null {
  if (data === null || data === undefined) return null;
  try {
    return JSON.parse(new TextDecoder().decode(data)) as AgentProgress | null;
  } catch {
    return null;
  }
}
