export type { ContractRunner } from './testing/contract-runner.js';
export { describeArtifactStore } from './testing/describe-artifact-store.js';
export { describeLanguageModel, type LanguageModelContractOptions } from './testing/describe-language-model.js';
export { describeRuleSource, type RuleSourceContractOptions } from './testing/describe-rule-source.js';
export { describeSandbox } from './testing/describe-sandbox.js';
export { type ScriptedAnswer, ScriptedModel } from './testing/scripted-model.js';
