import type { ChildWorkflowHandle } from '@temporalio/workflow';
import { AgentPool } from '../agents/agent-pool.js';
import type { BudgetLedger } from '../budget/budget-ledger.js';
import { findLateTasks } from '../graph/compile/find-late-tasks.js';
import type { GraphFinding } from '../graph/graph-finding.js';
import { applyGraphPatch } from '../graph/run/apply-graph-patch.js';
import { GraphRun, type GraphRunSnapshot } from '../graph/run/graph-run.js';
import { isOpen } from '../graph/run/task-transitions.js';
import type { TaskGraphDocument } from '../graph/task-graph-document.js';
import type { TaskNode } from '../graph/task-node.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import { jsonBytes } from '../ports/json-bytes.js';
import { shortenSummary } from './activity-proxies.js';
import type { TaskRecord } from './activity-types.js';
import type { AgentTaskInput, AgentTaskResult, GivenValue } from './agent-task-types.js';
import { describeEnd } from './describe-end.js';
import { grantHoldSignal, type HoldRequest, type TaskSettled, type TaskWaits } from './messages.js';
import type { TaskProgress } from './project-types.js';
import { type CheckedRevision, refuseForError } from './revise-plan.js';
import { TaskAccounts } from './task-accounts.js';
import { CancellationScope, condition, getExternalWorkflowHandle, isCancellation, startChild } from './temporal.js';

/** Something that happened to a task, in the order in which the workflow learnt of it. */
export type TaskEvent =
  | { readonly kind: 'task-ended'; readonly taskId: string; readonly result: AgentTaskResult }
  | { readonly kind: 'task-not-started'; readonly taskId: string; readonly reason: string; readonly cancelled: boolean }
  | { readonly kind: 'task-lost'; readonly taskId: string; readonly reason: string; readonly cancelled: boolean }
  | { readonly kind: 'task-settled'; readonly settled: TaskSettled }
  | { readonly kind: 'hold-requested'; readonly request: HoldRequest }
  | { readonly kind: 'task-waits'; readonly waits: TaskWaits }
  | { readonly kind: 'plan-revised'; readonly revision: CheckedRevision; readonly answer: RevisionAnswer };

/** Takes what keeps a change from being applied: nothing where it was, null where it comes too late for any. */
type RevisionAnswer = (refused: readonly GraphFinding[] | null) => void;

/** What every task of a project is started with. */
export interface TaskDefaults {
  readonly projectId: string;
  readonly plan: ArtifactReference;
  readonly seed: number;
  readonly threshold: number;
  readonly reviewTimeoutMinutes: number;
}

/**
 * Carries out the tasks of a graph: whatever is ready starts as soon as a slot and its tokens are there, longest remaining path first.
 *
 * State changes only here, between two events: child workflows report into an inbox and never touch it, so no update can be lost.
 */
export class ProjectTasks {
  readonly #pool: AgentPool;
  readonly #ledger: BudgetLedger;
  readonly #inbox: TaskEvent[] = [];
  readonly #accounts: TaskAccounts;
  readonly #reviews = new Set<string>();
  readonly #onChange: () => void;
  #run: GraphRun;
  #defaults: TaskDefaults;
  /** True once the project was cancelled: nothing starts any more. */
  #stopping = false;
  #outputBytes = 0;
  /** Ready tasks that found no tokens; they ask again when something was settled. */
  #short: string[] = [];
  /** Running tasks that wait for the tokens of a further attempt. */
  #requests: HoldRequest[] = [];

