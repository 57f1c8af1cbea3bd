import type { TaskNode } from '../graph/task-node.js';
import type { CheckOutcome } from '../quality/check.js';
import type { Criterion } from '../quality/quality-rubric.js';
import type { CancellationSignal } from './language-model.js';
import type { Sandbox } from './sandbox.js';
import type { SourceFile } from './source-file.js';

/**
 * Port to something that measures one criterion of the rubric without asking a model. Every implementation passes `describeQualityInstrument` from
 * `kamachiq/testing`.
 *
 * @public
 */
export interface QualityInstrument {
  readonly specificationVersion: 1;

  /** Kind and version, for reports. Example: `ruff/0.17.4`. */
  readonly id: string;

  readonly criterion: Criterion;

  /** Measures, or answers null where it can't say anything about these files. The same work is measured alike; nothing in it is reason to throw. */
  doMeasure(request: MeasurementRequest): Promise<Measurement | null>;
}

/** What is to be measured. @public */
export interface MeasurementRequest {
  /** The task; null when the project as a whole is reviewed. */
  readonly task: TaskNode | null;
  /** Paths that were to be written. */
  readonly writes: readonly string[];
  readonly files: readonly SourceFile[];
  /** The executed checks of the task or project. */
  readonly checks: readonly CheckOutcome[];
  readonly sandbox: Sandbox;
  readonly signal: CancellationSignal;
}

/** @public */
export interface Measurement {
  /** 0 to 1. */
  readonly score: number;
  /** What was counted, in short lines that say where; at least one where the score is below 1. */
  readonly evidence: readonly string[];
}
