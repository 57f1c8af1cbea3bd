import { AgentPool } from '../agents/agent-pool.js';
import type { AttemptTerms } from '../agents/attempt-terms.js';
import { priorityKeyOf } from '../agents/priority-key.js';
import { type Limit, NOTHING } from '../budget/amount.js';
import { KamachiqError } from '../errors/kamachiq-error.js';
import { findLateTasks } from '../graph/compile/find-late-tasks.js';
import type { GraphFinding } from '../graph/graph-finding.js';
import { requiredTokens } from '../graph/required-tokens.js';
import { applyGraphPatch } from '../graph/run/apply-graph-patch.js';
import { GraphRun, type GraphRunSnapshot } from '../graph/run/graph-run.js';
import { isOpen, isSettled } from '../graph/run/task-transitions.js';
import type { TaskGraphDocument } from '../graph/task-graph-document.js';
import type { TaskNode } from '../graph/task-node.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import { jsonBytes } from '../ports/json-bytes.js';
import type { TaskRecord } from './activity-types.js';
import { carryOutTask } from './carry-out-task.js';
import { givenTo, upstreamOf } from './handover.js';
import { grantOf, holdFields } from './hold-fields.js';
import { grantHoldSignal, type HoldRequest } from './messages.js';
import type { ProjectBudget } from './project-budget.js';
import type { TaskProgress } from './project-types.js';
import { type CheckedRevision, refuseForError } from './revise-plan.js';
import type { Shortage } from './shortage.js';
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
    if (this.#paused || this.#shortage.waitsForBudgetSince !== null) return this.#pool.busy <= this.#requests.length;
    return this.#reviews.size > 0 && this.#pool.busy === 0;
  }

  set paused(paused: boolean) {
    this.#paused = paused;
    this.wake();
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

  /** Changes state only between two events, as they do. */
  async #inTurn(change: () => string): Promise<string | null> {
    let outcome: (() => string) | null = null;
    const carryOut = () => {
      if (this.#stopping) return;
      try {
        const words = change();
        outcome = () => words;
      } catch (error) {
        outcome = () => {
          throw error;
        };
      }
    };
    this.receive({ kind: 'ordered', carryOut });
    await condition(() => outcome !== null || this.#run.settled || this.#stopping);
    return outcome === null ? null : (outcome as () => string)();
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
      if (!isCancellation(error)) throw error;
      await CancellationScope.nonCancellable(() => this.#stopAll());
      throw error;
    }
  }

  async #handleNext(): Promise<void> {
    const { deadline } = this.#shortage;
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
    const requests = this.#requests;
    this.#requests = [];
    for (const request of requests) await this.#grant(request);
    const short = this.#short;
    this.#short = [];
    this.#request(short);
    for (let id = this.#pool.next(); id !== null; id = this.#pool.next()) this.#start(id);
    // While anything is at work it may give tokens back. What waits for a person has told all it spent: nothing comes back from there.
    if (this.#pool.busy > this.#requests.length) this.#shortage.rests();
    if (this.#requests.length + this.#short.length === 0) this.#shortage.ends();
    else if (this.#pool.busy <= this.#requests.length) return this.#relieve();
    return false;
  }

  /** @returns Whether another look is worth while. */
  async #relieve(): Promise<boolean> {
    if (patched('kamachiq.shortage')) {
      if ((await this.#reduce()) || this.#dropOptional()) return true;
      if (this.#shortage.asks()) return false;
    }
    for (const request of this.#requests) await this.#answer(request, NOTHING);
    this.#requests = [];
    const failing = this.#short;
    this.#short = [];
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
      const reduced = this.#shortage.reduce(request.tokens, this.#budget, request.leastTokens);
      if (reduced === null) continue;
      const { tokens, terms, step, words } = reduced;
      this.#requests = this.#requests.filter((each) => each !== request);
      const hold = this.#budget.holdAttempt(request.key, request.taskId, tokens, terms.cheaperModel)!;
      this.#shortage.record(step, request.taskId, words);
      await this.#answer(request, hold, terms);
      return true;
    }
    if (this.#pool.busy >= this.#pool.slots) return false;
    // What the project can't do without comes first.
    for (const id of this.#short.toSorted((a, b) => this.#rank(a) - this.#rank(b))) {
      const { estimatedTokens } = this.#run.node(id);
      const affordable = this.#budget.affordable();
      const reduced = estimatedTokens <= affordable ? null : this.#shortage.reduce(estimatedTokens, this.#budget);
      // One that others were to go before, and none of them can: it may be what they wait for.
      if (reduced === null && estimatedTokens > affordable) continue;
      this.#short = this.#short.filter((each) => each !== id);
      if (reduced !== null) this.#shortage.record(reduced.step, id, reduced.words);
      this.#request([id]);
      this.#begin(this.#pool.next()!, reduced?.tokens ?? estimatedTokens, reduced?.terms);
      return true;
    }
    return false;
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

  #rank = (id: string) => (this.#run.node(id).optional === true ? 1 : 0);

  async #grant(request: HoldRequest): Promise<void> {
    // A pause keeps further attempts from beginning, too.
    const hold = this.#paused ? null : this.#budget.holdAttempt(request.key, request.taskId, request.tokens);
    if (hold === null) this.#requests.push(request);
    else await this.#answer(request, hold);
  }

  async #answer({ workflowId, key }: HoldRequest, hold: Limit, terms?: AttemptTerms): Promise<void> {
    const grant = grantOf(key, hold, terms);
    // The task may be gone by now, cancelled with the project: then nobody waits for the answer.
    await CancellationScope.nonCancellable(() => getExternalWorkflowHandle(workflowId).signal(grantHoldSignal, grant)).catch(() =>
      this.#budget.ledger.release(key),
    );
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
    return estimatedTokens + (optional ? this.#requiredTokens() : 0) <= this.#budget.affordable();
  }

  /** What tasks are estimated at that have not begun, and that the project can't do without. */
  #requiredTokens(): number {
    return this.nodes.reduce((sum, node) => sum + (isOpen(this.#run.state(node.id)) ? requiredTokens(node) : 0), 0);
  }

  /** Starts a task that has its slot. */
  #begin(id: string, holdTokens: number, terms?: AttemptTerms): void {
    const node = this.#run.node(id);
    const hold = this.#budget.holdAttempt(this.#accounts.holdKey(id), id, holdTokens, terms?.cheaperModel)!;
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
      ...(taskQueue === undefined ? {} : { agents: { taskQueue, priorityKey: priorityKeyOf(this.#run.priority(id), this.#mostUrgent()) } }),
      ...holdFields(hold),
    };
    const begun = () => {
      details.begun = true;
    };
    void carryOutTask(details.workflowId, input, begun).then((event) => this.receive(event));
  }

  /** The longest path that is left; whatever it begins with is no further than at work. */
  #mostUrgent(): number {
    return this.nodes.reduce((most, { id }) => (isSettled(this.#run.state(id)) ? most : Math.max(most, this.#run.priority(id))), 0);
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
        event.carryOut();
        return;
    }
  }

  /** Other tasks may have begun since the patch was compiled: what can't be applied any more is answered, and changes nothing. */
  #revise({ patch, plan }: CheckedRevision): readonly GraphFinding[] {
    const { nodes, findings } = applyGraphPatch(this.nodes, patch, (id) => this.#run.state(id));
    if (findings.length > 0) return findings;
    try {
      const run = this.#run.continueWith({ nodes });
      const late = findLateTasks(run, patch);
      if (late.length > 0) return late;
      this.#run = run;
    } catch (error) {
      // Whatever is wrong with a change is an answer to whoever asked for it, never the end of the project.
      return [refuseForError(error)];
    }
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
    for (const reviewId of this.#reviews) if (reviewId.startsWith(`${details.workflowId}/`)) this.#reviews.delete(reviewId);
    this.#pool.release(id);
  }
}

/** Most bytes of what tasks handed on that are told of together: of more, each task's report tells. */
const TOLD_OUTPUT_BYTES = 200_000;

const refuseForState = (what: string) =>
  new KamachiqError({ code: 'control.refused', message: `The task ${what}.`, remedy: 'Look at the status of the project.' });

const NO_TOKENS = 'The budget has no tokens left to start it.';
