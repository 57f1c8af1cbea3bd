/**
 * Building blocks, ports, template and rule definitions. Safe everywhere, also in workflow code; nothing here needs Temporal, Node or zod.
 *
 * @packageDocumentation
 */
export { AgentPool } from './agents/agent-pool.js';
export { mergeFiles } from './agents/merge-files.js';
export { MeteredModel } from './agents/metered-model.js';
export { choosePersona, DEFAULT_PERSONAS, type Persona } from './agents/persona.js';
export { VerifiedSamplingRunner } from './agents/verified-sampling-runner.js';
export { type BudgetEntry, BudgetLedger, type BudgetSnapshot } from './budget/budget-ledger.js';
export { ArtifactError } from './errors/artifact-error.js';
export { BudgetExceededError } from './errors/budget-exceeded-error.js';
export type { InputFinding } from './errors/input-finding.js';
export { describeFinding, InvalidInputError } from './errors/invalid-input-error.js';
export { KamachiqError, type KamachiqErrorDetails } from './errors/kamachiq-error.js';
export { ModelCallError, type ModelCallErrorCode } from './errors/model-call-error.js';
export { PlanningError } from './errors/planning-error.js';
export { SandboxError, type SandboxErrorCode } from './errors/sandbox-error.js';
export { type CompileContext, type CompiledTaskGraph, compileTaskGraph } from './graph/compile-task-graph.js';
export type { GraphFinding, GraphFindingCode } from './graph/graph-finding.js';
export { GraphRun } from './graph/graph-run.js';
export { TaskGraph } from './graph/task-graph.js';
export type { TaskGraphDocument } from './graph/task-graph-document.js';
export { type TaskNode, TaskType } from './graph/task-node.js';
export type { TaskState } from './graph/task-state.js';
export { topologicalGenerations } from './graph/topological-generations.js';
export { freeFormTemplate } from './planning/free-form-template.js';
export type { AcceptanceCheck, FunctionExample, FunctionParameter, FunctionSpec, ProjectSpec } from './planning/project-spec.js';
export type { FinishedProject, PlantedFault, ProjectTemplate } from './planning/project-template.js';
export type {
  CandidateFailure,
  RenderedTaskTemplate,
  SampledTaskTemplate,
  TaskInputs,
  TaskTemplate,
  TemplatePrompt,
  TemplateRequest,
} from './planning/task-template.js';
export { TemplateLibrary } from './planning/template-library.js';
export type { AgentContext, AgentOutcome, AgentProgress, AgentRequest, AgentRunner, ProducedFile } from './ports/agent-runner.js';
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
export type { Plan, PlanContext, Planner, PlanRequest } from './ports/planner.js';
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
  SourceStatement,
  StopReason,
  TestSuiteInvocation,
} from './ports/sandbox.js';
export type { FileRole, SourceFile } from './ports/source-file.js';
export type { AnswerExpectation, Check, CheckOutcome, Expectation, ExpectedStatement, ObservedCheck, ValueType } from './quality/check.js';
export { deliverablesInstrument } from './quality/deliverables-instrument.js';
export { executedChecksInstrument } from './quality/executed-checks-instrument.js';
export { judgeObservation } from './quality/judge-observation.js';
export { GateDecision, passQualityGate, type QualityVerdict } from './quality/quality-gate.js';
export { Criterion, type CriterionScore, QualityRubric } from './quality/quality-rubric.js';
export { DEFAULT_SANDBOX_LIMITS, runChecks } from './quality/run-checks.js';
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
} from './report/project-report.js';
export { ProjectStatus } from './report/project-report.js';
export { renderReportHtml } from './report/report-html.js';
export { renderReportMarkdown } from './report/report-markdown.js';
export { type ScheduledTask, scheduleReport } from './report/schedule-report.js';
