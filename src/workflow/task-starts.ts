import { AgentPool } from '../agents/agent-pool.js';
import type { AttemptTerms } from '../agents/attempt-terms.js';
import { type Limit, NOTHING } from '../budget/amount.js';
import type { AbridgedTask } from '../graph/abridged-task.js';
import type { AbridgedRun } from './abridged-run.js';
import { answerRequest } from './answer-request.js';
import { carryOutTask } from './carry-out-task.js';
import { hasToppedUpReviews, sparesOptional } from './changes.js';
import type { HoldRequest } from './messages.js';
import type { ProjectBudget } from './project-budget.js';
import { requiredByOthers } from './required-by-others.js';
import { NO_TOKENS, type Shortage } from './shortage.js';
import type { TaskAccounts } from './task-accounts.js';
import type { TaskDefaults, TaskEvent } from './task-events.js';
import { taskInput } from './task-input.js';
import { patched } from './temporal.js';

/** The tasks that are started, and what they are started with. */
export interface StartedTasks {
  readonly run: AbridgedRun;
  readonly accounts: TaskAccounts;
  readonly defaults: TaskDefaults;
  readonly budget: ProjectBudget;
  readonly shortage: Shortage;
  /** Ids of the reviews of tasks that people are asked for. */
  readonly reviews: readonly string[];
  receive(event: TaskEvent): void;
  /** Ends a task that is started no more. */
  finish(id: string, reason: string): void;
  /** Ends a task that the project does without. */
  leaveOut(id: string, reason: string): void;
}

/** Who waits for a slot or for tokens; plain JSON. */
export interface WaitingTasks {
  /** For a slot; whoever asked first comes first. */
  readonly waiting: readonly string[];
  /** For the tokens of a first attempt. */
  readonly short: readonly string[];
  readonly requests: readonly HoldRequest[];
  readonly parked: readonly string[];
}

/** Starts tasks as soon as a slot and their tokens are there, longest remaining path first; where tokens are short, by the declared ladder. */
export class TaskStarts {
  readonly pool: AgentPool;
  /** While it is paused nothing begins. */
  paused: boolean;
  /** Running tasks that wait for the tokens of a further attempt. */
  requests: HoldRequest[] = [];
  readonly #project: StartedTasks;
  /** Ready tasks that found no tokens; they ask again when something was settled. */
  #short: string[] = [];
  /** Those with requests that have left their slot to others. */
  readonly #parked = new Set<string>();
  /** Tasks whose workflow was asked for and has not begun. */
  #beginning = 0;

  constructor(project: StartedTasks, slots: number, paused: boolean) {
    this.#project = project;
    this.pool = new AgentPool(slots);
    this.paused = paused;
  }

  /** Whether a task is on its way to its workflow: another run of the project could not go on with it. */
  get isBeginning(): boolean {
    return this.#beginning > 0;
  }

