import { type AbridgedTask, abridgeTasks } from '../graph/abridged-task.js';
import type { GraphFinding } from '../graph/graph-finding.js';
import { GraphRun, type GraphRunSnapshot } from '../graph/run/graph-run.js';
import { isOpen, isSettled } from '../graph/run/task-transitions.js';
import type { TaskState } from '../graph/task-state.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import { jsonBytes } from '../ports/json-bytes.js';
import type { AbridgedRun } from './abridged-run.js';
import type { AbridgedRecord, ArchivedTask, TaskExecution } from './activity-types.js';
import type { VerdictSummary } from './agent-task-types.js';
import { awaitCarried } from './await-carried.js';
import { changePlan } from './change-plan.js';
import type { TaskCounts } from './describe-progress.js';
import { TOLD_OUTPUT_BYTES } from './handover.js';
import { isCancelled } from './is-cancelled.js';
import type { ProjectBudget } from './project-budget.js';
import type { TaskProgress } from './project-types.js';
import { refuseForState } from './refuse-for-state.js';
import type { CheckedRevision } from './revise-plan.js';
import type { OpenTasks } from './run-length.js';
import type { Shortage } from './shortage.js';
import { takeTurn } from './take-turn.js';
import { TaskAccounts } from './task-accounts.js';
import type { CarriedTasks, PlannedTasks, TaskDefaults, TaskEvent, TasksContext } from './task-events.js';
import { type StartedTasks, TaskStarts } from './task-starts.js';
import { allHandlersFinished, CancellationScope, condition, getExternalWorkflowHandle, isCancellation } from './temporal.js';

/**
 * Carries out the tasks of a graph: whatever is ready starts as soon as a slot and its tokens are there, longest remaining path first.
 *
 * State changes only here, between two events: child workflows report into an inbox and never touch it, so no update can be lost.
 */
export class ProjectTasks implements StartedTasks {
  readonly budget: ProjectBudget;
  readonly shortage: Shortage;
  readonly accounts: TaskAccounts;
  readonly #starts: TaskStarts;
  readonly #inbox: TaskEvent[] = [];
  readonly #reviews = new Set<string>();
  readonly #onChange: () => void;
  readonly #mayBeLong: (open: OpenTasks) => boolean;
  /** Tasks that did not start because somebody, or the budget, wanted it so. */
  readonly #dropped = new Set<string>();
  /** Tasks that began in a run before. */
  readonly #carried = new Map<string, TaskExecution>();
  #run: AbridgedRun;
  #defaults: TaskDefaults;
  /** True once the project was cancelled: nothing starts any more. */
  #stopping = false;
  #outputBytes = 0;

  /** @param plan - Its tasks, or where another run left them. */
  constructor(plan: PlannedTasks | CarriedTasks, { slots, paused, budget, shortage, defaults, onChange, isLong }: TasksContext) {
    const carried = 'run' in plan ? plan : null;
    this.#run = new GraphRun<AbridgedTask>(plan, carried === null ? {} : { snapshot: carried.run });
    this.#starts = new TaskStarts(this, slots, paused);
    this.budget = budget;
    this.shortage = shortage;
    this.accounts = new TaskAccounts(defaults.projectId, budget);
    this.#defaults = defaults;
    this.#onChange = onChange;
    this.#mayBeLong = isLong;
    if (carried !== null) this.#takeUp(carried);
    else {
      this.accounts.plan(plan.nodes, [], (plan as PlannedTasks).holds);
      this.#starts.request(this.#run.ready());
    }
  }

