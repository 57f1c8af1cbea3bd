import { AgentPool } from '../agents/agent-pool.js';
import type { AttemptTerms } from '../agents/attempt-terms.js';
import { priorityKeyOf } from '../agents/priority-key.js';
import { type Limit, NOTHING } from '../budget/amount.js';
import { KamachiqError } from '../errors/kamachiq-error.js';
import type { GraphFinding } from '../graph/graph-finding.js';
import { GraphRun, type GraphRunSnapshot } from '../graph/run/graph-run.js';
import { isOpen, isSettled } from '../graph/run/task-transitions.js';
import type { TaskGraphDocument } from '../graph/task-graph-document.js';
import type { TaskNode } from '../graph/task-node.js';
import type { TaskState } from '../graph/task-state.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import { jsonBytes } from '../ports/json-bytes.js';
import type { TaskRecord } from './activity-types.js';
import { answerRequest } from './answer-request.js';
import { carryOutTask } from './carry-out-task.js';
import { changePlan } from './change-plan.js';
import { givenTo, upstreamOf } from './handover.js';
import { holdFields } from './hold-fields.js';
import type { HoldRequest } from './messages.js';
import { mostUrgent, requiredByOthers } from './open-work.js';
import type { ProjectBudget } from './project-budget.js';
import type { TaskProgress } from './project-types.js';
import type { CheckedRevision } from './revise-plan.js';
import type { Shortage } from './shortage.js';
import { takeTurn } from './take-turn.js';
import { TaskAccounts } from './task-accounts.js';
import type { TaskDefaults, TaskEvent, TasksContext } from './task-events.js';
import { CancellationScope, condition, getExternalWorkflowHandle, isCancellation, patched } from './temporal.js';

/**
 * Carries out the tasks of a graph: whatever is ready starts as soon as a slot and its tokens are there, longest remaining path first.
 *
 * State changes only here, between two events: child workflows report into an inbox and never touch it, so no update can be lost.
 */
export class ProjectTasks {
  readonly #pool: AgentPool;
  readonly #budget: ProjectBudget;
  readonly #inbox: TaskEvent[] = [];
  readonly #accounts: TaskAccounts;
  readonly #reviews = new Set<string>();
  readonly #shortage: Shortage;
  readonly #onChange: () => void;
  /** Tasks that did not start because somebody, or the budget, wanted it so. */
  readonly #dropped = new Set<string>();
  /** While it is paused nothing begins. */
  #paused = false;
  #run: GraphRun;
  #defaults: TaskDefaults;
  /** True once the project was cancelled: nothing starts any more. */
  #stopping = false;
  #outputBytes = 0;
  /** Ready tasks that found no tokens; they ask again when something was settled. */
  #short: string[] = [];
  /** Running tasks that wait for the tokens of a further attempt. */
  #requests: HoldRequest[] = [];
  /** Those of them that have left their slot to others. */
  readonly #parked = new Set<string>();

  constructor(document: TaskGraphDocument, { slots, paused, budget, shortage, defaults, onChange }: TasksContext) {
    this.#run = new GraphRun(document);
    this.#pool = new AgentPool(slots);
    this.#paused = paused;
    this.#budget = budget;
    this.#shortage = shortage;
    this.#defaults = defaults;
    this.#onChange = onChange;
    this.#accounts = new TaskAccounts(defaults.projectId, budget);
    for (const { id } of document.nodes) this.#accounts.enter(id);
  }

