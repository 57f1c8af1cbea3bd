import type { Amount } from '../budget/amount.js';
import type { GraphFinding } from '../graph/graph-finding.js';
import type { TaskGraphDocument } from '../graph/task-graph-document.js';
import type { TaskState } from '../graph/task-state.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import { jsonBytes } from '../ports/json-bytes.js';
import type { ProjectStatus } from '../report/project-report.js';
import { callActivity } from './activity-proxies.js';
import type { AbridgedGraph, DecomposeProjectResult, EvaluateQualityResult, PlanRevision, PlanSummary } from './activity-types.js';
import { askPerson } from './ask-person.js';
import type { CarriedProject, ProjectRunInput } from './carried-project.js';
import { abridgesTasks, continuesAsNew, goesByReference, knownHolds, knownPrices, makesLongRuns } from './changes.js';
import type { ControlAccount } from './control-messages.js';
import { deliver, nothingSpent, type Spending } from './deliver.js';
import { describeProgress, LISTED_TASKS, type TaskCounts } from './describe-progress.js';
import { describeResult } from './describe-result.js';
import { describeUnfinished } from './describe-unfinished.js';
import { evaluateProject } from './evaluate-project.js';
import { finalize, LARGEST_INPUT } from './finalize.js';
import type { HoldFields } from './hold-fields.js';
import { isCancelled } from './is-cancelled.js';
import { keepInParts } from './keep-in-parts.js';
import { limitsOf } from './limits-of.js';
import type { RevisePlan } from './messages.js';
import { type PackedJson, packJson, packLarge, unpacked } from './packed-json.js';
import { PlanRevisions } from './plan-revisions.js';
import { PLANNING, ProjectBudget, REVIEW } from './project-budget.js';
import { type ControlledProject, type Orders, takeOrders, tellOrder } from './project-control.js';
import type { ProjectPolicy } from './project-policy.js';
import { ProjectTasks } from './project-tasks.js';
import type { ProjectInput, ProjectPhase, ProjectProgress, ProjectResult } from './project-types.js';
import { readReason } from './read-reason.js';
import { RunLength } from './run-length.js';
import { Shortage } from './shortage.js';
import { stated } from './stated.js';
import type { CarriedTasks, PlannedTasks, TaskDefaults, TaskEvent } from './task-events.js';
import { CancellationScope, CancelledFailure, setCurrentDetails, TemporalFailure } from './temporal.js';
import { WorkClock } from './work-clock.js';
import { reviewWorkflowId } from './workflow-ids.js';

const DEFAULT_REVIEW_TIMEOUT_MINUTES = 1_440;

const NO_TASKS: TaskCounts = { total: 0, succeeded: 0 };

/** Most characters of the reason for which a project ended. */
const REASON_CHARACTERS = 2_000;

