import type { Client } from '@temporalio/client';
import { KamachiqError } from '../errors/kamachiq-error.js';
import type { AgentProgress } from '../ports/agent-runner.js';
import type { AgentTaskProgress } from '../workflow/agent-task-types.js';
import type { ProjectProgress, ProjectResult, TaskProgress } from '../workflow/project-types.js';
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
      return { ...progress, tasks: await Promise.all(progress.tasks.map((task) => this.#liveTask(task))) };
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
