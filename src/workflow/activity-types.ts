import type { AttemptTerms } from '../agents/attempt-terms.js';
import type { AbridgedTask } from '../graph/abridged-task.js';
import type { GraphFinding } from '../graph/graph-finding.js';
import type { TaskOutputs } from '../graph/output-type.js';
import type { GraphPatch } from '../graph/run/graph-patch.js';
import type { GraphRunSnapshot } from '../graph/run/graph-run.js';
import type { TaskGraphDocument } from '../graph/task-graph-document.js';
import type { TaskNode } from '../graph/task-node.js';
import type { TaskState } from '../graph/task-state.js';
import type { ProjectSpec } from '../planning/project-spec.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import type { CheckOutcome } from '../quality/check.js';
import type { QualityVerdict } from '../quality/quality-gate.js';
import type { Criterion } from '../quality/quality-rubric.js';
import type { AttemptReport, FileReport, MoneyReport, ProjectStatus, RevisionReport } from '../report/project-report.js';
import type { BriefTaskResult, FileExcerpt, GivenValue } from './agent-task-types.js';
import type { ControlAccount } from './control-messages.js';
import type { Packable } from './packed-json.js';

/** What the workflows ask of a worker; each can be called alone. Everything that crosses is plain JSON, everything large goes by reference. @public */
export interface KamachiqActivities {
  /** Makes a plan, or mends the last one by its findings. Five minutes at most. Delivered once: the workflow makes the retries. */
  decomposeProject(input: DecomposeProjectInput): Promise<DecomposeProjectResult>;

  /** Compiles a plan: all findings at once. Two minutes at most. */
  validateTaskGraph(input: ValidateTaskGraphInput): Promise<ValidateTaskGraphResult>;

  /** One agent's attempt at a task. Delivered once: the workflow makes the attempts. */
  spawnAgent(input: SpawnAgentInput): Promise<SpawnAgentResult>;

  /** Executes the checks of a task or of the whole project, measures, and passes the gate. Ten minutes at most. Delivered as `decomposeProject`. */
  evaluateQuality(input: EvaluateQualityInput): Promise<EvaluateQualityResult>;

  /**
   * Ends what was lost with its worker, and says what it had opened until then. A minute at most.
   *
   * @returns null where the worker's journal doesn't know: all that was held may have been spent.
   */
  accountForAttempt(input: AccountForAttemptInput): Promise<AccountForAttemptResult | null>;

  /** Stores a text. A minute at most. */
  keepText(input: KeepTextInput): Promise<ArtifactReference>;

  /** Writes the report. Five minutes at most. */
  finalizeProject(input: FinalizeProjectInput): Promise<FinalizeProjectResult>;

  /** As `finalizeProject`, where its input is too much to be carried at once. */
  finalizeFromParts(input: FinalizeProjectParts): Promise<FinalizeProjectResult>;

  /** As `finalizeFromParts`, where the project went on in several runs. */
  finalizeFromArchives(input: FinalizeArchivedProject): Promise<FinalizeProjectResult>;

  /** Waits until one of the tasks has ended that began in a run before, and tells what it came to; with it those that end within a moment. A day at most. */
  awaitTasks(input: AwaitTasksInput): Promise<readonly EndedTask[]>;

  /** Whether the project of the task that asks still runs. */
  isProjectRunning(): Promise<boolean>;
}

/** @public */
export interface DecomposeProjectInput {
  readonly projectId: string;
  readonly spec: ProjectSpec;
  readonly seed: number;
  /** Tokens that this delivery may spend. */
  readonly holdTokens: number;
  /** Micro-dollars that it may spend. @defaultValue no limit */
  readonly holdMicroDollars?: number;
  readonly repair: number;
  readonly findings: readonly GraphFinding[];
  /** The last plan; null for the first. */
  readonly previous: GraphByReference | null;
  /** Where its tasks are. @defaultValue in `previous` */
  readonly previousPlan?: ArtifactReference;
  /** Whether tasks are told of without what only agents and reviews need: that is in the store. @defaultValue false */
  readonly abridged?: boolean;
  /** Whether a large plan may be told packed. @defaultValue false */
  readonly packs?: boolean;
}

