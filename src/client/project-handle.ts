import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { KamachiqError } from '../errors/kamachiq-error.js';
import type { GraphFinding } from '../graph/graph-finding.js';
import type { GraphPatch } from '../graph/run/graph-patch.js';
import type { AgentProgress } from '../ports/agent-runner.js';
import type { ScheduleReport } from '../report/project-report.js';
import type { PlanRevision } from '../workflow/activity-types.js';
import type { AgentTaskProgress } from '../workflow/agent-task-types.js';
import type { ControlKind, ControlReceipt } from '../workflow/control-messages.js';
import type { RevisePlan } from '../workflow/messages.js';
import type { ProjectProgress, ProjectResult, TaskProgress } from '../workflow/project-types.js';
import { askProject, hasEnded } from './ask-project.js';
import type { OrderFields } from './check-order.js';
import { checkRevision } from './check-revision.js';
import { checkWatchOptions, type WatchOptions } from './check-watch-options.js';
import { clientError, isServerUnavailable } from './client-error.js';
import { giveOrder } from './give-order.js';
import { type LiveTask, liveTask, liveTaskOfProject } from './live-task.js';
import { lookAtProject } from './look-at-project.js';
import type { BudgetRaise, OrderOptions } from './order-options.js';
import type { ProjectEventName } from './project-events.js';
import { type ProjectListener, ProjectWatch } from './project-watch.js';
import { scheduleOf } from './schedule-of.js';
import { requireRevisionBy } from './update-id-taken.js';

export type { LiveTask } from './live-task.js';

/** A project as it stands right now. @public */
export interface LiveProject extends ProjectProgress {
  readonly tasks: readonly LiveTask[];
  /** How well its tasks are packed until now. */
  readonly schedule: ScheduleReport;
}

/** How a change of a plan is asked for. @public */
export interface ReviseOptions {
  /**
   * Of this change in its project: 1 to 200 characters of one line. A project takes a change of one id once: who asks with it again changes nothing and is
   * told what became of the first, or that something else was asked under it. It may have been refused: a change that was mended needs an id of its own.
   *
   * @defaultValue a random UUID
   */
  readonly updateId?: string;
  /** Called when a worker has accepted the change: from then on it is applied or refused, whether anybody waits for the answer or not. */
  readonly onAccepted?: () => void;
}

/**
 * A project on a server, found by its id: where it stands, what it is told to do, and, by `on`, what happens to it.
 *
 * What `on` tells begins with everything that has happened so far, however long the project runs already: a handle that is made anew tells what happened
 * meanwhile. Each handle watches by itself, from its first listener until the project's end, `close`, or the end of its last listener.
 *
 * @public
 */
export class ProjectHandle {
  readonly projectId: string;
  readonly #client: Client;
  // Held and not inherited: of an emitter's methods, those that would tell events which didn't happen are nobody's business.
  readonly #watch: ProjectWatch;
  /** Tokens that each workflow of a task was last seen to have spent: where it can't be asked, what was told stands. */
  readonly #seen = new Map<string, number>();

  constructor(client: Client, projectId: string) {
    this.#client = client;
    this.projectId = projectId;
    this.#watch = new ProjectWatch((signal) => lookAtProject(client, projectId, signal));
  }

