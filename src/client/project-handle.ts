import { type Client, WorkflowFailedError } from '@temporalio/client';
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
   * @throws KamachiqError `client.not-found`, `client.no-server`
   */
  async status(): Promise<LiveProject> {
    try {
      const progress = await this.#client.workflow.getHandle(this.projectId).query<ProjectProgress>('kamachiq.status');
      return { ...progress, tasks: await Promise.all(progress.tasks.map((task) => this.#liveTask(task))) };
    } catch (error) {
      throw clientError(error, this.projectId);
    }
  }

  /**
   * Waits for the end, through outages of the server.
   *
   * @throws WorkflowFailedError when the project failed before it could write a report, or was cancelled.
   */
  async result(): Promise<ProjectResult> {
    for (;;) {
      try {
        return await this.#client.workflow.getHandle(this.projectId).result();
      } catch (error) {
        // A long poll ends with an error when the server goes away for a while; the project itself does not.
        if (error instanceof WorkflowFailedError || !isServerUnavailable(error)) throw clientError(error, this.projectId);
        await this.#client.connection.ensureConnected().catch(() => undefined);
      }
    }
  }

  /** Asks the project to stop; it still writes its report. */
  async cancel(): Promise<void> {
    try {
      await this.#client.workflow.getHandle(this.projectId).cancel();
    } catch (error) {
      throw clientError(error, this.projectId);
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

/** Heartbeats are shown, never counted: anything unreadable is nothing. */
function readHeartbeat(data: Uint8Array | null | undefined): AgentProgress | null {
  if (data === null || data === undefined) return null;
  try {
    return JSON.parse(new TextDecoder().decode(data)) as AgentProgress | null;
  } catch {
    return null;
  }
}