  /** @param working - Ids of tasks that are at work. */
  takeUp({ waiting, short, requests, parked }: WaitingTasks, working: readonly string[]): void {
    for (const id of parked) this.#parked.add(id);
    for (const id of working) if (!this.#parked.has(id)) this.pool.keep(id);
    this.requests.push(...requests);
    this.#short.push(...short);
    this.request(waiting);
  }

  carry(): WaitingTasks {
    return { waiting: this.pool.waiting.map(({ id }) => id), short: this.#short, requests: this.requests, parked: [...this.#parked] };
  }

  /** Forgets who waits to begin, and lets others wait in their place. */
  requestAnew(ids: readonly string[]): void {
    this.pool.withdrawAll();
    this.#short = [];
    this.request(ids);
  }

  /** Whoever is gone waits for nothing: counted as waiting, it would make the others look idle. */
  forget(id: string): void {
    this.requests = this.requests.filter(({ taskId }) => taskId !== id);
    this.#parked.delete(id);
    this.pool.release(id);
  }

  /** Has tasks wait for slots that are ready. */
  request(ids: readonly string[]): void {
    for (const id of ids) this.pool.request(id, this.#project.run.priority(id));
  }

  /** Starts whatever can begin, and answers who waits for tokens. */
  async startWhatCan(): Promise<void> {
    // What fails for want of tokens may make others ready.
    while (!this.paused && (await this.#startWhatFits()));
  }

  /** @returns Whether tasks failed or were dropped because nothing is left to start them with. */
  async #startWhatFits(): Promise<boolean> {
    for (const request of this.requests.splice(0)) await this.grant(request);
    // It may have been paused meanwhile.
    if (this.paused) return false;
    this.request(this.#short.splice(0));
    for (let id = this.pool.next(); id !== null; id = this.pool.next()) this.#start(id);
    // While anything is at work it may give tokens back. What waits for a person has told all it spent: nothing comes back from there.
    if (this.isAtWork) this.#project.shortage.rests();
    if (this.requests.length + this.#short.length === 0) this.#project.shortage.ends();
    else if (!this.isAtWork) return this.#relieve();
    return false;
  }

  /** Whether nobody has a slot, and nobody is about to get one. */
  get isQuiet(): boolean {
    return this.pool.busy === 0 && (this.paused || this.pool.queued === 0);
  }

  /** Whether anybody who holds a slot does something with it. */
  get isAtWork(): boolean {
    return this.pool.busy > this.requests.filter(({ taskId }) => !this.#parked.has(taskId)).length;
  }

  /** @returns Whether another look is worth while. */
  async #relieve(): Promise<boolean> {
    if (patched('kamachiq.shortage')) {
      if ((await this.#reduce()) || this.#park()) return true;
      const onlyOptional = this.requests.length === 0 && this.#short.every((id) => this.#project.run.node(id).optional === true);
      // Who decides about others may leave tokens for these; nobody is asked to raise the budget for them.
      if (onlyOptional && this.#project.reviews.length > 0) {
        if (sparesOptional()) this.#project.shortage.rests();
        return false;
      }
      if (this.#project.shortage.allows('drop-optional') && this.#dropOptional()) return true;
      // Left out of the ladder, it is no reason for a project to fail all the same.
      const canDrop = this.#short.some((id) => this.#project.run.node(id).optional) && sparesOptional();
      if ((!onlyOptional || canDrop) && this.#project.shortage.asks()) return false;
      if (canDrop && this.#dropOptional()) return true;
    }
    for (const request of this.requests.splice(0)) await this.#answer(request, NOTHING);
    const failing = this.#short.splice(0);
    for (const id of failing) {
      this.#project.run.started(id);
      this.#project.finish(id, NO_TOKENS);
      this.request(this.#project.run.failed(id));
    }
    return failing.length > 0;
  }

  /** Lets the first that can make do with less begin. */
  async #reduce(): Promise<boolean> {
    for (const request of this.requests) {
      if (this.#parked.has(request.taskId) && this.pool.busy >= this.pool.slots) continue;
      const reduced = this.#project.shortage.reduce(request.tokens, this.#project.budget, request.leastTokens);
      if (reduced === null) continue;
      const { tokens, terms, step, words } = reduced;
      const hold = this.#project.budget.holdAttempt(request.key, request.taskId, tokens, terms.cheaperModel);
      if (hold === null) continue;
      this.requests = this.requests.filter((each) => each !== request);
      this.#unpark(request.taskId);
      this.#project.shortage.record(step, request.taskId, words);
      await this.#answer(request, hold, terms);
      return true;
    }
    if (this.pool.busy >= this.pool.slots) return false;
    const isNeeded = this.requests.length > 0 || requiredByOthers(this.#project.run) > 0;
    for (const id of this.#short) {
      const node = this.#project.run.node(id);
      // What the project can do without never takes what others need.
      const leaves = node.optional && (isNeeded || !sparesOptional());
      const reduced = leaves ? null : this.#project.shortage.reduce(this.#project.accounts.firstHold(node), this.#project.budget);
      if (reduced === null) continue;
      this.#short = this.#short.filter((each) => each !== id);
      this.request([id]);
      if (!this.#begin(this.pool.next()!, reduced.tokens, reduced.terms)) continue;
      this.#project.shortage.record(reduced.step, id, reduced.words);
      return true;
    }
    return false;
  }

  /** Who waits for tokens while nothing is at work leaves its slot to whoever can begin. */
  #park(): boolean {
    const idle = this.requests.filter(({ taskId }) => !this.#parked.has(taskId));
    for (const { taskId } of idle) {
      this.#parked.add(taskId);
      this.pool.release(taskId);
    }
    return idle.length > 0 && this.pool.queued > 0;
  }

  #unpark(taskId: string): void {
    if (this.#parked.delete(taskId)) this.pool.take(taskId);
  }

  #dropOptional(): boolean {
    const dropped = this.#short.filter((id) => this.#project.run.node(id).optional === true);
    if (dropped.length === 0) return false;
    this.#short = this.#short.filter((id) => !dropped.includes(id));
    for (const id of dropped) {
      const words = `It is optional: it needs ${this.#project.accounts.firstHold(this.#project.run.node(id))} tokens, ${this.#project.budget.affordable()} can be had.`;
      this.#project.shortage.record('drop-optional', id, words);
      this.#project.leaveOut(id, words);
    }
    return true;
  }

  /** Answers a task that asks for tokens, now or once there are some. */
  async grant(request: HoldRequest): Promise<void> {
    // A pause keeps further attempts from beginning, too.
    const waits = this.paused || (this.#parked.has(request.taskId) && this.pool.busy >= this.pool.slots);
    const atOnce = request.atOnce === true && hasToppedUpReviews();
    // What can be spared is what nobody else is planned with.
    const isTaken = atOnce && request.tokens + requiredByOthers(this.#project.run) > this.#project.budget.affordable();
    const hold = waits || isTaken ? null : this.#project.budget.holdAttempt(request.key, request.taskId, request.tokens);
    if (hold === null && (waits || !atOnce)) {
      this.requests.push(request);
      return;
    }
    this.#unpark(request.taskId);
    await this.#answer(request, hold ?? NOTHING);
  }

  async #answer(request: HoldRequest, hold: Limit, terms?: AttemptTerms): Promise<void> {
    if (!(await answerRequest(request, hold, terms))) this.#project.budget.ledger.release(request.key);
  }

  #start(id: string): void {
    const node = this.#project.run.node(id);
    // A task may be written off while it waits in the pool.
    if (this.#project.run.state(id) !== 'ready') {
      this.pool.release(id);
      return;
    }
    if (!this.#fits(node)) {
      this.pool.release(id);
      this.#short.push(id);
      return;
    }
    this.#begin(id, this.#project.accounts.firstHold(node));
  }

  /** Whether there are tokens for a first attempt; one that the project can do without leaves those of all others. */
  #fits(node: AbridgedTask): boolean {
    if (node.estimatedTokens === 0) return true;
    return this.#project.accounts.firstHold(node) + (node.optional ? requiredByOthers(this.#project.run) : 0) <= this.#project.budget.affordable();
  }

  /** Starts a task that has its slot. @returns Whether there was what it was to hold. */
  #begin(id: string, holdTokens: number, terms?: AttemptTerms): boolean {
    const hold = this.#project.budget.holdAttempt(this.#project.accounts.holdKey(id), id, holdTokens, terms?.cheaperModel);
    if (hold === null) {
      this.pool.release(id);
      this.#short.push(id);
      return false;
    }
    this.#project.run.started(id);
    const details = this.#project.accounts.of(id);
    details.started = Date.now();
    const input = taskInput(id, hold, terms, this.#project);
    this.#beginning += 1;
    const begun = (runId: string) => {
      details.begun = true;
      details.runId = runId;
      this.#beginning -= 1;
    };
    void carryOutTask(details.workflowId, input, begun).then((event) => {
      if (event.kind === 'task-not-started') this.#beginning -= 1;
      this.#project.receive(event);
    });
    return true;
  }
}