  #takeUp({ nodes, run, details, numbered, dropped, reviews, starts }: CarriedTasks): void {
    this.accounts.takeUp(nodes, details, numbered);
    for (const id of dropped) this.#dropped.add(id);
    for (const id of reviews) this.#reviews.add(id);
    for (const { outputs } of run.outputs) this.#outputBytes += jsonBytes(outputs);
    for (const { id } of nodes) {
      const { workflowId, runId } = this.accounts.of(id);
      if (BEGUN.has(this.#run.state(id)) && runId !== undefined) this.#carried.set(id, { workflowId, runId });
    }
    this.#starts.takeUp(
      starts,
      [...this.#carried.keys()].filter((id) => this.#run.state(id) === 'running'),
    );
  }

  /** Everything that another run needs to go on with the tasks. Only of use while nothing is on its way. */
  carry(): CarriedTasks {
    return {
      nodes: this.nodes,
      run: this.#run.toSnapshot(),
      details: this.accounts.carry(this.nodes),
      numbered: this.accounts.numbered,
      dropped: [...this.#dropped],
      reviews: this.reviews,
      starts: this.#starts.carry(),
    };
  }

  get #isLong(): boolean {
    return this.#mayBeLong({ isQuiet: this.#starts.isQuiet, unsettled: this.#run.unsettled });
  }

  /** Whether another run is to go on, and can: nothing is on its way, and nobody waits for an answer. */
  get mayContinue(): boolean {
    return this.#isLong && !this.#starts.isBeginning && this.#inbox.length === 0 && !this.#stopping && allHandlersFinished();
  }

  /** What settled tasks told and the store does not have yet. */
  unarchived(): readonly ArchivedTask[] {
    return this.accounts.unarchived(this.nodes);
  }

  /** Says that the store has it. */
  archive(tasks: readonly ArchivedTask[]): void {
    this.accounts.archive(tasks);
  }

  /** What the reviews of tasks came to. */
  verdicts(): readonly (VerdictSummary & { readonly taskId: string })[] {
    return this.nodes.flatMap(({ id: taskId }) => {
      const verdict = this.accounts.verdictOf(taskId);
      return verdict === null ? [] : [{ taskId, decision: verdict.decision, score: verdict.score }];
    });
  }

  get run(): AbridgedRun {
    return this.#run;
  }

  get defaults(): TaskDefaults {
    return this.#defaults;
  }

  /** As the plan stands now. */
  get nodes(): readonly AbridgedTask[] {
    return this.#run.nodes;
  }

  /** The plan as the activities read it. */
  get plan(): ArtifactReference {
    return this.#defaults.plan;
  }

  get settled(): boolean {
    return this.#run.settled;
  }

  /** Where the tasks stand, without what they handed on where that is too much to be carried. */
  snapshot(): GraphRunSnapshot {
    const { states, outputs } = this.#run.toSnapshot();
    return { states, outputs: this.#outputBytes > TOLD_OUTPUT_BYTES ? [] : outputs };
  }

  /** Tasks without success that nothing made up for. */
  failures(): readonly string[] {
    return this.#run.failures();
  }

  get reviews(): readonly string[] {
    return [...this.#reviews];
  }

  /** True while every unsettled task waits for a person or for one that does. */
  get waitsForPeopleOnly(): boolean {
    if (this.#starts.paused || this.shortage.waitsForBudgetSince !== null) return !this.#starts.isAtWork;
    return this.#reviews.size > 0 && this.#starts.pool.busy === 0;
  }

  set paused(paused: boolean) {
    this.#starts.paused = paused;
    // Nobody is asked for what nothing would begin with; who resumes it is asked anew.
    this.shortage.rests();
    this.wake();
  }

  stateOf(id: string): TaskState | null {
    return this.nodes.some((node) => node.id === id) ? this.#run.state(id) : null;
  }

  setSlots(slots: number): void {
    this.#starts.pool.setSlots(slots);
    this.wake();
  }

  /** Looks again at what can begin: something changed that is no task's doing. */
  wake(): void {
    this.receive({ kind: 'ordered', carryOut: () => undefined });
  }

  /** @returns What it came to, or null where it comes too late. @throws KamachiqError where it can't be done */
  async cancelTask(id: string, reason: string): Promise<string | null> {
    const effect = await this.#inTurn(() => {
      const state = this.#run.state(id);
      if (isSettled(state)) throw refuseForState(`is ${state} already`);
      const words = `Cancelled: ${reason}`;
      if (isOpen(state)) {
        this.#dropped.add(id);
        this.#endWithout({ taskId: id, reason: words, cancelled: true });
        return 'It does not start any more.';
      }
      this.accounts.of(id).ordered = words;
      return state === 'running' ? 'Its agent is told to stop.' : 'Its review is ended.';
    });
    const details = this.accounts.of(id);
    if (details?.ordered !== undefined) {
      await condition(() => details.begun || details.finished !== null);
      // It may have ended meanwhile.
      await getExternalWorkflowHandle(details.workflowId)
        .cancel()
        .catch(() => undefined);
    }
    return effect;
  }

  /** As `cancelTask`. */
  retryTask(id: string): Promise<string | null> {
    return this.#inTurn(() => {
      this.#run = this.#run.retry(id, this.#dropped);
      this.#dropped.delete(id);
      this.accounts.enter(id);
      this.#requestAnew();
      return 'It starts again, and what waits for it is decided anew.';
    });
  }