  /**
   * Where the project stands, also after it ended.
   *
   * @throws KamachiqError `client.not-found`, `client.no-worker`, `client.wrong-kind`, `client.answer-too-large` and what every call may meet:
   * `client.no-server`, `client.closed`, `client.unknown-namespace`, `client.unauthorized`, `client.cancelled`, `client.request-failed`
   */
  async status(): Promise<LiveProject> {
    try {
      const progress = await this.#client.workflow.getHandle(this.projectId).query<ProjectProgress>('kamachiq.status');
      const tasks = await Promise.all(progress.tasks.map((task) => this.#liveTask(task)));
      return { ...progress, tasks, schedule: scheduleOf(progress, Date.now()) };
    } catch (error) {
      throw clientError(error, this.projectId, 'worker');
    }
  }

  /**
   * Whether the project has ended, however it ended. Asked of the server alone: no worker need be there.
   *
   * @throws KamachiqError as `status`, but for `client.no-worker`, `client.wrong-kind` and `client.answer-too-large`
   */
  hasEnded(): Promise<boolean> {
    return hasEnded(this.#client, this.projectId);
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
   * Waits at most 20 seconds for a worker to accept the change, and then as long as the answer takes: it is compiled by an activity, which a busy worker may
   * come to late. `connection.withDeadline` and `withAbortSignal` end the wait, not the change. Where it ends without an answer, `context.updateId` of the
   * error goes into `options` of the next call, which then is told what becomes of the same change.
   *
   * @param reason - Why, for people: shown in the report. 1 to 2,000 characters.
   * @throws InvalidInputError `input.invalid` with everything that is wrong with patch, reason and options by themselves; KamachiqError `graph.patch-refused` with
   * what the compiler found in `context.findings`, or because the project doesn't carry tasks out; `control.update-id-taken` where an order, or a change of other
   * tasks, was asked for under the id; `client.no-worker` when no worker accepted the change in time; `client.unanswered` when the wait was ended after that, or
   * by the caller before; and as `status`
   */
  async revise(patch: GraphPatch, reason: string, options: ReviseOptions = {}): Promise<PlanRevision> {
    const { updateId = randomUUID(), onAccepted } = options;
    const checked = await checkRevision(patch, reason, updateId);
    const argument = { patch: checked, reason } satisfies RevisePlan;
    const answer = await askProject<PlanRevision | null>(
      this.#client,
      { workflowId: this.projectId, name: 'kamachiq.revise-plan', argument, updateId, onAccepted },
      { type: 'kamachiq.graph.patch-refused', error: patchRefusal },
    );
    return requireRevisionBy(checked, answer, updateId);
  }

  /**
   * Starts no further task and no further attempt until `resume`; what is at work goes on.
   *
   * This order and the others are answered as soon as a worker has them, within 20 seconds or not at all; `connection.withDeadline` and `withAbortSignal` end the
   * wait, not the order.
   *
   * @throws InvalidInputError `input.invalid` with everything that is wrong with the order by itself; KamachiqError `control.refused` where the project has
   * ended or can't do it now, for which the message says why; `control.update-id-taken` where something else was asked under the id; `client.wrong-kind` also
   * where the project was started by a version that takes no orders; `client.no-worker`, `client.unanswered` as `revise`; and as `status`
   */
  pause(options: OrderOptions): Promise<ControlReceipt> {
    return this.#order('pause', {}, options);
  }

  /** Goes on after `pause`. Throws as `pause`. */
  resume(options: OrderOptions): Promise<ControlReceipt> {
    return this.#order('resume', {}, options);
  }

  /** Cancels a task that is not settled; its agent is stopped. Throws as `pause`. */
  cancelTask(taskId: string, options: OrderOptions): Promise<ControlReceipt> {
    return this.#order('cancel-task', { taskId }, options);
  }

  /** Gives a task that failed or was cancelled another start, and those that could not start because of it. Throws as `pause`. */
  retryTask(taskId: string, options: OrderOptions): Promise<ControlReceipt> {
    return this.#order('retry-task', { taskId }, options);
  }

  /** Adds to what the project may spend. Throws as `pause`. */
  raiseBudget(raise: BudgetRaise, options: OrderOptions): Promise<ControlReceipt> {
    return this.#order('raise-budget', { tokens: raise?.tokens, dollars: raise?.dollars }, options);
  }

  /**
   * Changes how many agents may be at work at once; those above it end what they do. Throws as `pause`.
   *
   * @param slots - From 1 to `control.maximumSlots` of the status: 10 unless the host raises it.
   */
  setConcurrency(slots: number, options: OrderOptions): Promise<ControlReceipt> {
    return this.#order('set-concurrency', { slots }, options);
  }

  /**
   * Calls the listener whenever something of this name happens to the project, and begins to watch it. Listeners added in one go are told the same; a later one what
   * is seen from then on. A listener that throws keeps nothing from the others: see `listener-failed`, which is a process warning where nobody listens to it.
   *
   * Watching goes on through outages of server and workers. It keeps no process alive, `result` does. End it with `close` before the connection is closed.
   */
  on<Name extends ProjectEventName>(name: Name, listener: ProjectListener<Name>): this {
    this.#watch.on(name, listener);
    return this;
  }

  /** As `on`, for the next time alone. */
  once<Name extends ProjectEventName>(name: Name, listener: ProjectListener<Name>): this {
    this.#watch.once(name, listener);
    return this;
  }

  /** Calls the listener no more. Watching ends with the last one; what happens after that is told when another is added. */
  off<Name extends ProjectEventName>(name: Name, listener: ProjectListener<Name>): this {
    this.#watch.off(name, listener);
    return this;
  }

  /**
   * Begins to watch, or says how: with `since`, from where an earlier process stopped.
   *
   * @throws InvalidInputError `input.invalid`
   */
  watch(options: WatchOptions = {}): void {
    const { intervalMilliseconds, since } = checkWatchOptions(options, this.projectId);
    this.#watch.begin(intervalMilliseconds, since);
  }

  /** Ends the watching, not the project; once it is fulfilled, the server is asked nothing more. Listeners stay: `watch` goes on where it stopped. */
  close(): Promise<void> {
    return this.#watch.close();
  }

  #order(kind: ControlKind, fields: OrderFields, options: OrderOptions): Promise<ControlReceipt> {
    return giveOrder(this.#client, this.projectId, kind, fields, options);
  }

  async #liveTask(task: TaskProgress): Promise<LiveTask> {
    if (task.workflowId === null || task.finishedAt !== null) return liveTaskOfProject(task);
    const handle = this.#client.workflow.getHandle(task.workflowId);
    try {
      // In this order: what an agent spent that ends in between is in the workflow's own count.
      const description = await handle.describe();
      const own = await handle.query<AgentTaskProgress>('kamachiq.task-status');
      const agent = readHeartbeat(description.raw.pendingActivities?.[0]?.heartbeatDetails?.payloads?.[0]?.data);
      const live = liveTask(task, own, agent);
      this.#seen.set(task.workflowId, live.tokensSpent);
      return live;
    } catch {
      // The task's workflow may not have begun, or have ended since the project told of it: the project's own view stands.
      return liveTaskOfProject(task, this.#seen.get(task.workflowId));
    }
  }
}

const patchRefusal = (message: string, [found]: readonly unknown[]) => {
  const findings = (found ?? []) as readonly GraphFinding[];
  return new KamachiqError({
    code: 'graph.patch-refused',
    message,
    remedy:
      findings
        .slice(0, 5)
        .map(({ suggestion }) => suggestion)
        .join(' ') || 'Change the plan of a project that carries tasks out.',
    context: { findings },
  });
};

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
