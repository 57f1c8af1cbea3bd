export { type ContractRunner, describeLanguageModel, type LanguageModelContractOptions } from './testing/describe-language-model.js';
export { type ScriptedAnswer, ScriptedModel } from './testing/scripted-model.js';
