import type { AbridgedTask } from '../graph/abridged-task.js';
import type { GraphFinding } from '../graph/graph-finding.js';
import type { GraphRunSnapshot } from '../graph/run/graph-run.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import type { AgentTaskResult } from './agent-task-types.js';
import type { HoldRequest, TaskSettled, TaskWaits } from './messages.js';
import type { ProjectBudget } from './project-budget.js';
import type { CheckedRevision } from './revise-plan.js';
import type { OpenTasks } from './run-length.js';
import type { Shortage } from './shortage.js';
import type { CarriedTask } from './task-accounts.js';
import type { WaitingTasks } from './task-starts.js';

/** Something that happened to a task, in the order in which the workflow learnt of it. */
export type TaskEvent =
  | { readonly kind: 'task-ended'; readonly taskId: string; readonly result: AgentTaskResult }
  | { readonly kind: 'task-not-started'; readonly taskId: string; readonly reason: string; readonly cancelled: boolean }
  | { readonly kind: 'task-lost'; readonly taskId: string; readonly reason: string; readonly cancelled: boolean }
  | { readonly kind: 'task-settled'; readonly settled: TaskSettled }
  | { readonly kind: 'hold-requested'; readonly request: HoldRequest }
  | { readonly kind: 'task-waits'; readonly waits: TaskWaits }
  | { readonly kind: 'plan-revised'; readonly revision: CheckedRevision; readonly answer: RevisionAnswer }
  | { readonly kind: 'ordered'; readonly carryOut: () => void };

/** Takes what keeps a change from being applied: nothing where it was, null where it comes too late for any. */
type RevisionAnswer = (refused: readonly GraphFinding[] | null) => void;

/** What every task of a project is started with. */
export interface TaskDefaults {
  readonly projectId: string;
  readonly plan: ArtifactReference;
  readonly seed: number;
  readonly threshold: number;
  readonly reviewTimeoutMinutes: number;
  /** Undefined: agents are taken from the queue of the tasks. */
  readonly agentQueue?: string | undefined;
  /** Undefined: reviews are taken from there, too. */
  readonly reviewQueue?: string | undefined;
  readonly outlives?: boolean | undefined;
}

/** What the tasks of a project share with it. */
export interface TasksContext {
  readonly slots: number;
  readonly paused: boolean;
  readonly budget: ProjectBudget;
  readonly shortage: Shortage;
  readonly defaults: TaskDefaults;
  readonly onChange: () => void;
  /** Whether the history is so long that the project is to go on in another run. */
  readonly isLong: (open: OpenTasks) => boolean;
}

/** The tasks of a project before any has begun. */
export interface PlannedTasks {
  readonly nodes: readonly AbridgedTask[];
  /** What their first attempts hold, in their order; null for what the plan says. */
  readonly holds: readonly (number | null)[] | undefined;
}

/** The tasks of a project as they go on in another run; plain JSON. */
export interface CarriedTasks {
  readonly nodes: readonly AbridgedTask[];
  readonly run: GraphRunSnapshot;
  /** In the order of the nodes. */
  readonly details: readonly CarriedTask[];
  readonly numbered: number;
  readonly dropped: readonly string[];
  readonly reviews: readonly string[];
  readonly starts: WaitingTasks;
}
