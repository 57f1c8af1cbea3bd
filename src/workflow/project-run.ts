import type { Amount } from '../budget/amount.js';
import type { GraphFinding } from '../graph/graph-finding.js';
import type { TaskGraphDocument } from '../graph/task-graph-document.js';
import type { TaskState } from '../graph/task-state.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import type { ProjectStatus } from '../report/project-report.js';
import { callActivity } from './activity-proxies.js';
import type { DecomposeProjectResult, EvaluateQualityResult, PlanRevision, PlanSummary } from './activity-types.js';
import { askPerson } from './ask-person.js';
import type { ControlAccount, ControlReceipt } from './control-messages.js';
import { deliver, nothingSpent, type Spending } from './deliver.js';
import { describeProgress } from './describe-progress.js';
import { describeUnfinished } from './describe-unfinished.js';
import { evaluate } from './evaluate.js';
import { finalize } from './finalize.js';
import { findNotNeeded } from './find-not-needed.js';
import { type HoldFields, holdFields } from './hold-fields.js';
import type { RevisePlan } from './messages.js';
import { PLANNING, ProjectBudget, REVIEW } from './project-budget.js';
import { type ControlledProject, takeOrders } from './project-control.js';
import type { ProjectPolicy } from './project-policy.js';
import { ProjectTasks } from './project-tasks.js';
import type { ProjectInput, ProjectPhase, ProjectProgress, ProjectResult } from './project-types.js';
import { readReason } from './read-failure.js';
import { describeRevision, NOT_EXECUTING, refuseForFindings, refuseForHistory, refuseRevision } from './revise-plan.js';
import { Shortage } from './shortage.js';
import type { TaskEvent } from './task-events.js';
import { CancellationScope, CancelledFailure, condition, patched, setCurrentDetails, sleep, TemporalFailure } from './temporal.js';
import { reviewWorkflowId } from './workflow-ids.js';

const DEFAULT_REVIEW_TIMEOUT_MINUTES = 1_440;

/** Most characters of the reason for which a project ended. */
const REASON_CHARACTERS = 2_000;

/** How a project ended, and why; which tasks are unfinished is added to the reason. */
interface Outcome {
  readonly status: ProjectStatus;
  readonly reason: string;
}

/** Carries a project from its spec to its report. State of one run of a project workflow. */
export class ProjectRun implements ControlledProject {
  readonly #input: ProjectInput;
  readonly #policy: ProjectPolicy;
  readonly #budget: ProjectBudget;
  readonly #startedAt = Date.now();
  readonly #records: ArtifactReference[] = [];
  readonly #shortage: Shortage;
  /** What people stepped in with, in order. */
  readonly #orders: ControlReceipt[] = [];
  #pausedAt: number | null = null;
  #slots: number;
  /** The most there ever were: what the schedule is held against. */
  #mostSlots: number;
  #phase: ProjectPhase = 'planning';
  #plan: PlanSummary | null = null;
  #tasks: ProjectTasks | null = null;
  #evaluation: EvaluateQualityResult | null = null;
  #projectReview: string | null = null;
  #result: ProjectResult | null = null;
  #finishedAt: number | null = null;
  readonly #revisions: PlanRevision[] = [];
  #graph: TaskGraphDocument | null = null;
  #revising = false;
  #waited = 0;
  #waitingSince: number | null = null;

  constructor(input: ProjectInput, policy: ProjectPolicy) {
    this.#input = input;
    this.#policy = policy;
    this.#budget = new ProjectBudget(input.spec);
    this.#shortage = new Shortage(policy.onShortage, this.#patienceMinutes);
    this.#slots = policy.slots;
    this.#mostSlots = policy.slots;
  }

