/**
 * Building blocks, ports, template and rule definitions. Safe everywhere, also in workflow code; nothing here needs Temporal, Node or zod.
 *
 * @packageDocumentation
 */
export { AgentPool } from './agents/agent-pool.js';
export type { AttemptTerms } from './agents/attempt-terms.js';
export { CallMeter, type CallMeterOptions, type CallOutcome, FREE_OF_CHARGE, type MeteredCall } from './agents/call-meter.js';
export { chooseForgotten, type KeptNote } from './agents/choose-forgotten.js';
export { type ExaminedOutcome, examineOutcome } from './agents/examine-outcome.js';
export { FairAgentPool, type FairAgentPoolSnapshot, type SlotRequest, type WaitingInGroup } from './agents/fair-agent-pool.js';
export { mergeFiles } from './agents/merge-files.js';
export { MeteredModel } from './agents/metered-model.js';
export { choosePersona, DEFAULT_PERSONAS, type Persona } from './agents/persona.js';
export { rankNotes } from './agents/rank-notes.js';
export type { WaitingAgent } from './agents/urgency-queue.js';
export { VerifiedSamplingRunner } from './agents/verified-sampling-runner.js';
export type { Amount, Limit, Measure } from './budget/amount.js';
export { BudgetLedger } from './budget/budget-ledger.js';
export type { BudgetCrossing, BudgetJournalEntry, BudgetSnapshot, BudgetStanding, OpenHold, UsedKey } from './budget/budget-records.js';
export { restoreBudget, snapshotBudget } from './budget/budget-snapshot.js';
export { ArtifactError, type ArtifactErrorCode } from './errors/artifact-error.js';
export { BudgetExceededError } from './errors/budget-exceeded-error.js';
export type { InputFinding } from './errors/input-finding.js';
export { describeFinding, InvalidInputError } from './errors/invalid-input-error.js';
export { KamachiqError, type KamachiqErrorDetails } from './errors/kamachiq-error.js';
export { MemoryError, type MemoryErrorCode } from './errors/memory-error.js';
export { ModelCallError, type ModelCallErrorCode } from './errors/model-call-error.js';
export { PlanningError } from './errors/planning-error.js';
export { SandboxError, type SandboxErrorCode } from './errors/sandbox-error.js';
export type { AbridgedTask } from './graph/abridged-task.js';
export type { CompileContext } from './graph/compile/compile-context.js';
export { compileGraphPatch } from './graph/compile/compile-graph-patch.js';
export { type CompiledTaskGraph, compileTaskGraph } from './graph/compile/compile-task-graph.js';
export { DEFAULT_REMEDIATION_RESERVE } from './graph/compile/remediation-reserve.js';
export type { ComparedValue, Comparison, ComparisonOperator, Condition } from './graph/condition.js';
export { GRAPH_FINDING_CODES, type GraphFinding, type GraphFindingCode } from './graph/graph-finding.js';
export { fromGraphlib } from './graph/graphlib/from-graphlib.js';
export type { GraphlibSource, GraphlibTarget } from './graph/graphlib/graphlib-graph.js';
export { toGraphlib } from './graph/graphlib/to-graphlib.js';
export { hashTaskGraph } from './graph/hash-task-graph.js';
export { type InputBinding, type OutputDeclaration, OutputType, type TaskOutputs } from './graph/output-type.js';
export { applyGraphPatch, type PatchedGraph } from './graph/run/apply-graph-patch.js';
export { decideTrigger, type TriggerDecision } from './graph/run/decide-trigger.js';
export { evaluateCondition } from './graph/run/evaluate-condition.js';
export { expectedMinutes } from './graph/run/expected-minutes.js';
export { findOutputProblems } from './graph/run/find-output-problems.js';
export type { GraphPatch, NodePatch } from './graph/run/graph-patch.js';
export { GraphRun, type GraphRunOptions, type GraphRunSnapshot } from './graph/run/graph-run.js';
export { TASK_TRANSITIONS, type TaskTransition } from './graph/run/task-transitions.js';
export { TaskGraph } from './graph/task-graph.js';
export { TaskGraphBuilder } from './graph/task-graph-builder.js';
export type { TaskGraphDocument } from './graph/task-graph-document.js';
export { snapshotTaskGraph, type TaskGraphSnapshot } from './graph/task-graph-snapshot.js';
export { type ConditionalNode, type GraphNode, type TaskNode, TaskType } from './graph/task-node.js';
export type { SettledState, TaskState } from './graph/task-state.js';
export { TriggerRule } from './graph/trigger-rule.js';
export { estimateProject, type ProjectEstimate } from './planning/estimates/estimate-project.js';
export { firstHold } from './planning/estimates/first-hold.js';
export { loadEstimator } from './planning/estimates/load-estimator.js';
export { observeReport } from './planning/estimates/observe-report.js';
export { outlineTask } from './planning/estimates/outline-task.js';
export { type EstimateScore, scoreEstimates, scoreHeldOut } from './planning/estimates/score-estimates.js';
export { type Quantiles, type TaskEstimate, TaskEstimator } from './planning/estimates/task-estimator.js';
export type { TaskKind, TaskObservation, TaskOutline } from './planning/estimates/task-observation.js';
export { findTemplateProblems } from './planning/find-template-problems.js';
export { freeFormTemplate } from './planning/free-form-template.js';
export { planWithoutModel } from './planning/plan-without-model.js';
export type { AcceptanceCheck, FunctionExample, FunctionParameter, FunctionSpec, ProjectSpec } from './planning/project-spec.js';
export type { FinishedProject, PlantedFault, ProjectTemplate } from './planning/project-template.js';
export type {
  AssembledAnswer,
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
export type { ArtifactReference, ArtifactStore, SweepOptions, SweptArtifacts } from './ports/artifact-store.js';
export type { CallJournal } from './ports/call-journal.js';
export type { JsonValue } from './ports/json-value.js';
export {
  type CancellationSignal,
  FinishReason,
  type LanguageModel,
  type ModelAnswer,
  type ModelMessage,
  type ModelPrice,
  type ModelRequest,
  type ModelUsage,
} from './ports/language-model.js';
export {
  type MemoryNote,
  type MemoryQuery,
  type MemoryScope,
  type MemoryStore,
  NOTE_LIMITS,
  type NoteAddress,
  NoteOutcome,
} from './ports/memory-store.js';
export type { ObservationQuery, ObservationStore } from './ports/observation-store.js';
export type { PlanRule, RuleBreach, RuleSource } from './ports/plan-rule.js';
export type { Plan, PlanContext, Planner, PlanRequest } from './ports/planner.js';
export { findPathProblem } from './ports/project-path.js';
export type { Measurement, MeasurementRequest, QualityInstrument } from './ports/quality-instrument.js';
export { requireArtifactHash } from './ports/require-artifact-hash.js';
export { requireSameContent } from './ports/require-same-content.js';
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
export type { AttemptContext, ContextCut, ContextSection } from './report/attempt-context.js';
export { describeSchedule } from './report/describe-schedule.js';
export { MOTTO } from './report/motto.js';
export type {
  AttemptReport,
  BudgetReport,
  ControlKind,
  ControlReport,
  DegradationReport,
  DegradationStep,
  FileOrigin,
  FileReport,
  ModelCallRecord,
  MoneyReport,
  OrderReport,
  PlanReport,
  ProjectReport,
  RevisionReport,
  ScheduleReport,
  TaskReport,
} from './report/project-report.js';
export { ProjectStatus } from './report/project-report.js';
export { type ScheduledTask, scheduleReport } from './report/schedule-report.js';