  /** As the plan stands now. */
  get nodes(): readonly TaskNode[] {
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
    if (this.#paused || this.#shortage.waitsForBudgetSince !== null) return !this.#isAtWork;
    return this.#reviews.size > 0 && this.#pool.busy === 0;
  }

  set paused(paused: boolean) {
    this.#paused = paused;
    // Nobody is asked for what nothing would begin with; who resumes it is asked anew.
    this.#shortage.rests();
    this.wake();
  }

  stateOf(id: string): TaskState | null {
    return this.nodes.some((node) => node.id === id) ? this.#run.state(id) : null;
  }

  setSlots(slots: number): void {
    this.#pool.setSlots(slots);
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
      this.#accounts.of(id).ordered = words;
      return state === 'running' ? 'Its agent is told to stop.' : 'Its review is ended.';
    });
    const details = this.#accounts.of(id);
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
      this.#accounts.enter(id);
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
    return this.failures().some((id) => {
      const { result, reason } = this.#accounts.of(id);
      return result?.budgetExhausted === true || reason === NO_TOKENS;
    });
  }

  receive(event: TaskEvent): void {
    this.#inbox.push(event);
  }

  /**
   * Returns when every task is settled. Cancelled, it waits until what runs has stopped, so that everything spent is known.
   *
   * @throws CancelledFailure
   */
  async execute(): Promise<void> {
    this.#request(this.#run.ready());
    try {
      for (;;) {
        await this.#startWhatCan();
        this.#onChange();
        if (this.#run.settled) return;
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
    const deadline = this.#stopping ? null : this.#shortage.deadline;
    if (deadline === null) await condition(() => this.#inbox.length > 0);
    else await condition(() => this.#inbox.length > 0, Math.max(1, deadline - Date.now()), { summary: 'time to raise the budget' });
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

  records(): readonly TaskRecord[] {
    return this.#accounts.records(this.#run);
  }

  progress(): readonly TaskProgress[] {
    const outputs = new Map(this.snapshot().outputs.map((each) => [each.taskId, each.outputs]));
    return this.#accounts.progress(this.#run, (id) => outputs.get(id));
  }

  #request(ids: readonly string[]): void {
    for (const id of ids) this.#pool.request(id, this.#run.priority(id));
  }

  async #startWhatCan(): Promise<void> {
    // What fails for want of tokens may make others ready.
    while (!this.#paused && (await this.#startWhatFits()));
  }

  /** @returns Whether tasks failed or were dropped because nothing is left to start them with. */
  async #startWhatFits(): Promise<boolean> {
    for (const request of this.#requests.splice(0)) await this.#grant(request);
    // It may have been paused meanwhile.
    if (this.#paused) return false;
    this.#request(this.#short.splice(0));
    for (let id = this.#pool.next(); id !== null; id = this.#pool.next()) this.#start(id);
    // While anything is at work it may give tokens back. What waits for a person has told all it spent: nothing comes back from there.
    if (this.#isAtWork) this.#shortage.rests();
    if (this.#requests.length + this.#short.length === 0) this.#shortage.ends();
    else if (!this.#isAtWork) return this.#relieve();
    return false;
  }

  /** Whether anybody who holds a slot does something with it. */
  get #isAtWork(): boolean {
    return this.#pool.busy > this.#requests.filter(({ taskId }) => !this.#parked.has(taskId)).length;
  }

  /** @returns Whether another look is worth while. */
  async #relieve(): Promise<boolean> {
    if (patched('kamachiq.shortage')) {
      if ((await this.#reduce()) || this.#park()) return true;
      const onlyOptional = this.#requests.length === 0 && this.#short.every((id) => this.#run.node(id).optional === true);
      // Who decides about others may leave tokens for these; nobody is asked to raise the budget for them.
      if (onlyOptional && this.#reviews.size > 0) return false;
      if (this.#dropOptional()) return true;
      if (!onlyOptional && this.#shortage.asks()) return false;
    }
    for (const request of this.#requests.splice(0)) await this.#answer(request, NOTHING);
    const failing = this.#short.splice(0);
    for (const id of failing) {
      this.#run.started(id);
      this.#finish(id, NO_TOKENS);
      this.#request(this.#run.failed(id));
    }
    return failing.length > 0;
  }

  /** Lets the first that can make do with less begin. */
  async #reduce(): Promise<boolean> {
    for (const request of this.#requests) {
      if (this.#parked.has(request.taskId) && this.#pool.busy >= this.#pool.slots) continue;
      const reduced = this.#shortage.reduce(request.tokens, this.#budget, request.leastTokens);
      if (reduced === null) continue;
      const { tokens, terms, step, words } = reduced;
      this.#requests = this.#requests.filter((each) => each !== request);
      const hold = this.#budget.holdAttempt(request.key, request.taskId, tokens, terms.cheaperModel);
      if (hold === null) continue;
      this.#unpark(request.taskId);
      this.#shortage.record(step, request.taskId, words);
      await this.#answer(request, hold, terms);
      return true;
    }
    if (this.#pool.busy >= this.#pool.slots) return false;
    for (const id of this.#short) {
      const { estimatedTokens, optional = false } = this.#run.node(id);
      // What the project can do without never takes what others need.
      const reduced = optional ? null : this.#shortage.reduce(estimatedTokens, this.#budget);
      if (reduced === null) continue;
      this.#short = this.#short.filter((each) => each !== id);
      this.#request([id]);
      if (!this.#begin(this.#pool.next()!, reduced.tokens, reduced.terms)) continue;
      this.#shortage.record(reduced.step, id, reduced.words);
      return true;
    }
    return false;
  }

  /** Who waits for tokens while nothing is at work leaves its slot to whoever can begin. */
  #park(): boolean {
    const idle = this.#requests.filter(({ taskId }) => !this.#parked.has(taskId));
    for (const { taskId } of idle) {
      this.#parked.add(taskId);
      this.#pool.release(taskId);
    }
    return idle.length > 0 && this.#pool.queued > 0;
  }

  #unpark(taskId: string): void {
    if (this.#parked.delete(taskId)) this.#pool.take(taskId);
  }

  #dropOptional(): boolean {
    if (!this.#shortage.allows('drop-optional')) return false;
    const dropped = this.#short.filter((id) => this.#run.node(id).optional === true);
    if (dropped.length === 0) return false;
    this.#short = this.#short.filter((id) => !dropped.includes(id));
    for (const id of dropped) {
      this.#dropped.add(id);
      this.#shortage.record('drop-optional', id, NO_TOKENS);
      this.#finish(id, `It is optional: ${NO_TOKENS}`);
      this.#request(this.#run.skipped(id));
    }
    return true;
  }

  async #grant(request: HoldRequest): Promise<void> {
    // A pause keeps further attempts from beginning, too.
    const waits = this.#paused || (this.#parked.has(request.taskId) && this.#pool.busy >= this.#pool.slots);
    const hold = waits ? null : this.#budget.holdAttempt(request.key, request.taskId, request.tokens);
    if (hold === null) {
      this.#requests.push(request);
      return;
    }
    this.#unpark(request.taskId);
    await this.#answer(request, hold);
  }

  async #answer(request: HoldRequest, hold: Limit, terms?: AttemptTerms): Promise<void> {
    if (!(await answerRequest(request, hold, terms))) this.#budget.ledger.release(request.key);
  }

  #start(id: string): void {
    const node = this.#run.node(id);
    // A task may be written off while it waits in the pool.
    if (this.#run.state(id) !== 'ready') {
      this.#pool.release(id);
      return;
    }
    if (!this.#fits(node)) {
      this.#pool.release(id);
      this.#short.push(id);
      return;
    }
    this.#begin(id, node.estimatedTokens);
  }

  /** Whether there are tokens for a first attempt; one that the project can do without leaves those of all others. */
  #fits({ estimatedTokens, optional = false }: TaskNode): boolean {
    if (estimatedTokens === 0) return true;
    return estimatedTokens + (optional ? requiredByOthers(this.#run) : 0) <= this.#budget.affordable();
  }

  /** Starts a task that has its slot. @returns Whether there was what it was to hold. */
  #begin(id: string, holdTokens: number, terms?: AttemptTerms): boolean {
    const node = this.#run.node(id);
    const hold = this.#budget.holdAttempt(this.#accounts.holdKey(id), id, holdTokens, terms?.cheaperModel);
    if (hold === null) {
      this.#pool.release(id);
      this.#short.push(id);
      return false;
    }
    this.#run.started(id);
    const details = this.#accounts.of(id);
    details.started = Date.now();
    const given = givenTo(this.#run, this.#accounts, node);
    const { start } = details;
    const { agentQueue: taskQueue, ...defaults } = this.#defaults;
    const input = {
      ...defaults,
      // Another start is another draw.
      seed: this.#defaults.seed + start - 1,
      task: node,
      upstream: upstreamOf(this.#run, this.#accounts, id),
      ...(given.length === 0 ? {} : { given }),
      ...(terms === undefined ? {} : { terms }),
      ...(start === 1 ? {} : { start }),
      ...(taskQueue === undefined ? {} : { agents: { taskQueue, priorityKey: priorityKeyOf(this.#run.priority(id), mostUrgent(this.#run)) } }),
      ...holdFields(hold),
    };
    const begun = () => {
      details.begun = true;
    };
    void carryOutTask(details.workflowId, input, begun).then((event) => this.receive(event));
    return true;
  }

  async #handle(event: TaskEvent): Promise<void> {
    switch (event.kind) {
      case 'task-ended': {
        const { taskId, result } = event;
        this.#accounts.end(taskId, result);
        this.#finish(taskId, null);
        if (result.succeeded && result.outputs !== undefined) this.#outputBytes += jsonBytes(result.outputs);
        this.#request(result.succeeded ? this.#run.succeeded(taskId, result.outputs) : this.#run.failed(taskId));
        return;
      }
      case 'task-not-started':
        // Nothing ran: what was held for it goes back.
        this.#accounts.release(event.taskId);
        this.#endWithout(event);
        return;
      case 'task-lost':
        if (this.#accounts.of(event.taskId).told) this.#accounts.release(event.taskId);
        else this.#accounts.chargeInFull(event.taskId, event.reason);
        this.#endWithout(event);
        return;
      case 'task-settled': {
        const { taskId, account } = event.settled;
        this.#accounts.learn(taskId, account);
        this.#accounts.of(taskId).told = true;
        return;
      }
      case 'task-waits': {
        const { taskId, reviewId, account } = event.waits;
        this.#accounts.learn(taskId, account);
        this.#run.waitsForPerson(taskId);
        this.#accounts.of(taskId).escalated = Date.now();
        this.#reviews.add(reviewId);
        this.#pool.release(taskId);
        return;
      }
      case 'hold-requested':
        this.#accounts.learn(event.request.taskId, event.request.account);
        await this.#grant(event.request);
        return;
      case 'plan-revised':
        event.answer(this.#stopping ? null : this.#revise(event.revision));
        return;
      case 'ordered':
        if (!this.#stopping) event.carryOut();
        return;
    }
  }

  #revise({ patch, plan }: CheckedRevision): readonly GraphFinding[] {
    // One that has had a start before is no plan alone: what it spent then is kept under its id.
    const stateOf = (id: string) => (this.#accounts.of(id).start > 1 && isOpen(this.#run.state(id)) ? 'running' : this.#run.state(id));
    const changed = changePlan(this.#run, patch, stateOf);
    if (!(changed instanceof GraphRun)) return changed;
    this.#run = changed;
    this.#defaults = { ...this.#defaults, plan };
    for (const id of patch.drop ?? []) this.#accounts.drop(id);
    for (const { id } of patch.add ?? []) this.#accounts.enter(id);
    this.#requestAnew();
    return [];
  }

  /** What is ready may be others than before. */
  #requestAnew(): void {
    this.#pool.withdrawAll();
    this.#short = [];
    this.#request(this.#run.ready());
  }

  #endWithout({ taskId, reason, cancelled }: { readonly taskId: string; readonly reason: string; readonly cancelled: boolean }): void {
    this.#finish(taskId, this.#accounts.of(taskId).ordered ?? reason);
    this.#request(cancelled ? this.#run.cancelled(taskId) : this.#run.failed(taskId));
  }

  #finish(id: string, reason: string | null): void {
    const details = this.#accounts.of(id);
    details.finished = Date.now();
    details.reason = reason;
    // Whoever is gone waits for no tokens: counted as waiting, it would make the others look idle.
    this.#requests = this.#requests.filter(({ taskId }) => taskId !== id);
    this.#parked.delete(id);
    for (const reviewId of this.#reviews) if (reviewId.startsWith(`${details.workflowId}/`)) this.#reviews.delete(reviewId);
    this.#pool.release(id);
  }
}

/** Most bytes of what tasks handed on that are told of together: of more, each task's report tells. */
const TOLD_OUTPUT_BYTES = 200_000;

const refuseForState = (what: string) =>
  new KamachiqError({ code: 'control.refused', message: `The task ${what}.`, remedy: 'Look at the status of the project.' });

const NO_TOKENS = 'The budget has no tokens left to start it.';