  constructor(document: TaskGraphDocument, slots: number, ledger: BudgetLedger, defaults: TaskDefaults, onChange: () => void) {
    this.#run = new GraphRun(document);
    this.#pool = new AgentPool(slots);
    this.#ledger = ledger;
    this.#defaults = defaults;
    this.#onChange = onChange;
    this.#accounts = new TaskAccounts(defaults.projectId, ledger);
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
    return this.#reviews.size > 0 && this.#pool.busy === 0;
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
    await condition(() => this.#inbox.length > 0);
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
    while (await this.#startWhatFits());
  }

  /** @returns Whether tasks failed because nothing is left to start them with. */
  async #startWhatFits(): Promise<boolean> {
    const requests = this.#requests;
    this.#requests = [];
    for (const request of requests) await this.#grant(request);
    const short = this.#short;
    this.#short = [];
    this.#request(short);
    for (let id = this.#pool.next(); id !== null; id = this.#pool.next()) this.#start(id);
    // While anything is at work it may give tokens back. What waits for a person has told all it spent: nothing comes back from there.
    if (this.#pool.busy > this.#requests.length) return false;
    for (const request of this.#requests) await this.#answer(request, 0);
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

  async #grant(request: HoldRequest): Promise<void> {
    const tokens = this.#ledger.hold(request.key, request.taskId, request.tokens);
    if (tokens === 0) this.#requests.push(request);
    else await this.#answer(request, tokens);
  }

  async #answer({ workflowId, key }: HoldRequest, tokens: number): Promise<void> {
    // The task may be gone by now, cancelled with the project: then nobody waits for the answer.
    await CancellationScope.nonCancellable(() => getExternalWorkflowHandle(workflowId).signal(grantHoldSignal, { key, tokens })).catch(() =>
      this.#ledger.release(key),
    );
  }

  #start(id: string): void {
    const node = this.#run.node(id);
    // A task may be written off while it waits in the pool.
    if (this.#run.state(id) !== 'ready') {
      this.#pool.release(id);
      return;
    }
    const key = this.#accounts.holdKey(id);
    if (node.estimatedTokens > 0 && this.#ledger.hold(key, id, node.estimatedTokens) === 0) {
      this.#pool.release(id);
      this.#short.push(id);
      return;
    }
    this.#run.started(id);
    const details = this.#accounts.of(id);
    details.started = Date.now();
    const given = this.#givenTo(node);
    const shares = { upstream: this.#upstreamOf(id), ...(given.length === 0 ? {} : { given }) };
    void this.#carryOut(id, details.workflowId, { ...this.#defaults, task: node, ...shares, holdTokens: node.estimatedTokens });
  }

  /** Never rejects: whatever happens to the child becomes an event. */
  async #carryOut(taskId: string, workflowId: string, input: AgentTaskInput): Promise<void> {
    let child: ChildWorkflowHandle<(value: AgentTaskInput) => Promise<AgentTaskResult>>;
    try {
      child = await startChild<(value: AgentTaskInput) => Promise<AgentTaskResult>>('AgentTaskWorkflow', {
        workflowId,
        args: [input],
        staticSummary: shortenSummary(`${input.task.type}: ${taskId}`),
        staticDetails: input.task.description.slice(0, 2_000),
      });
    } catch (error) {
      this.receive({ kind: 'task-not-started', taskId, reason: describeEnd('The task', workflowId, error), cancelled: isCancellation(error) });
      return;
    }
    try {
      this.receive({ kind: 'task-ended', taskId, result: await child.result() });
    } catch (error) {
      this.receive({ kind: 'task-lost', taskId, reason: describeEnd('The task', workflowId, error), cancelled: isCancellation(error) });
    }
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
    this.#pool.withdrawAll();
    this.#short = [];
    this.#request(this.#run.ready());
    return [];
  }

  /**
   * What succeeded nearest before a task. What did not succeed was not approved, and nothing of it goes on; what succeeded before that is there all the
   * same.
   */
  #upstreamOf(id: string): readonly ArtifactReference[] {
    const found: ArtifactReference[] = [];
    const before = new Set(this.#run.predecessors(id));
    // What is added while the set is walked through is walked through too.
    for (const dependency of before) {
      if (this.#run.state(dependency) === 'succeeded') found.push(...this.#accounts.manifestsOf(dependency));
      else for (const earlier of this.#run.predecessors(dependency)) before.add(earlier);
    }
    return found;
  }

  /** Values that others handed on; what nobody handed on is not among them. */
  #givenTo({ inputsFrom = [] }: TaskNode): readonly GivenValue[] {
    return inputsFrom.flatMap(({ input, task, output }) => {
      const outputs = this.#run.outputs(task);
      if (outputs === undefined || !Object.hasOwn(outputs, output)) return [];
      return this.#accounts.manifestsOf(task).map((manifest) => ({ input, manifest, output }));
    });
  }

  #endWithout({ taskId, reason, cancelled }: { readonly taskId: string; readonly reason: string; readonly cancelled: boolean }): void {
    this.#finish(taskId, reason);
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

const NO_TOKENS = 'The budget has no tokens left to start it.';