  /** Lets people step in. */
  takeOrders(): void {
    takeOrders(this, this.#orders);
  }

  get ended(): boolean {
    return this.#phase === 'finalizing' || this.#phase === 'ended';
  }

  get slots(): number {
    return this.#slots;
  }

  get limitsMoney(): boolean {
    return this.#budget.limitsMoney;
  }

  stateOf(taskId: string): TaskState | null {
    return this.#tasks?.stateOf(taskId) ?? null;
  }

  get maximumSlots(): number {
    return this.#policy.maximumSlots;
  }

  get paused(): boolean {
    return this.#pausedAt !== null;
  }

  set paused(paused: boolean) {
    this.#pausedAt = paused ? Date.now() : null;
    if (this.#tasks !== null) this.#tasks.paused = paused;
  }

  setSlots(slots: number): void {
    this.#slots = slots;
    this.#mostSlots = Math.max(this.#mostSlots, slots);
    this.#tasks?.setSlots(slots);
  }

  raiseBudget(amount: Amount): string {
    const words = this.#budget.raise(amount);
    this.#tasks?.wake();
    return words;
  }

  async cancelTask(taskId: string, reason: string): Promise<string | null> {
    return this.#tasks?.cancelTask(taskId, reason) ?? null;
  }

  async retryTask(taskId: string): Promise<string | null> {
    return this.#tasks?.retryTask(taskId) ?? null;
  }

  #account(): ControlAccount {
    const { degradations, untold } = this.#shortage;
    return { degradations, untold, orders: this.#orders };
  }

  get #patienceMinutes(): number {
    return this.#input.reviewTimeoutMinutes ?? DEFAULT_REVIEW_TIMEOUT_MINUTES;
  }

  receive(event: TaskEvent): void {
    this.#tasks?.receive(event);
  }

  progress(): ProjectProgress {
    const { total, held, spent } = this.#budget.ledger;
    return {
      projectId: this.#input.projectId,
      name: this.#input.spec.name,
      phase: this.#phase,
      startedAt: this.#startedAt,
      finishedAt: this.#finishedAt,
      budget: { total: total.tokens, held: held.tokens, spent: spent.tokens },
      slots: this.#slots,
      tasks: this.#tasks?.progress() ?? [],
      revisions: this.#revisions.length,
      reviews: [...(this.#tasks?.reviews ?? []), ...(this.#projectReview === null ? [] : [this.#projectReview])],
      result: this.#result,
      control: {
        pausedAt: this.#pausedAt,
        waitsForBudgetSince: this.#shortage.waitsForBudgetSince,
        thresholds: this.#budget.thresholds,
        ...this.#account(),
        mostSlots: this.#mostSlots,
        maximumSlots: this.#policy.maximumSlots,
        money: { total: total.microDollars, held: held.microDollars, spent: spent.microDollars },
      },
    };
  }

  async run(): Promise<ProjectResult> {
    let cancelled: CancelledFailure | null = null;
    let outcome: Outcome;
    try {
      outcome = await this.#withinTimeout(() => this.#work());
    } catch (error) {
      // Whatever broke off while the project was being cancelled did so for that; a cancellation from anywhere else is a failure.
      if (CancellationScope.current().consideredCancelled && error instanceof TemporalFailure) {
        cancelled = error instanceof CancelledFailure ? error : new CancelledFailure('The project was cancelled.');
        outcome = { status: 'cancelled', reason: 'The project was cancelled.' };
      } else if (error instanceof TemporalFailure) {
        // No plan, or no review, to be had: that is an end too, and people get the report of it.
        outcome = { status: 'failed', reason: readReason(error) };
      } else throw error;
    }
    const unfinished = describeUnfinished(this.#tasks?.records() ?? [], REASON_CHARACTERS - outcome.reason.length - 1);
    const reason = `${outcome.reason} ${unfinished}`.trim().slice(0, REASON_CHARACTERS);
    this.#result = await CancellationScope.nonCancellable(() => this.#finalize({ status: outcome.status, reason }));
    this.#enter('ended');
    if (cancelled !== null) throw cancelled;
    return this.#result;
  }

  /** The clock stops while only people are waited for. */
  async #withinTimeout(work: () => Promise<Outcome>): Promise<Outcome> {
    const minutes = this.#input.spec.timeoutMinutes;
    const scope = new CancellationScope();
    let timedOut = false;
    const working = scope.run(work);
    const clock = new CancellationScope();
    const watching = clock.run(async () => {
      const begun = Date.now() - this.#waitedForPeople();
      for (let left = minutes * 60_000; left > 0; left = begun + minutes * 60_000 - (Date.now() - this.#waitedForPeople())) {
        // However long people are waited for: one timer goes by, not one after the other.
        if (this.#waitingSince !== null && patched('kamachiq.clock-stands-still')) await condition(() => this.#waitingSince === null);
        else await sleep(left, { summary: 'time limit of the project' });
      }
      timedOut = true;
      scope.cancel();
    });
    // The clock is stopped when the work ends: its cancellation is no news.
    watching.catch(() => undefined);
    try {
      return await working;
    } catch (error) {
      if (timedOut && error instanceof TemporalFailure)
        return { status: 'timed-out', reason: `The project worked for its ${minutes} minutes without an end.` };
      throw error;
    } finally {
      clock.cancel();
    }
  }

  async #work(): Promise<Outcome> {
    const planned = await this.#planProject();
    if (planned === null) {
      const found = this.#plan?.findings.find(({ severity }) => severity === 'error')?.message ?? '';
      return { status: 'failed', reason: `No plan could be made that compiles: ${found.slice(0, 1_000)} All findings are in the report.` };
    }
    const { graph, plan, agentQueue } = planned;
    this.#graph = graph;
    const { projectId, spec, seed } = this.#input;
    this.#budget.ledger.hold(REVIEW, null, this.#budget.shareAvailable(this.#policy.reviewShare));
    const reviewTimeoutMinutes = this.#patienceMinutes;
    const defaults = { projectId, plan, seed, threshold: graph.qualityThreshold, reviewTimeoutMinutes, agentQueue };
    this.#tasks = new ProjectTasks(graph, {
      slots: this.#slots,
      paused: this.paused,
      budget: this.#budget,
      shortage: this.#shortage,
      defaults,
      onChange: () => this.#enter(this.#phase),
    });
    this.#enter('executing');
    await this.#tasks.execute();

    if (this.#tasks.failures().length > 0) {
      this.#budget.ledger.release(REVIEW);
      return { status: this.#tasks.budgetExhausted ? 'budget-exhausted' : 'failed', reason: '' };
    }
    return this.#review(this.#tasks, spec.qualityThreshold, reviewTimeoutMinutes);
  }

  /** Plans, compiles, and sends the plan back with its findings until it compiles or patience ends. */
  async #planProject(): Promise<DecomposeProjectResult | null> {
    const { projectId, spec, seed } = this.#input;
    let findings: readonly GraphFinding[] = [];
    let previous: DecomposeProjectResult | null = null;
    this.#enter('planning');
    for (let repair = 0; repair <= this.#policy.maximumPlanRepairs; repair += 1) {
      const key = `${PLANNING}/${repair}`;
      const hold = this.#budget.shareLeft(this.#policy.planningShare, PLANNING);
      this.#budget.ledger.hold(key, PLANNING, hold);
      const summary = repair === 0 ? `plan: ${spec.name}` : `repair ${repair} of the plan`;
      const input = { projectId, spec, seed, repair, findings, previous: previous?.graph ?? null };
      const decompose = (share: HoldFields) => callActivity('decomposeProject', summary, { ...input, ...share });
      const decomposed: DecomposeProjectResult = await this.#charging(key, (spending) => deliver(hold, decompose, spending));
      if (decomposed.prices !== undefined) this.#budget.prices = decomposed.prices;
      const availableTokens = Math.floor(this.#budget.affordable(true) * (1 - this.#policy.reviewShare));
      const validated = await callActivity('validateTaskGraph', `compile ${decomposed.graph.nodes.length} tasks`, {
        graph: decomposed.graph,
        availableTokens,
        ...this.#budget.boundBy,
        remediationReserve: this.#policy.remediationReserve,
      });
      findings = validated.findings;
      const { madeBy, decidedByModel } = decomposed;
      this.#plan = { madeBy, decidedByModel, repairs: repair, findings };
      if (!findings.some(({ severity }) => severity === 'error')) return decomposed;
      previous = decomposed;
    }
    return null;
  }

  async #review(tasks: ProjectTasks, threshold: number, timeoutMinutes: number): Promise<Outcome> {
    const { projectId, seed, spec } = this.#input;
    this.#enter('reviewing');
    // Nobody else needs what is left.
    const { ledger } = this.#budget;
    const { tokens, microDollars } = ledger.available;
    ledger.transfer(`${REVIEW}/rest`, null, REVIEW, { tokens, microDollars: microDollars ?? 0 });
    const hold = ledger.standing(REVIEW)!.available;
    const records = tasks.records();
    const manifests = records.flatMap(({ state, manifest }) => (state === 'succeeded' && manifest !== null ? [manifest] : []));
    const cheaper = this.#policy.onShortage.includes('cheaper-model') && this.#budget.isCheaperWanted(hold);
    if (cheaper) this.#shortage.record('cheaper-model', null, 'The project is reviewed by a cheaper model.');
    const notNeeded = findNotNeeded(records, spec.deliverables ?? []);
    const input = {
      projectId,
      plan: tasks.plan,
      task: null,
      manifests,
      threshold,
      seed,
      ...holdFields(hold),
      ...(cheaper ? { cheaper } : {}),
      ...(notNeeded.length === 0 ? {} : { notNeeded }),
    };
    const evaluation = await this.#charging(REVIEW, (spending) => evaluate('review of the whole project', input, spending));
    this.#evaluation = evaluation;
    const { verdict } = evaluation;
    if (verdict.decision === 'approve') return { status: 'approved', reason: 'Every check passed and the score exceeds the threshold.' };

    const reason = `The project as a whole did not pass the gate. ${evaluation.short ?? ''}`.trim();
    const workflowId = reviewWorkflowId(projectId);
    this.#projectReview = workflowId;
    this.#enter('waiting-for-person');
    try {
      const { approved, words } = await askPerson(workflowId, {
        projectId,
        subject: { kind: 'project' },
        reason,
        manifest: evaluation.manifest,
        score: verdict.score,
        threshold,
        findings: verdict.feedback.slice(0, 20),
        timeoutMinutes,
      });
      return { status: approved ? 'approved' : 'rejected', reason: `${reason} ${words}` };
    } finally {
      this.#projectReview = null;
    }
  }

  async #finalize({ status, reason }: Outcome): Promise<ProjectResult> {
    const { projectId, spec, seed } = this.#input;
    this.#enter('finalizing');
    this.#budget.ledger.release(REVIEW);
    this.#finishedAt = Date.now();
    const tasks = this.#tasks?.records() ?? [];
    const { spent, total } = this.#budget.ledger;
    const { money } = this.#budget;
    const spentBy = (account: string) => this.#budget.ledger.spentBy(account).tokens;
    const verdict = this.#evaluation?.verdict ?? null;
    const input = {
      projectId,
      spec,
      seed,
      status,
      reason,
      startedAt: this.#startedAt,
      finishedAt: this.#finishedAt,
      slots: this.#mostSlots,
      qualityThreshold: spec.qualityThreshold,
      plan: this.#plan && { ...this.#plan, ...(this.#revisions.length === 0 ? {} : { revisions: this.#revisions }) },
      tasks,
      verdict,
      checks: this.#evaluation?.checks ?? [],
      spent: { total: spent.tokens, planning: spentBy(PLANNING), review: spentBy(REVIEW) },
      records: this.#records,
      ...(total.tokens === spec.budgetTotal ? {} : { budgetTotal: total.tokens }),
      ...(money === null ? {} : { money }),
      ...(this.#shortage.degradations.length + this.#orders.length === 0 ? {} : { control: this.#account() }),
    };
    const finalized = await finalize(`report: ${status}`, input);
    const { report, files, manifest, makespanMilliseconds, lowerBoundMilliseconds } = finalized;
    const count = (state: TaskState) => tasks.filter((task) => task.state === state).length;
    const [succeeded, skipped] = [count('succeeded'), count('skipped')];
    return {
      projectId,
      status,
      reason,
      artifacts: files,
      manifest,
      metrics: {
        spend: { tokensSpent: spent.tokens, budgetTotal: total.tokens, ...(money === null ? {} : { money }) },
        timeline: {
          startedAt: new Date(this.#startedAt).toISOString(),
          finishedAt: new Date(this.#finishedAt).toISOString(),
          makespanMilliseconds,
          lowerBoundMilliseconds,
        },
        tasks: { total: tasks.length, succeeded, skipped, failed: tasks.length - succeeded - skipped },
      },
      qualityScore: verdict?.score ?? null,
      verdicts: tasks.flatMap(({ node, verdict: own }) => (own === null ? [] : [{ taskId: node.id, decision: own.decision, score: own.score }])),
      report,
    };
  }

  /**
   * Changes the plan while its tasks are carried out. One change at a time: each is compiled against the plan that the one before it made.
   *
   * @throws ApplicationFailure `kamachiq.graph.patch-refused`, with all findings as details
   */
  async revise({ patch, reason }: RevisePlan): Promise<PlanRevision> {
    // Whoever waits is woken together with all others: only one of them finds nobody at it.
    while (this.#revising) await condition(() => !this.#revising);
    this.#revising = true;
    try {
      const tasks = this.#tasks;
      const graph = this.#graph;
      if (tasks === null || graph === null || this.#phase === 'ended' || tasks.settled) throw refuseRevision(NOT_EXECUTING);
      // Others may have come while this one waited.
      refuseForHistory();
      const { nodes: _, ...limits } = graph;
      const input = {
        graph: { ...limits, timeoutMinutes: this.#minutesLeft() },
        availableTokens: this.#budget.affordable(true),
        ...this.#budget.boundBy,
        remediationReserve: this.#policy.remediationReserve,
        revision: { patch, plan: tasks.plan, run: tasks.snapshot() },
      };
      const { findings, revised } = await this.#whileExecuting(tasks, () =>
        callActivity('validateTaskGraph', `compile revision ${this.#revisions.length + 1} of the plan`, input),
      );
      if (revised === undefined) throw refuseForFindings(findings);
      const checked = { patch, ...revised };
      const revision = describeRevision(this.#revisions.length + 1, checked, reason);
      let refused: readonly GraphFinding[] | null | undefined;
      this.receive({
        kind: 'plan-revised',
        revision: checked,
        answer: (word) => {
          refused = word;
          // With the change itself: whoever asked for it may be gone before the answer.
          if (word?.length === 0) this.#revisions.push(revision);
        },
      });
      await condition(() => refused !== undefined || tasks.settled);
      if (refused === undefined || refused === null) throw refuseRevision(NOT_EXECUTING);
      if (refused.length > 0) throw refuseForFindings(refused);
      return revision;
    } finally {
      this.#revising = false;
    }
  }

  /** Does something that is of no use any more once the tasks are done: it must not hold up the end of the project. */
  async #whileExecuting<Result>(tasks: ProjectTasks, work: () => Promise<Result>): Promise<Result> {
    const scope = new CancellationScope();
    const watch = new CancellationScope();
    watch
      .run(() => condition(() => tasks.settled))
      .then(
        () => scope.cancel(),
        () => undefined,
      );
    try {
      return await scope.run(work);
    } catch (error) {
      throw tasks.settled ? refuseRevision(NOT_EXECUTING) : error;
    } finally {
      watch.cancel();
    }
  }

  #minutesLeft(): number {
    const worked = Date.now() - this.#startedAt - this.#waitedForPeople();
    return Math.max(0, this.#input.spec.timeoutMinutes - worked / 60_000);
  }

  /** Settles a hold by what the work spent, also when it fails. */
  async #charging<Result>(key: string, work: (spending: Spending) => Promise<Result>): Promise<Result> {
    const spending = nothingSpent();
    try {
      return await work(spending);
    } finally {
      this.#budget.ledger.settle(key, spending.spent);
      this.#records.push(...spending.records);
    }
  }

  /** Milliseconds in which nothing but people was waited for. */
  #waitedForPeople(): number {
    return this.#waited + (this.#waitingSince === null ? 0 : Date.now() - this.#waitingSince);
  }

  #enter(phase: ProjectPhase): void {
    this.#budget.noteThresholds();
    this.#phase = phase;
    const waiting = phase === 'waiting-for-person' || (phase === 'executing' && this.#tasks?.waitsForPeopleOnly === true);
    if (waiting) this.#waitingSince ??= Date.now();
    else {
      this.#waited = this.#waitedForPeople();
      this.#waitingSince = null;
    }
    setCurrentDetails(describeProgress(this.progress()));
  }
}
