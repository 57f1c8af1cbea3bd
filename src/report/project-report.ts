import type { GraphFinding } from '../graph/graph-finding.js';
import type { TaskOutputs } from '../graph/output-type.js';
import type { TaskNode } from '../graph/task-node.js';
import type { TaskState } from '../graph/task-state.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import type { FileRole } from '../ports/source-file.js';
import type { CheckOutcome } from '../quality/check.js';
import type { QualityVerdict } from '../quality/quality-gate.js';
import type { Criterion } from '../quality/quality-rubric.js';
import type { AttemptContext } from './attempt-context.js';

/** How a project ended. @public */
export const ProjectStatus = {
  APPROVED: 'approved',
  REJECTED: 'rejected',
  FAILED: 'failed',
  BUDGET_EXHAUSTED: 'budget-exhausted',
  TIMED_OUT: 'timed-out',
  CANCELLED: 'cancelled',
} as const;
/** @public */
export type ProjectStatus = (typeof ProjectStatus)[keyof typeof ProjectStatus];

/** Everything that is known of a finished project; plain JSON, the content of `report.json`. @public */
export interface ProjectReport {
  readonly formatVersion: 1;
  readonly motto: string;
  readonly projectId: string;
  readonly name: string;
  readonly goals: readonly string[];
  readonly constraints: readonly string[];
  readonly status: ProjectStatus;
  /** Why, in one sentence for people. */
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly seed: number;
  readonly qualityThreshold: number;
  readonly qualityScore: number | null;
  /** How much each criterion counts, 1 in sum; absent where it was not recorded. */
  readonly rubricWeights?: Readonly<Record<Criterion, number>>;
  readonly budget: BudgetReport;
  readonly plan: PlanReport;
  readonly schedule: ScheduleReport;
  readonly tasks: readonly TaskReport[];
  /** What people stepped in with, and what was made do with less; absent where neither was. */
  readonly control?: ControlReport;
  /** The project's own verdict; null where it never came to one. */
  readonly verdict: QualityVerdict | null;
  /** Acceptance checks, executed on the finished files in a fresh sandbox. */
  readonly checks: readonly CheckOutcome[];
  readonly files: readonly FileReport[];
  readonly modelCalls: readonly ModelCallRecord[];
  /** Attempts that were shown notes on earlier tasks, or of whose context something was left out or lost; absent where there are none. */
  readonly contexts?: readonly AttemptContext[];
  /** Sandboxes, instruments and models that were really used. */
  readonly environment: { readonly sandbox: string; readonly instruments: readonly string[]; readonly models: readonly string[] };
}

/** Tokens, prompts and answers together. @public */
export interface BudgetReport {
  readonly total: number;
  readonly spent: number;
  readonly planning: number;
  readonly tasks: Readonly<Record<string, number>>;
  readonly review: number;
  /** Absent where no money was limited and nothing cost any. */
  readonly money?: MoneyReport;
}

/** Money, in millionths of a dollar. @public */
export interface MoneyReport {
  /** Null where nothing limited it. */
  readonly total: number | null;
  readonly spent: number;
  /** Set where money was limited and nothing that worked has a price: the limit kept nobody from spending. */
  readonly limitsNothing?: true;
}

/** What happened to a project besides its plan. @public */
export interface ControlReport {
  /** What was made do with less for want of tokens or money, in order. */
  readonly degradations: readonly DegradationReport[];
  /** How many more there were. */
  readonly untold: number;
  /** What people stepped in with, in order. */
  readonly orders: readonly OrderReport[];
}

/** @public */
export interface DegradationReport {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly step: DegradationStep;
  /** Whom it met; null for the project as a whole. */
  readonly taskId: string | null;
  /** In one sentence. */
  readonly words: string;
}

/** @public */
export interface OrderReport {
  /** From 1. */
  readonly order: number;
  readonly kind: ControlKind;
  /** The task that it was about; absent where it was about the project. */
  readonly taskId?: string;
  /** What was added to the budget, and how many agents may be at once; absent in other orders and in those of older versions. */
  readonly tokens?: number;
  readonly microDollars?: number;
  readonly slots?: number;
  readonly reason: string;
  /** What it came to, in one sentence. */
  readonly effect: string;
  /** ISO 8601, UTC. */
  readonly takenAt: string;
}

/** A way to make do with less. @public */
export type DegradationStep = 'shrink-outputs' | 'fewer-candidates' | 'cheaper-model' | 'drop-optional' | 'ask-person';

/** What people may order of a project that runs. @public */
export type ControlKind = 'pause' | 'resume' | 'cancel-task' | 'retry-task' | 'raise-budget' | 'set-concurrency';

