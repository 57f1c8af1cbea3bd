/**
 * Language models through the AI SDK: any of its providers, or any server that speaks the OpenAI chat protocol.
 *
 * @packageDocumentation
 */
export { type AiSdkModelOptions, type AnswerPrefixMode, aiSdkModel } from './ai-sdk-model.js';
export { type ModelEnvironment, modelFromEnvironment } from './model-from-environment.js';
export { type OpenAiCompatibleModelOptions, openAiCompatibleModel } from './open-ai-compatible-model.js';