/** @public */
export interface DecomposeProjectResult {
  readonly graph: Packable<AbridgedGraph>;
  /** The plan with its spec, for the activities that come after. */
  readonly plan: ArtifactReference;
  readonly madeBy: string;
  readonly decidedByModel: readonly string[];
  /** The queue that the project's agents are taken from. @defaultValue that of its tasks */
  readonly agentQueue?: string;
  /** The queue that its reviews are taken from. @defaultValue that of its tasks */
  readonly reviewQueue?: string;
  readonly tokensSpent: number;
  /** @defaultValue 0 */
  readonly microDollarsSpent?: number;
  /** Records of the model's calls. */
  readonly record: ArtifactReference;
  /** What a token costs at most; absent where the models are free. */
  readonly prices?: TokenPrices;
  /**
   * Tokens that the first attempt of each task is given, in their order, by what tasks of its kind took; null for what the plan says.
   *
   * @defaultValue what the plan says, for all of them
   */
  readonly holds?: readonly (number | null)[];
}

/** A plan, or its limits alone where its tasks are in the store. @public */
export type GraphByReference = Omit<TaskGraphDocument, 'nodes'> & Partial<Pick<TaskGraphDocument, 'nodes'>>;

/** A plan whose tasks may be abridged. @public */
export interface AbridgedGraph extends Omit<TaskGraphDocument, 'nodes'> {
  readonly nodes: readonly AbridgedTask[];
}

/** What a token costs at most, whether read or written, in micro-dollars. @public */
export interface TokenPrices {
  readonly usual: number;
  /** By the model for where money is short; absent where there is none. */
  readonly cheaper?: number;
  /** By the agents, also where money is short; absent where they cost what the model costs. */
  readonly agents?: number;
}

/** @public */
export interface ValidateTaskGraphInput {
  /** The plan; of one that is being changed, with what is left of its minutes. */
  readonly graph: GraphByReference;
  /** Where its tasks are, of one that is not being changed. @defaultValue in `graph` */
  readonly plan?: ArtifactReference;
  /** Tokens that are left for the tasks. */
  readonly availableTokens: number;
  /** What keeps them so few, where that is not tokens. @defaultValue tokens */
  readonly boundBy?: 'money';
  /** Share of the budget that was kept for the review of the whole. @defaultValue 0 */
  readonly reviewShare?: number;
  /** Share of what the tasks are estimated at that is kept for remediation. @defaultValue 0.1 */
  readonly remediationReserve?: number;
  /** A patch to be checked and applied to a plan that is being carried out. */
  readonly revision?: RevisionInput;
}

/** @public */
export interface RevisionInput {
  readonly patch: GraphPatch;
  /** The plan as it stands, in the store. */
  readonly plan: ArtifactReference;
  /** Where its tasks stand; what they handed on is left out where it is too much to be carried. */
  readonly run: GraphRunSnapshot;
}

/** @public */
export interface ValidateTaskGraphResult {
  readonly findings: readonly GraphFinding[];
  /** The plan that a patch makes; absent where no patch was asked about or an error was found. */
  readonly revised?: RevisedPlan;
}

/** @public */
export interface RevisedPlan {
  readonly plan: ArtifactReference;
  /** The patch with every default in place; absent where it came like that. */
  readonly patch?: GraphPatch;
  /** As in the plan itself, of the tasks that the patch adds and then of those that it replaces. */
  readonly holds?: readonly (number | null)[];
}

/** @public */
export interface SpawnAgentInput {
  readonly projectId: string;
  readonly plan: ArtifactReference;
  readonly task: AbridgedTask;
  readonly attempt: number;
  readonly remediation: number;
  readonly seed: number;
  readonly holdTokens: number;
  /** Micro-dollars that it may spend. @defaultValue no limit */
  readonly holdMicroDollars?: number;
  readonly feedback: readonly string[];
  /** Manifests of what succeeded nearest before the task. */
  readonly upstream: readonly ArtifactReference[];
  /** Values of other tasks that are added to its inputs. @defaultValue none */
  readonly given?: readonly GivenValue[];
  /** With what less it makes do, for want of tokens or money. @defaultValue nothing */
  readonly terms?: AttemptTerms;
  /** From 1: a task that people retry starts again. @defaultValue 1 */
  readonly start?: number;
  /** Which attempt of those that were not lost it is: one that is made in place of a lost one draws what that would have drawn. @defaultValue `attempt` */
  readonly draw?: number;
}