/** Where the plan came from. @public */
export interface PlanReport {
  /** Example: `template python-command-line/1`, `model local/smollm2-135m`, `the spec`. */
  readonly madeBy: string;
  /** What the model decided of it, in one line each; empty where it decided nothing. */
  readonly decidedByModel: readonly string[];
  /** How often a plan was sent back with findings. */
  readonly repairs: number;
  readonly findings: readonly GraphFinding[];
  /** How the plan was changed while it was carried out, in order; absent where it never was. */
  readonly revisions?: readonly RevisionReport[];
}

/** A change of the plan while it was carried out. @public */
export interface RevisionReport {
  /** From 1. */
  readonly revision: number;
  /** ISO 8601, UTC. */
  readonly revisedAt: string;
  readonly reason: string;
  /** Ids of tasks. */
  readonly added: readonly string[];
  readonly replaced: readonly string[];
  readonly dropped: readonly string[];
  /** The plan that it made, in the store. */
  readonly plan: ArtifactReference;
}

/** The certificate of a run: how well its tasks were packed. Durations in milliseconds. @public */
export interface ScheduleReport {
  readonly makespanMilliseconds: number;
  /** The larger of critical path and work divided by slots: no schedule is shorter in which each task starts after the same of its dependencies. */
  readonly lowerBoundMilliseconds: number;
  /** Makespan divided by the lower bound, 1 at best; null while nothing has taken any time. */
  readonly ratio: number | null;
  /** The chain of tasks that took longest; without tasks that never started. */
  readonly criticalPath: readonly string[];
  readonly criticalPathMilliseconds: number;
  /** What filled the slots, all of it together: tasks from their start until they went to a person or ended. */
  readonly workMilliseconds: number;
  readonly slots: number;
  /**
   * Work divided by slots, and the longest chain without its own share of that: no schedule that leaves no slot idle while a task is ready is longer
   * (Graham 1969). What waits for tokens besides, or is changed on the way, may take a run beyond it.
   */
  readonly grahamBoundMilliseconds: number;
}

/** @public */
export interface TaskReport {
  readonly node: TaskNode;
  readonly state: TaskState;
  readonly persona: string;
  /** ISO 8601; null for a task that never started. */
  readonly startedAt: string | null;
  /** When it went to a person, and gave its slot back; absent where it never did. */
  readonly escalatedAt?: string;
  readonly finishedAt: string | null;
  readonly tokensSpent: number;
  /** Millionths of a dollar; absent where it cost nothing. */
  readonly microDollarsSpent?: number;
  readonly attempts: readonly AttemptReport[];
  readonly verdict: QualityVerdict | null;
  /** Values that it handed on to other tasks; absent where there are none. */
  readonly outputs?: TaskOutputs;
  /** Paths of the project's files that the task made. */
  readonly files: readonly string[];
  /** Why it ended as it did; absent where that is plain. */
  readonly reason?: string;
  /** Manifest of what a task without success had made: in the store, and no part of the project's files. */
  readonly unfinished?: ArtifactReference;
}

/** One agent's run at a task. @public */
export interface AttemptReport {
  readonly attempt: number;
  /** 0 for the first work, 1 and 2 for work with a reviewer's feedback. */
  readonly remediation: number;
  readonly outcome: 'passed' | 'failed' | 'lost';
  readonly candidates: number;
  readonly tokensHeld: number;
  readonly tokensSpent: number;
  /** ISO 8601; absent where it was not recorded. */
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** What it was told of the work before, by a reviewer or by the checks of a failed attempt, in one line each; absent in a first work. */
  readonly feedback?: readonly string[];
  /** What went wrong, in one line each. */
  readonly problems: readonly string[];
  /** Id of the runner that counted its calls by itself, and could have spent more than it held; absent where every call was metered. */
  readonly meteredBy?: string;
  /** Manifest of what an attempt made that did not pass, in the store; absent where that is nothing usable. */
  readonly made?: ArtifactReference;
}

/** One file of the result and who made it. @public */
export interface FileReport {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly taskId: string;
  readonly madeBy: FileOrigin;
  /** What the file is for; absent where it is part of the program. */
  readonly role?: FileRole;
}

/** Who made a file. @public */
export type FileOrigin =
  | { readonly kind: 'model'; readonly model: string; readonly template: string; readonly candidates: number }
  | { readonly kind: 'template'; readonly template: string };

/** One call of a model, as it was made. @public */
export interface ModelCallRecord {
  /** Example: `add/0/1/3`: task, remediation, attempt, call. */
  readonly key: string;
  readonly model: string;
  readonly seed: number | null;
  readonly temperature: number;
  /** SHA-256 of the messages and the answer's prefix, in hexadecimal. */
  readonly promptSha256: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** False where nobody said what was used: a tokenizer stood in for a silent provider, or the worst was assumed. */
  readonly reported: boolean;
  /** As the model said, or the code of the error that ended the call; `lost` where its end is not known. */
  readonly finishReason: string;
  /** What it cost, in millionths of a dollar; absent where the model has no price. */
  readonly microDollars?: number;
  /** Tokens charged above what was held for it; absent where there were none. */
  readonly beyondHold?: number;
}