  #inTurn(change: () => string): Promise<string | null> {
    const isOver = () => this.#run.settled || this.#stopping;
    return takeTurn((event) => this.receive(event), isOver, change);
  }

  /** True when a task ended for want of tokens. */
  get budgetExhausted(): boolean {
    return this.failures().some((id) => this.accounts.ranOut(id));
  }

  receive(event: TaskEvent): void {
    this.#inbox.push(event);
  }

  /** Learns what becomes of tasks that began in a run before, for as long as it takes. */
  awaitCarried(): void {
    void awaitCarried(this.#carried, (event) => this.receive(event));
  }

  /**
   * Returns true when every task is settled, and false when another run is to go on. Cancelled, it waits until what runs has stopped, so that
   * everything spent is known.
   *
   * @throws CancelledFailure
   */
  async execute(): Promise<boolean> {
    try {
      for (;;) {
        // What begins now would keep the other run from going on.
        if (!this.#isLong || !allHandlersFinished()) await this.#starts.startWhatCan();
        this.#onChange();
        if (this.#run.settled) return true;
        // A cancelled project goes on in no other run: what runs is to be stopped.
        if (this.mayContinue && !isCancelled()) return false;
        await this.#handleNext();
      }
    } catch (error) {
      // Nobody waits for what is not carried out any more.
      this.#stopping = true;
      if (!isCancellation(error)) throw error;
      await CancellationScope.nonCancellable(() => this.#stopAll());
      throw error;
    }
  }

  async #handleNext(): Promise<void> {
    const deadline = this.#stopping ? null : this.shortage.deadline;
    const isUp = () => this.#inbox.length > 0 || this.mayContinue;
    if (deadline === null) await condition(isUp);
    else await condition(isUp, Math.max(1, deadline - Date.now()), { summary: 'time to raise the budget' });
    for (let event = this.#inbox.shift(); event !== undefined; event = this.#inbox.shift()) await this.#handle(event);
  }

  /** Running children were cancelled with the scope they run in; the others never start. */
  async #stopAll(): Promise<void> {
    this.#stopping = true;
    for (const { id } of this.nodes) {
      if (isOpen(this.#run.state(id))) this.#run.cancelled(id);
    }
    while (!this.#run.settled) {
      await this.#handleNext();
      this.#onChange();
    }
  }

  records(): readonly AbridgedRecord[] {
    return this.accounts.records(this.#run);
  }

  /** @param most - How many are told of. @defaultValue all */
  progress(most = this.nodes.length): readonly TaskProgress[] {
    const isTold = this.#outputBytes <= TOLD_OUTPUT_BYTES;
    return this.accounts.progress(this.#run, { most, waiting: new Set(this.#starts.requests.map(({ taskId }) => taskId)), isTold });
  }

  get counts(): TaskCounts {
    return { total: this.nodes.length, succeeded: this.#run.count('succeeded') };
  }

  async #handle(event: TaskEvent): Promise<void> {
    switch (event.kind) {
      case 'task-ended': {
        const { taskId, result } = event;
        this.accounts.end(taskId, result);
        this.finish(taskId, null);
        if (result.succeeded && result.outputs !== undefined) this.#outputBytes += jsonBytes(result.outputs);
        this.#starts.request(result.succeeded ? this.#run.succeeded(taskId, result.outputs) : this.#run.failed(taskId));
        return;
      }
      case 'task-not-started':
        // Nothing ran: what was held for it goes back.
        this.accounts.release(event.taskId);
        this.#endWithout(event);
        return;
      case 'task-lost':
        if (this.accounts.of(event.taskId).told) this.accounts.release(event.taskId);
        else this.accounts.chargeInFull(event.taskId, event.reason);
        this.#endWithout(event);
        return;
      case 'task-settled': {
        const { taskId, account } = event.settled;
        this.accounts.learn(taskId, account);
        this.accounts.of(taskId).told = true;
        return;
      }
      case 'task-waits': {
        const { taskId, reviewId, account } = event.waits;
        this.accounts.learn(taskId, account);
        this.#run.waitsForPerson(taskId);
        this.accounts.of(taskId).escalated = Date.now();
        this.#reviews.add(reviewId);
        this.#starts.pool.release(taskId);
        return;
      }
      case 'hold-requested':
        this.accounts.learn(event.request.taskId, event.request.account);
        await this.#starts.grant(event.request);
        return;
      case 'plan-revised':
        event.answer(this.#stopping ? null : this.#revise(event.revision));
        return;
      case 'ordered':
        if (!this.#stopping) event.carryOut();
        return;
    }
  }

  #revise({ patch, plan, holds }: CheckedRevision): readonly GraphFinding[] {
    // One that has had a start before is no plan alone: what it spent then is kept under its id.
    const stateOf = (id: string) => (this.accounts.of(id).start > 1 && isOpen(this.#run.state(id)) ? 'running' : this.#run.state(id));
    const { add = [], replace = [], drop = [] } = patch;
    const planned = this.nodes.length + add.length;
    const abridged = { add: abridgeTasks(add, planned), replace: abridgeTasks(replace, planned), drop };
    const changed = changePlan(this.#run, abridged, stateOf);
    if (!(changed instanceof GraphRun)) return changed;
    this.#run = changed;
    this.#defaults = { ...this.#defaults, plan };
    for (const id of drop) this.accounts.drop(id);
    this.accounts.plan(add, replace, holds);
    this.#requestAnew();
    return [];
  }

  /** What is ready may be others than before. */
  #requestAnew(): void {
    this.#starts.requestAnew(this.#run.ready());
  }

  #endWithout({ taskId, reason, cancelled }: { readonly taskId: string; readonly reason: string; readonly cancelled: boolean }): void {
    this.finish(taskId, this.accounts.of(taskId).ordered ?? reason);
    this.#starts.request(cancelled ? this.#run.cancelled(taskId) : this.#run.failed(taskId));
  }

  finish(id: string, reason: string | null): void {
    const details = this.accounts.of(id);
    details.finished = Date.now();
    details.reason = reason;
    for (const reviewId of this.#reviews) if (reviewId.startsWith(`${details.workflowId}/`)) this.#reviews.delete(reviewId);
    this.#starts.forget(id);
  }

  leaveOut(id: string, reason: string): void {
    this.#dropped.add(id);
    this.finish(id, reason);
    this.#starts.request(this.#run.skipped(id));
  }
}

/** States of tasks whose workflow has begun and not ended. */
const BEGUN: ReadonlySet<TaskState> = new Set<TaskState>(['running', 'waiting-for-person']);