/** @public */
export interface SpawnAgentResult {
  readonly passed: boolean;
  /** Manifest of everything upstream and what the attempt made; null when it made nothing usable. */
  readonly manifest: ArtifactReference | null;
  readonly record: ArtifactReference;
  readonly candidates: number;
  /** Id of the runner that counted its calls by itself; absent where the meter did. */
  readonly meteredBy?: string;
  readonly tokensSpent: number;
  /** @defaultValue 0 */
  readonly microDollarsSpent?: number;
  readonly problems: readonly string[];
  /** What the attempt hands on to other tasks; absent where that is nothing. */
  readonly outputs?: TaskOutputs;
  /** How the first file of the attempt begins; absent where it made none. */
  readonly excerpt?: FileExcerpt;
}

/** @public */
export interface EvaluateQualityInput {
  readonly projectId: string;
  readonly plan: ArtifactReference;
  /** The task to review; null for the project as a whole. */
  readonly task: AbridgedTask | null;
  /** Values of other tasks that are added to its inputs. @defaultValue none */
  readonly given?: readonly GivenValue[];
  /** Manifests to review: the task's own, or those of all tasks; packed where they are many. */
  readonly manifests: Packable<readonly ArtifactReference[]>;
  /** What the task hands on; absent where that is nothing. */
  readonly outputs?: TaskOutputs;
  /** Ids of tasks that did not succeed: of the project as a whole, what they were to write need not be there where it was not asked for. @defaultValue none */
  readonly unsuccessful?: readonly string[];
  readonly threshold: number;
  readonly seed: number;
  /** Whether the model for where money is short judges. @defaultValue false */
  readonly cheaper?: boolean;
  /** Tokens that the model may, in this delivery, spend on criteria that no instrument measures; with 0 they stay unscored. */
  readonly holdTokens: number;
  /** Micro-dollars that it may spend. @defaultValue no limit */
  readonly holdMicroDollars?: number;
  /** What the task did until now, to be stored with the verdict. @defaultValue nothing is stored */
  readonly account?: Pick<ArchivedTask, 'attempts' | 'records'>;
}

/** @public */
export interface EvaluateQualityResult {
  readonly verdict: QualityVerdict;
  /** Criteria that nothing and nobody scored. */
  readonly unscored: readonly Criterion[];
  /** That the model could not be asked about some for want of tokens or money, in a sentence; absent where that was not why. */
  readonly short?: string;
  /** Tokens with which the model could be asked about everything at most, 0 where none would do; absent where it was asked. */
  readonly neededTokens?: number;
  readonly checks: readonly CheckOutcome[];
  readonly tokensSpent: number;
  /** @defaultValue 0 */
  readonly microDollarsSpent?: number;
  /** Manifest of exactly what was reviewed. */
  readonly manifest: ArtifactReference;
  readonly record: ArtifactReference;
  /** What the task did, this review included: a list of one `ArchivedTask`. Absent where it was not to be stored, or could not be. */
  readonly account?: ArtifactReference;
}

/** @public */
export interface AccountForAttemptInput {
  /** Of the activity that was lost; of the same run as this one. */
  readonly activityId: string;
}

/** @public */
export interface AccountForAttemptResult {
  /** Calls as they ended; those whose end is not known at their worst. */
  readonly tokensSpent: number;
  readonly microDollarsSpent: number;
  /** Records of the model's calls. */
  readonly record: ArtifactReference;
  /** Calls whose end is not known. */
  readonly callsLost: number;
}

/** @public */
export interface KeepTextInput {
  readonly text: string;
}

/** What is too much to be carried at once. @public */
export interface FinalizeProjectParts {
  /** In order: together the JSON of the input. */
  readonly parts: readonly ArtifactReference[];
}

/** @public */
export interface FinalizeArchivedProject extends FinalizeProjectParts {
  /** What was stored of settled tasks by the runs before, each in parts: together the JSON of a list of `ArchivedTask`. */
  readonly archives: readonly (readonly ArtifactReference[])[];
}

/** What a task did, as the store keeps it: once it is reviewed, or when its project goes on in another run. @public */
export interface ArchivedTask {
  readonly taskId: string;
  /** Where what it did before is stored, each a list of one of these. @defaultValue nowhere */
  readonly accounts?: readonly ArtifactReference[];
  readonly attempts: readonly AttemptReport[];
  readonly records: readonly ArtifactReference[];
  readonly verdict: QualityVerdict | null;
}

/** @public */
export interface AwaitTasksInput {
  readonly tasks: readonly TaskExecution[];
}

/** A task's workflow. @public */
export interface TaskExecution {
  readonly workflowId: string;
  readonly runId: string;
}

