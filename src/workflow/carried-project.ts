import type { TaskGraphDocument } from '../graph/task-graph-document.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import type { FinalizeArchivedProject, PlanSummary } from './activity-types.js';
import type { Packable } from './packed-json.js';
import type { PlanRevisionsSnapshot } from './plan-revisions.js';
import type { ProjectBudgetSnapshot } from './project-budget.js';
import type { OrdersSnapshot } from './project-control.js';
import type { ProjectInput } from './project-types.js';
import type { ShortageSnapshot } from './shortage.js';
import type { CarriedTasks, TaskDefaults } from './task-events.js';
import type { ClockSnapshot } from './work-clock.js';

/** A project whose tasks are carried out, as it goes on in another run; plain JSON. What settled tasks told is in the store. */
export interface CarriedProject {
  readonly clock: ClockSnapshot;
  readonly budget: ProjectBudgetSnapshot;
  readonly shortage: ShortageSnapshot;
  readonly orders: OrdersSnapshot;
  readonly pausedAt: number | null;
  readonly slots: number;
  readonly mostSlots: number;
  readonly plan: PlanSummary;
  readonly limits: Omit<TaskGraphDocument, 'nodes'>;
  readonly defaults: TaskDefaults;
  readonly revisions: PlanRevisionsSnapshot;
  /** Of the model's calls that no task made. */
  readonly records: readonly ArtifactReference[];
  readonly archives: FinalizeArchivedProject['archives'];
  readonly tasks: CarriedTasks;
  /** Whether its runs are as long as they may be. @defaultValue false */
  readonly longRuns?: boolean;
}

/** What a run of a project's workflow is started with: only the first has nothing carried. */
export interface ProjectRunInput extends ProjectInput {
  /** Runs of before told it as it is. */
  readonly carried?: Packable<CarriedProject>;
}
