export { type ContractRunner, describeLanguageModel, type LanguageModelContractOptions } from './testing/describe-language-model.js';
export { describeSandbox } from './testing/describe-sandbox.js';
export { type ScriptedAnswer, ScriptedModel } from './testing/scripted-model.js';