/** What became of a task's workflow. @public */
export interface EndedTask {
  readonly workflowId: string;
  /** Null where it ended without one. */
  readonly result: BriefTaskResult | null;
  /** Why, where it did: `operator` where somebody ended it past the project. */
  readonly end?: 'cancelled' | 'operator' | 'failed';
  readonly reason?: string;
}

/** @public */
export interface FinalizeProjectInput {
  readonly projectId: string;
  /** Its tasks may be left out: the report tells of those that were planned. */
  readonly spec: ProjectSpec;
  readonly seed: number;
  readonly status: ProjectStatus;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly slots: number;
  readonly qualityThreshold: number;
  readonly plan: PlanSummary | null;
  /** Packed where they are many. */
  readonly tasks: Packable<readonly ReportedTask[]>;
  /** Where the tasks stand as they were planned, those of `tasks` by their ids. @defaultValue they come with `tasks` */
  readonly planned?: ArtifactReference;
  readonly verdict: QualityVerdict | null;
  readonly checks: readonly CheckOutcome[];
  readonly spent: { readonly total: number; readonly planning: number; readonly review: number };
  /** Records of the model's calls that no task made. */
  readonly records: readonly ArtifactReference[];
  /** Tokens that the project had in the end. @defaultValue those of the spec */
  readonly budgetTotal?: number;
  /** Absent where nothing was limited and nothing cost anything. */
  readonly money?: MoneyReport;
  /** Absent where nobody stepped in and nothing was made do with less. */
  readonly control?: ControlAccount;
}

/** @public */
export interface PlanSummary {
  readonly madeBy: string;
  readonly decidedByModel: readonly string[];
  readonly repairs: number;
  readonly findings: readonly GraphFinding[];
  /** How the plan was changed while it was carried out, in order; absent where it never was. */
  readonly revisions?: readonly PlanRevision[];
}

/** A change of the plan while it was carried out. @public */
export interface PlanRevision extends Omit<RevisionReport, 'revisedAt'> {
  /** Milliseconds since 1970. */
  readonly revisedAt: number;
}

/** What became of a planned task. @public */
export interface TaskRecord extends TaskOutcome {
  readonly node: TaskNode;
}

/** A task as its project's workflow knows it. @public */
export interface AbridgedRecord extends TaskOutcome {
  readonly node: AbridgedTask;
}

/** As its project's workflow tells of it: what is null or an empty list may be left out; what else was planned, or done, is in the store. @public */
export type ReportedTask = Pick<TaskOutcome, 'state' | 'tokensSpent'> &
  Partial<TaskOutcome> & { readonly node: Pick<TaskNode, 'id'> & Partial<TaskNode> };

/** What became of a task. @public */
export interface TaskOutcome {
  readonly state: TaskState;
  readonly startedAt: number | null;
  /** When it went to a person, and gave its slot back; absent where it never did. */
  readonly escalatedAt?: number;
  readonly finishedAt: number | null;
  readonly tokensSpent: number;
  /** @defaultValue 0 */
  readonly microDollarsSpent?: number;
  readonly attempts: readonly AttemptReport[];
  readonly verdict: QualityVerdict | null;
  /** Where what it did before its attempts is stored, in order; each a list of one `ArchivedTask`. @defaultValue nowhere */
  readonly accounts?: readonly ArtifactReference[];
  /** Whether the verdict is in the store, as its first attempts are. @defaultValue false */
  readonly verdictArchived?: boolean;
  /** What it made, finished or not: what the verdict is about where there is one. Only what succeeded is part of the project's files. */
  readonly manifest: ArtifactReference | null;
  /** What it handed on; absent where that is nothing. */
  readonly outputs?: TaskOutputs;
  readonly records: readonly ArtifactReference[];
  /** Why it ended as it did, where that is not plain. */
  readonly reason: string | null;
}

/** @public */
export interface FinalizeProjectResult {
  readonly report: ReportReferences;
  /** As many as fit into 100,000 bytes of JSON, by path. */
  readonly files: readonly FileReport[];
  /** How many did not; absent where all did. */
  readonly filesLeftOut?: number;
  /** Manifest of the project's files. */
  readonly manifest: ArtifactReference;
  readonly makespanMilliseconds: number;
  readonly lowerBoundMilliseconds: number;
  /** What the store lost or spoiled and the report goes without, in a sentence: the project then failed. Absent where nothing is. */
  readonly spoilt?: string;
}

/** @public */
export interface ReportReferences {
  readonly json: ArtifactReference;
  readonly markdown: ArtifactReference;
  readonly html: ArtifactReference;
}
