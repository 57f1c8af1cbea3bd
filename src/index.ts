/**
 * Building blocks, ports, template and rule definitions. Safe everywhere, also in workflow code; nothing here needs Temporal, Node or zod.
 *
 * @packageDocumentation
 */
export { ArtifactError } from './errors/artifact-error.js';
export type { InputFinding } from './errors/input-finding.js';
export { describeFinding, InvalidInputError } from './errors/invalid-input-error.js';
export { KamachiqError, type KamachiqErrorDetails } from './errors/kamachiq-error.js';
export { ModelCallError, type ModelCallErrorCode } from './errors/model-call-error.js';
export { SandboxError, type SandboxErrorCode } from './errors/sandbox-error.js';
export type { TaskGraphDocument } from './graph/task-graph-document.js';
export { type TaskNode, TaskType } from './graph/task-node.js';
export { topologicalGenerations } from './graph/topological-generations.js';
export type { AcceptanceCheck, FunctionExample, FunctionParameter, FunctionSpec, ProjectSpec } from './planning/project-spec.js';
export type { PlantedFault, ProjectTemplate } from './planning/project-template.js';
export type {
  CandidateFailure,
  RenderedTaskTemplate,
  SampledTaskTemplate,
  TaskInputs,
  TaskTemplate,
  TemplatePrompt,
  TemplateRequest,
} from './planning/task-template.js';
export type { ArtifactReference, ArtifactStore } from './ports/artifact-store.js';
export type { JsonValue } from './ports/json-value.js';
export {
  type CancellationSignal,
  FinishReason,
  type LanguageModel,
  type ModelAnswer,
  type ModelMessage,
  type ModelRequest,
  type ModelUsage,
} from './ports/language-model.js';
export { findPathProblem } from './ports/project-path.js';
export type { Measurement, MeasurementRequest, QualityInstrument } from './ports/quality-instrument.js';
export type {
  CallInvocation,
  CommandInvocation,
  InspectInvocation,
  Invocation,
  Observation,
  Sandbox,
  SandboxLimits,
  SandboxRequest,
  SandboxRun,
  SourceDefinition,
  StopReason,
  TestSuiteInvocation,
} from './ports/sandbox.js';
export type { SourceFile } from './ports/source-file.js';
export type { Check, CheckOutcome, Expectation, ObservedCheck } from './quality/check.js';
export { GateDecision, passQualityGate, type QualityVerdict } from './quality/quality-gate.js';
export { Criterion, type CriterionScore, QualityRubric } from './quality/quality-rubric.js';
export { MOTTO } from './report/motto.js';
export type {
  AttemptReport,
  BudgetReport,
  FileOrigin,
  FileReport,
  ModelCallRecord,
  PlanReport,
  ProjectReport,
  ScheduleReport,
  TaskReport,
  TaskState,
} from './report/project-report.js';
export { ProjectStatus } from './report/project-report.js';
