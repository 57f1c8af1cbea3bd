export type { ContractRunner } from './testing/contract-runner.js';
export {
  type CrashFailure,
  type CrashOptions,
  type CrashOutcome,
  type CrashPlace,
  type CrashScenario,
  crashAnywhere,
} from './testing/crash/crash-anywhere.js';
export { crashPoint, withCrashPoints } from './testing/crash/crash-point.js';
export type { CrashProgram } from './testing/crash/crash-worker.js';
export { type AgentRunnerContract, describeAgentRunner } from './testing/describe-agent-runner.js';
export { type ArtifactStoreContract, describeArtifactStore } from './testing/describe-artifact-store.js';
export { describeCallJournal } from './testing/describe-call-journal.js';
export { describeLanguageModel, type LanguageModelContractOptions } from './testing/describe-language-model.js';
export { describeMemoryStore } from './testing/describe-memory-store.js';
export { describeObservationStore } from './testing/describe-observation-store.js';
export { describePlanner, type PlannerContract } from './testing/describe-planner.js';
export { describeQualityInstrument, type MeasuredWork, type QualityInstrumentContract } from './testing/describe-quality-instrument.js';
export { describeRuleSource, type RuleSourceContractOptions } from './testing/describe-rule-source.js';
export { describeSandbox } from './testing/describe-sandbox.js';
export { type ReplayOutcome, replayAll } from './testing/replay-all.js';
export { type ScriptedAnswer, ScriptedModel } from './testing/scripted-model.js';
export { startTemporal, startTimeSkippingTemporal, type TemporalOptions, type TestTemporal } from './testing/start-temporal.js';
export { TestingError } from './testing/testing-error.js';
