import type { TaskOutputs } from '../graph/output-type.js';
import type { TaskState } from '../graph/task-state.js';
import type { ProjectSpec } from '../planning/project-spec.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import type { GateDecision } from '../quality/quality-gate.js';
import type { FileReport, MoneyReport, ProjectStatus } from '../report/project-report.js';
import type { ReportReferences } from './activity-types.js';
import type { ControlProgress } from './control-messages.js';

/** What a project's workflow is started with. @public */
export interface ProjectInput {
  /** Also the workflow's id. */
  readonly projectId: string;
  readonly spec: ProjectSpec;
  /** Whole number; every model call's seed is derived from it. */
  readonly seed: number;
  /** Minutes that a person has to decide before the safe default, rejection. @defaultValue 1,440 */
  readonly reviewTimeoutMinutes?: number;
}

/** What a project came to. @public */
export interface ProjectResult {
  readonly projectId: string;
  readonly status: ProjectStatus;
  /** Why, in one sentence. */
  readonly reason: string;
  /** Its files by path: as many as fit into 100,000 bytes of JSON. */
  readonly artifacts: readonly FileReport[];
  /** How many files did not fit: manifest and report have all of them. Absent where all fit. */
  readonly artifactsLeftOut?: number;
  /** Manifest of the files, for whoever fetches them. */
  readonly manifest: ArtifactReference;
  readonly metrics: {
    readonly spend: {
      readonly tokensSpent: number;
      readonly budgetTotal: number;
      /** Absent where no money was limited and nothing cost any. */
      readonly money?: MoneyReport;
    };
    readonly timeline: {
      /** ISO 8601, UTC. */
      readonly startedAt: string;
      readonly finishedAt: string;
      readonly makespanMilliseconds: number;
      readonly lowerBoundMilliseconds: number;
    };
    readonly tasks: { readonly total: number; readonly succeeded: number; readonly skipped: number; readonly failed: number };
  };
  /** 0 to 1; null when the project never came to a review. */
  readonly qualityScore: number | null;
  readonly verdicts: readonly { readonly taskId: string; readonly decision: GateDecision; readonly score: number | null }[];
  readonly report: ReportReferences;
}

/** Where a project stands, as its workflow knows it. @public */
export interface ProjectProgress {
  readonly projectId: string;
  readonly name: string;
  readonly phase: ProjectPhase;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly budget: { readonly total: number; readonly held: number; readonly spent: number };
  /** Agents that may be at work at once. */
  readonly slots: number;
  readonly tasks: readonly TaskProgress[];
  /** How often the plan was changed while it was carried out. */
  readonly revisions: number;
  /** Ids of the review workflows that wait for a person. */
  readonly reviews: readonly string[];
  readonly result: ProjectResult | null;
  /** Absent in projects that were started by a version without it. */
  readonly control?: ControlProgress;
}

/** @public */
export type ProjectPhase = 'planning' | 'executing' | 'reviewing' | 'waiting-for-person' | 'finalizing' | 'ended';

/** @public */
export interface TaskProgress {
  readonly id: string;
  readonly description: string;
  readonly dependencies: readonly string[];
  readonly state: TaskState;
  /** Id of the workflow that carries it out; null before it starts. */
  readonly workflowId: string | null;
  readonly attempts: number;
  readonly tokensSpent: number;
  readonly score: number | null;
  /** What it handed on; absent where that is nothing, and for all where it is more than 200,000 bytes together: the report has it. */
  readonly outputs?: TaskOutputs;
  /** Whether it is at work in name only, and waits for the tokens of a further attempt or review. @defaultValue false */
  readonly waitsForTokens?: boolean;
  readonly startedAt: number | null;
  /** When it went to a person, and gave its slot back; absent where it never did. */
  readonly escalatedAt?: number;
  readonly finishedAt: number | null;
}
