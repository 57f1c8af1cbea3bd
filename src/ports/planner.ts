import type { MeteredModel } from '../agents/metered-model.js';
import type { GraphFinding } from '../graph/graph-finding.js';
import type { TaskGraphDocument } from '../graph/task-graph-document.js';
import type { FunctionSpec, ProjectSpec } from '../planning/project-spec.js';
import type { TemplateLibrary } from '../planning/template-library.js';
import type { CancellationSignal } from './language-model.js';

/** Port to what decomposes a project into a task graph. Every implementation passes `describePlanner` from `kamachiq/testing`. @public */
export interface Planner {
  readonly specificationVersion: 1;
  readonly id: string;

  /**
   * Makes a plan, or mends the last one by its findings.
   *
   * @throws PlanningError when nothing usable came; ModelCallError from the model.
   */
  doPlan(request: PlanRequest, context: PlanContext): Promise<Plan>;
}

/** @public */
export interface PlanRequest {
  readonly spec: ProjectSpec;
  readonly seed: number;
  /** 0 for the first plan, then the number of times a plan came back. */
  readonly repair: number;
  /** What was wrong with the last plan; empty for the first. */
  readonly findings: readonly GraphFinding[];
  /** The last plan; null for the first. */
  readonly previous: TaskGraphDocument | null;
}

/** @public */
export interface PlanContext {
  readonly model: MeteredModel;
  readonly templates: TemplateLibrary;
  readonly signal: CancellationSignal;
}

/** A plan and where it came from. Plain JSON. @public */
export interface Plan {
  /** Under the limits of the spec. */
  readonly graph: TaskGraphDocument;
  /** Functions to be made, listed by the spec or proposed by the model. */
  readonly functions: readonly FunctionSpec[];
  /** Name of the project template that cut the project; null where none did. */
  readonly projectTemplate: string | null;
  /** Example: `template python-command-line/1`. */
  readonly madeBy: string;
  /** What the model decided, in one line each. */
  readonly decidedByModel: readonly string[];
}
