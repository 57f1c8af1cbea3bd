import type { TaskNode } from './task-node.js';

/** A project's plan as plain JSON: what a planner answers, what crosses into the workflow, what the report shows. @public */
export interface TaskGraphDocument {
  /** In the order of the plan, which settles every tie. */
  readonly nodes: readonly TaskNode[];
  /** Tokens the project may spend in all. */
  readonly budgetTotal: number;
  /** Minutes of work the project may take, not counting waits for people. */
  readonly timeoutMinutes: number;
  /** Score, 0 to 1, that an outcome must exceed to be approved. */
  readonly qualityThreshold: number;
  /** Project paths, files or folders, that the project asked for; where absent, every file that is written counts. */
  readonly deliverables?: readonly string[];
}