type Decomposed = DecomposeProjectResult & { readonly graph: AbridgedGraph };

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
  readonly #clock: WorkClock;
  readonly #records: ArtifactReference[];
  /** What settled tasks told in runs before. */
  readonly #archives: (readonly ArtifactReference[])[];
  readonly #shortage: Shortage;
  /** What people stepped in with. */
  readonly #orders: Orders;
  readonly #carried: CarriedProject | undefined;
  readonly #length: RunLength;
  #pausedAt: number | null;
  #slots: number;
  /** The most there ever were: what the schedule is held against. */
  #mostSlots: number;
  #phase: ProjectPhase = 'planning';
  #plan: PlanSummary | null;
  #tasks: ProjectTasks | null = null;
  #evaluation: EvaluateQualityResult | null = null;
  #projectReview: string | null = null;
  #result: ProjectResult | null = null;
  #finishedAt: number | null = null;
  readonly #revisions: PlanRevisions;
  #limits: CarriedProject['limits'] | null;

  constructor({ carried: told, ...input }: ProjectRunInput, policy: ProjectPolicy) {
    const carried = told && unpacked(told);
    this.#input = input;
    this.#policy = policy;
    this.#carried = carried;
    this.#clock = new WorkClock(carried?.clock);
    this.#budget = new ProjectBudget(input.spec, carried?.budget);
    this.#shortage = new Shortage(policy.onShortage, this.#patienceMinutes, carried?.shortage);
    const { taken = [], updateIds = [], accepted = 0 } = carried?.orders ?? {};
    this.#orders = { taken: [...taken], updateIds: [...updateIds], accepted };
    this.#pausedAt = carried?.pausedAt ?? null;
    this.#slots = carried?.slots ?? policy.slots;
    this.#mostSlots = carried?.mostSlots ?? policy.slots;
    this.#plan = carried?.plan ?? null;
    this.#limits = carried?.limits ?? null;
    this.#records = [...(carried?.records ?? [])];
    this.#archives = [...(carried?.archives ?? [])];
    this.#revisions = new PlanRevisions(() => this.#changeablePlan(), carried?.revisions);
    this.#length = new RunLength(carried !== undefined, carried?.longRuns === true, policy.maximumEvents);
    if (carried === undefined) return;
    // Whoever asks at once is told where it stood.
    this.#phase = 'executing';
    this.#tasks = this.#createTasks(carried.tasks, carried.defaults);
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
    return { degradations, untold, orders: this.#orders.taken };
  }

  get #patienceMinutes(): number {
    return this.#input.reviewTimeoutMinutes ?? DEFAULT_REVIEW_TIMEOUT_MINUTES;
  }

  /** Whether work that money is short for may go to a cheaper model. */
  get #mayTurnCheaper(): boolean {
    return this.#shortage.allows('cheaper-model');
  }

  receive(event: TaskEvent): void {
    this.#tasks?.receive(event);
  }

  /** @param mostTasks - How many tasks are told of. @defaultValue all */
  progress(mostTasks?: number): ProjectProgress {
    const { total, held, spent } = this.#budget.ledger;
    return {
      projectId: this.#input.projectId,
      name: this.#input.spec.name,
      phase: this.#phase,
      startedAt: this.#clock.startedAt,
      finishedAt: this.#finishedAt,
      budget: { total: total.tokens, held: held.tokens, spent: spent.tokens },
      slots: this.#slots,
      tasks: this.#tasks?.progress(mostTasks) ?? [],
      revisions: this.#revisions.made.length,
      reviews: [...(this.#tasks?.reviews ?? []), ...(this.#projectReview === null ? [] : [this.#projectReview])],
      result: this.#result,
      control: {
        pausedAt: this.#pausedAt,
        waitsForBudgetSince: this.#shortage.waitsForBudgetSince,
        thresholds: this.#budget.thresholds,
        ...this.#account(),
        orders: this.#orders.taken.map(tellOrder),
        mostSlots: this.#mostSlots,
        maximumSlots: this.#policy.maximumSlots,
        money: { total: total.microDollars, held: held.microDollars, spent: spent.microDollars },
      },
    };
  }

  /** @returns What it came to, or where another run goes on. */
  async run(): Promise<ProjectResult | PackedJson> {
    let cancelled: CancelledFailure | null = null;
    let outcome: Outcome | PackedJson;
    try {
      outcome = await this.#withinTimeout(() => this.#work());
    } catch (error) {
      // Whatever broke off while the project was being cancelled did so for that; a cancellation from anywhere else is a failure.
      if (isCancelled() && error instanceof TemporalFailure) {
        cancelled = error instanceof CancelledFailure ? error : new CancelledFailure('The project was cancelled.');
        outcome = { status: 'cancelled', reason: 'The project was cancelled.' };
      } else if (error instanceof TemporalFailure) {
        // No plan, or no review, to be had: that is an end too, and people get the report of it.
        outcome = { status: 'failed', reason: readReason(error) };
      } else throw error;
    }
    if ('packed' in outcome) return outcome;
    const unfinished = describeUnfinished(this.#tasks?.records() ?? [], REASON_CHARACTERS - outcome.reason.length - 1);
    const reason = `${outcome.reason} ${unfinished}`.trim().slice(0, REASON_CHARACTERS);
    this.#result = await CancellationScope.nonCancellable(() => this.#finalize({ status: outcome.status, reason }));
    this.#enter('ended');
    if (cancelled !== null) throw cancelled;
    return this.#result;
  }

  async #withinTimeout<Ended>(work: () => Promise<Ended>): Promise<Ended | Outcome> {
    const minutes = this.#input.spec.timeoutMinutes;
    let timedOut = false;
    try {
      return await this.#clock.within(minutes, work, () => {
        timedOut = true;
      });
    } catch (error) {
      if (timedOut && error instanceof TemporalFailure)
        return { status: 'timed-out', reason: `The project worked for its ${minutes} minutes without an end.` };
      throw error;
    }
  }

  async #work(): Promise<Outcome | PackedJson> {
    if (this.#carried === undefined) {
      const problem = await this.#begin();
      if (problem !== null) return { status: 'failed', reason: problem };
    }
    const tasks = this.#tasks!;
    this.#enter('executing');
    tasks.awaitCarried();
    while (!(await tasks.execute())) {
      const carried = await this.#carry(tasks);
      if (carried !== null) return carried;
    }
    if (tasks.failures().length > 0) {
      this.#budget.ledger.release(REVIEW);
      return { status: tasks.budgetExhausted ? 'budget-exhausted' : 'failed', reason: '' };
    }
    return this.#review(tasks, this.#input.spec.qualityThreshold, this.#patienceMinutes);
  }

  /** Makes the plan. @returns Why there is none; null where there is one. */
  async #begin(): Promise<string | null> {
    const planned = await this.#planProject();
    if (planned === null) {
      const { message, suggestion } = this.#plan!.findings.find(({ severity }) => severity === 'error')!;
      const found = `${message} ${suggestion}`.slice(0, 1_000);
      return `No plan could be made that compiles: ${found} All findings are in the report.`;
    }
    const { graph, plan, agentQueue, reviewQueue, holds } = planned;
    const { nodes } = graph;
    this.#limits = limitsOf(graph);
    this.#length.continues = continuesAsNew();
    this.#length.isPatient = makesLongRuns();
    const { projectId, seed } = this.#input;
    this.#budget.ledger.hold(REVIEW, null, this.#budget.shareAvailable(this.#policy.reviewShare));
    const reviewTimeoutMinutes = this.#patienceMinutes;
    const defaults = { projectId, plan, seed, threshold: graph.qualityThreshold, reviewTimeoutMinutes, ...stated({ agentQueue, reviewQueue }) };
    const outlives = this.#length.continues ? { outlives: true } : {};
    this.#tasks = this.#createTasks({ nodes, holds: knownHolds(holds) }, { ...defaults, ...outlives });
    return null;
  }

  #createTasks(plan: PlannedTasks | CarriedTasks, defaults: TaskDefaults): ProjectTasks {
    return new ProjectTasks(plan, {
      slots: this.#slots,
      paused: this.paused,
      budget: this.#budget,
      shortage: this.#shortage,
      defaults,
      onChange: () => this.#enter(this.#phase),
      isLong: (open) => this.#length.isLong(open),
    });
  }

  /** Everything that another run needs; null where something happened meanwhile, or it can't be carried now. */
  async #carry(tasks: ProjectTasks): Promise<PackedJson | null> {
    const told = tasks.unarchived();
    const keep = () => keepInParts('settled tasks', JSON.stringify(this.#length.isPatient ? packLarge(told) : told));
    try {
      // Also where the project is cancelled meanwhile: that is for its tasks to learn first.
      if (told.length > 0) this.#archives.push(await CancellationScope.nonCancellable(keep));
      tasks.archive(told);
    } catch {
      this.#length.postpone();
      return null;
    }
    if (!tasks.mayContinue || isCancelled()) return null;
    const carried: CarriedProject = {
      clock: this.#clock.toSnapshot(),
      budget: this.#budget.toSnapshot(),
      shortage: this.#shortage.toSnapshot(),
      orders: this.#orders,
      pausedAt: this.#pausedAt,
      slots: this.#slots,
      mostSlots: this.#mostSlots,
      plan: this.#plan!,
      limits: this.#limits!,
      defaults: tasks.defaults,
      revisions: this.#revisions.toSnapshot(),
      records: this.#records,
      archives: this.#archives,
      tasks: tasks.carry(),
      longRuns: this.#length.isPatient,
    };
    const packed = packJson(carried);
    if (jsonBytes(packed) + jsonBytes(this.#input) <= LARGEST_INPUT) return packed;
    this.#length.postpone();
    return null;
  }

  /** Plans, compiles, and sends the plan back with its findings until it compiles or patience ends. */
  async #planProject(): Promise<Decomposed | null> {
    const { projectId, spec, seed } = this.#input;
    let findings: readonly GraphFinding[] = [];
    let previous: Decomposed | null = null;
    this.#enter('planning');
    for (let repair = 0; repair <= this.#policy.maximumPlanRepairs; repair += 1) {
      const key = `${PLANNING}/${repair}`;
      const hold = this.#budget.shareLeft(this.#policy.planningShare, PLANNING);
      this.#budget.ledger.hold(key, PLANNING, hold);
      const summary = repair === 0 ? `plan: ${spec.name}` : `repair ${repair} of the plan`;
      const last = stated({ previousPlan: previous?.plan });
      const input = {
        projectId,
        spec,
        seed,
        repair,
        findings,
        previous: previous && limitsOf(previous.graph),
        ...last,
        abridged: abridgesTasks(),
        packs: true,
      };
      const decompose = (share: HoldFields) => callActivity('decomposeProject', summary, { ...input, ...share });
      const told: DecomposeProjectResult = await this.#charging(key, (spending) => deliver(hold, decompose, spending));
      const decomposed: Decomposed = { ...told, graph: unpacked(told.graph) };
      if (decomposed.prices !== undefined) this.#budget.prices = knownPrices(decomposed.prices);
      const { reviewShare, remediationReserve } = this.#policy;
      const availableTokens = Math.floor(this.#budget.affordable(this.#mayTurnCheaper) * (1 - reviewShare));
      const validated = await callActivity('validateTaskGraph', `compile ${decomposed.graph.nodes.length} tasks`, {
        // Whoever began before plans went by reference planned whole tasks.
        ...(goesByReference() ? { graph: limitsOf(decomposed.graph), plan: decomposed.plan } : { graph: decomposed.graph as TaskGraphDocument }),
        availableTokens,
        reviewShare,
        remediationReserve,
        ...this.#budget.boundBy(this.#mayTurnCheaper),
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
    const { projectId, seed } = this.#input;
    this.#enter('reviewing');
    // Nobody else needs what is left.
    const { ledger } = this.#budget;
    const { tokens, microDollars } = ledger.available;
    ledger.transfer(`${REVIEW}/rest`, null, REVIEW, { tokens, microDollars: microDollars ?? 0 });
    const hold = ledger.standing(REVIEW)!.available;
    const records = tasks.records();
    const manifests = records.flatMap(({ state, manifest }) => (state === 'succeeded' && manifest !== null ? [manifest] : []));
    const unsuccessful = records.flatMap(({ state, node }) => (state === 'succeeded' ? [] : [node.id]));
    const input = {
      projectId,
      plan: tasks.plan,
      task: null,
      manifests: packLarge(manifests),
      threshold,
      seed,
      ...(unsuccessful.length === 0 ? {} : { unsuccessful }),
    };
    const evaluation = await this.#charging(REVIEW, (spending) =>
      evaluateProject(input, hold, spending, { budget: this.#budget, shortage: this.#shortage, taskQueue: tasks.defaults.reviewQueue }),
    );
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
      startedAt: this.#clock.startedAt,
      finishedAt: this.#finishedAt,
      slots: this.#mostSlots,
      qualityThreshold: spec.qualityThreshold,
      plan: this.#plan && { ...this.#plan, ...(this.#revisions.made.length === 0 ? {} : { revisions: this.#revisions.made }) },
      tasks,
      verdict,
      checks: this.#evaluation?.checks ?? [],
      spent: { total: spent.tokens, planning: spentBy(PLANNING), review: spentBy(REVIEW) },
      records: this.#records,
      ...(total.tokens === spec.budgetTotal ? {} : { budgetTotal: total.tokens }),
      ...(money === null ? {} : { money }),
      ...(this.#shortage.degradations.length + this.#orders.taken.length === 0 ? {} : { control: this.#account() }),
    };
    const finalized = await finalize(`report: ${status}`, input, this.#tasks?.plan ?? null, this.#archives, this.#length.isPatient);
    return describeResult(input, finalized, this.#tasks?.verdicts() ?? []);
  }

  revise(change: RevisePlan): Promise<PlanRevision> {
    return this.#revisions.revise(change);
  }

  /** The plan while its tasks are carried out, with what a change of it may cost. */
  #changeablePlan() {
    const tasks = this.#tasks;
    const limits = this.#limits;
    if (tasks === null || limits === null || this.#phase === 'ended') return null;
    const compiledWith = () => ({
      graph: { ...limits, timeoutMinutes: this.#clock.minutesLeft(this.#input.spec.timeoutMinutes) },
      availableTokens: this.#budget.affordable(this.#mayTurnCheaper),
      ...this.#budget.boundBy(this.#mayTurnCheaper),
      remediationReserve: this.#policy.remediationReserve,
    });
    return { tasks, limits: compiledWith };
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

  #enter(phase: ProjectPhase): void {
    this.#budget.noteThresholds();
    this.#phase = phase;
    this.#clock.note(phase === 'waiting-for-person' || (phase === 'executing' && this.#tasks?.waitsForPeopleOnly === true));
    setCurrentDetails(describeProgress(this.progress(LISTED_TASKS), this.#tasks?.counts ?? NO_TASKS));
  }
}
