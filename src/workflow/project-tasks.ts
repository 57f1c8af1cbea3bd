import type { ChildWorkflowHandle } from '@temporalio/workflow';
import { AgentPool } from '../agents/agent-pool.js';
import type { BudgetEntry, BudgetLedger } from '../budget/budget-ledger.js';
import { findLateTasks } from '../graph/compile/find-late-tasks.js';
import type { GraphFinding } from '../graph/graph-finding.js';
import type { TaskOutputs } from '../graph/output-type.js';
import { applyGraphPatch } from '../graph/run/apply-graph-patch.js';
import { GraphRun, type GraphRunSnapshot } from '../graph/run/graph-run.js';
import { isOpen } from '../graph/run/task-transitions.js';
import type { TaskGraphDocument } from '../graph/task-graph-document.js';
import type { TaskNode } from '../graph/task-node.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import { jsonBytes } from '../ports/json-bytes.js';
import type { AttemptReport } from '../report/project-report.js';
import { shortenSummary } from './activity-proxies.js';
import type { TaskRecord } from './activity-types.js';
import type { AgentTaskAccount, AgentTaskInput, AgentTaskResult, GivenValue } from './agent-task-types.js';
import { describeEnd } from './describe-end.js';
import { describeNotStarted } from './describe-not-started.js';
import { grantHoldSignal, type HoldRequest, type TaskSettled, type TaskWaits } from './messages.js';
import type { TaskProgress } from './project-types.js';
import { type CheckedRevision, refuseForError } from './revise-plan.js';
import { CancellationScope, condition, getExternalWorkflowHandle, isCancellation, startChild } from './temporal.js';
import { taskWorkflowId } from './workflow-ids.js';

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
  readonly #details = new Map<string, TaskDetails>();
  readonly #reviews = new Set<string>();
  readonly #onChange: () => void;
  #run: GraphRun;
  #defaults: TaskDefaults;
  /** True once the project was cancelled: nothing starts any more. */
  #stopping = false;
  #outputBytes = 0;
  /** How many tasks there ever were: each workflow has an id of its own. */
  #numbered = 0;
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
    for (const node of document.nodes) this.#enter(node);
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

  #enter({ id }: TaskNode): void {
    const workflowId = taskWorkflowId(this.#defaults.projectId, this.#numbered, id);
    this.#numbered += 1;
    this.#details.set(id, { workflowId, started: null, finished: null, result: null, account: NOTHING, told: false, reason: null });
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
      const { result, reason } = this.#details.get(id)!;
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
    const rescues = this.#run.rescues();
    return this.nodes.map((node) => {
      const { started, escalated, finished, result, account } = this.#details.get(node.id)!;
      const { attempts, verdict, manifest, records } = result ?? account;
      return {
        node,
        state: this.#run.state(node.id),
        startedAt: started,
        ...(escalated === undefined ? {} : { escalatedAt: escalated }),
        finishedAt: finished,
        tokensSpent: this.#ledger.spentBy(node.id),
        attempts,
        verdict,
        manifest,
        ...handedOn(this.#run.outputs(node.id)),
        records,
        reason: this.#why(node.id, rescues.get(node.id)),
      };
    });
  }

  /** @param rescuer - Who made up for it. */
  #why(id: string, rescuer: string | undefined): string | null {
    const { reason, result } = this.#details.get(id)!;
    const rescued = rescuer === undefined ? '' : `Made up for by ${rescuer.slice(0, ID_CHARACTERS)}.`;
    const why = reason ?? result?.reason ?? describeNotStarted(this.#run, id) ?? '';
    return `${rescued} ${why}`.trim().slice(0, REASON_CHARACTERS) || null;
  }

  progress(): readonly TaskProgress[] {
    const outputs = new Map(this.snapshot().outputs.map((each) => [each.taskId, each.outputs]));
    return this.nodes.map(({ id, description, dependencies }) => {
      const { workflowId, started, escalated, finished, result, account } = this.#details.get(id)!;
      const { attempts, verdict } = result ?? account;
      return {
        id,
        description,
        dependencies,
        state: this.#run.state(id),
        workflowId: started === null ? null : workflowId,
        attempts: attempts.length,
        tokensSpent: this.#ledger.spentBy(id),
        score: verdict?.score ?? null,
        ...handedOn(outputs.get(id)),
        startedAt: started,
        ...(escalated === undefined ? {} : { escalatedAt: escalated }),
        finishedAt: finished,
      };
    });
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
    const key = `${id}/0/1`;
    if (node.estimatedTokens > 0 && this.#ledger.hold(key, id, node.estimatedTokens) === 0) {
      this.#pool.release(id);
      this.#short.push(id);
      return;
    }
    this.#run.started(id);
    const details = this.#details.get(id)!;
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
        this.#details.get(taskId)!.result = result;
        for (const { key, tokens } of result.settlements) this.#ledger.settle(key, tokens);
        // A task without tokens settles nothing; a hold it never used goes back.
        this.#ledger.release(`${taskId}/0/1`);
        this.#finish(taskId, null);
        if (result.succeeded && result.outputs !== undefined) this.#outputBytes += jsonBytes(result.outputs);
        this.#request(result.succeeded ? this.#run.succeeded(taskId, result.outputs) : this.#run.failed(taskId));
        return;
      }
      case 'task-not-started':
        // Nothing ran: what was held for it goes back.
        this.#release(event.taskId);
        this.#endWithout(event);
        return;
      case 'task-lost':
        if (this.#details.get(event.taskId)!.told) this.#release(event.taskId);
        else this.#chargeInFull(event.taskId, event.reason);
        this.#endWithout(event);
        return;
      case 'task-settled': {
        const { taskId, account } = event.settled;
        this.#learn(taskId, account);
        this.#details.get(taskId)!.told = true;
        return;
      }
      case 'task-waits': {
        const { taskId, reviewId, account } = event.waits;
        this.#learn(taskId, account);
        this.#run.waitsForPerson(taskId);
        this.#details.get(taskId)!.escalated = Date.now();
        this.#reviews.add(reviewId);
        this.#pool.release(taskId);
        return;
      }
      case 'hold-requested':
        this.#learn(event.request.taskId, event.request.account);
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
    for (const id of patch.drop ?? []) this.#details.delete(id);
    for (const node of patch.add ?? []) this.#enter(node);
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
      if (this.#run.state(dependency) === 'succeeded') found.push(...this.#manifestsOf(dependency));
      else for (const earlier of this.#run.predecessors(dependency)) before.add(earlier);
    }
    return found;
  }

  /** Values that others handed on; what nobody handed on is not among them. */
  #givenTo({ inputsFrom = [] }: TaskNode): readonly GivenValue[] {
    return inputsFrom.flatMap(({ input, task, output }) => {
      const outputs = this.#run.outputs(task);
      if (outputs === undefined || !Object.hasOwn(outputs, output)) return [];
      return this.#manifestsOf(task).map((manifest) => ({ input, manifest, output }));
    });
  }

  #manifestsOf(id: string): readonly ArtifactReference[] {
    const manifest = this.#details.get(id)!.result?.manifest;
    return manifest == null ? [] : [manifest];
  }

  /** Keeps what a task tells on its way: of one that is lost later, nothing else is known. */
  #learn(taskId: string, { manifest, verdict, attempts, settlements, records }: AgentTaskAccount): void {
    const details = this.#details.get(taskId)!;
    for (const { key, tokens } of settlements) this.#ledger.settle(key, tokens);
    details.account = {
      manifest,
      verdict,
      attempts: [...details.account.attempts, ...attempts],
      settlements: [...details.account.settlements, ...settlements],
      records: [...details.account.records, ...records],
    };
  }

  #openHolds(taskId: string): readonly BudgetEntry[] {
    return this.#ledger.toSnapshot().entries.filter(({ account, settled }) => account === taskId && settled === null);
  }

  #release(taskId: string): void {
    for (const { key } of this.#openHolds(taskId)) this.#ledger.release(key);
  }

  /** Of what a task did not tell, the worst must be assumed: the attempt that held tokens is lost, and spent them all. */
  #chargeInFull(taskId: string, reason: string): void {
    const details = this.#details.get(taskId)!;
    const lost = this.#openHolds(taskId).map(({ key, tokens }): AttemptReport => {
      const [remediation, attempt] = key.split('/').slice(-2).map(Number) as [number, number];
      return { attempt, remediation, outcome: 'lost', candidates: 0, tokensHeld: tokens, tokensSpent: tokens, problems: [reason] };
    });
    details.account = { ...details.account, attempts: [...details.account.attempts, ...lost] };
    this.#ledger.settleAccountInFull(taskId);
  }

  #endWithout({ taskId, reason, cancelled }: { readonly taskId: string; readonly reason: string; readonly cancelled: boolean }): void {
    this.#finish(taskId, reason);
    this.#request(cancelled ? this.#run.cancelled(taskId) : this.#run.failed(taskId));
  }

  #finish(id: string, reason: string | null): void {
    const details = this.#details.get(id)!;
    details.finished = Date.now();
    details.reason = reason;
    // Whoever is gone waits for no tokens: counted as waiting, it would make the others look idle.
    this.#requests = this.#requests.filter(({ taskId }) => taskId !== id);
    for (const reviewId of this.#reviews) if (reviewId.startsWith(`${details.workflowId}/`)) this.#reviews.delete(reviewId);
    this.#pool.release(id);
  }
}

/** Most characters of the reason for which a task ended: it may quote a provider, a person or a host's own workflow. */
const REASON_CHARACTERS = 2_000;
const ID_CHARACTERS = 200;

/** Most bytes of what tasks handed on that are told of together: of more, each task's report tells. */
const TOLD_OUTPUT_BYTES = 200_000;

const handedOn = (outputs: TaskOutputs | undefined) => (outputs === undefined ? {} : { outputs });

const NOTHING: AgentTaskAccount = { manifest: null, verdict: null, attempts: [], settlements: [], records: [] };

const NO_TOKENS = 'The budget has no tokens left to start it.';

interface TaskDetails {
  readonly workflowId: string;
  started: number | null;
  /** When it went to a person. */
  escalated?: number;
  finished: number | null;
  result: AgentTaskResult | null;
  /** What it told before it ended. */
  account: AgentTaskAccount;
  /** True when it told everything, and then ended without a result. */
  told: boolean;
  reason: string | null;
}
