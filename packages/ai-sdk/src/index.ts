/**
 * Language models through the AI SDK: any of its providers, or any server that speaks the OpenAI chat protocol; and agents with tools, also of MCP servers.
 *
 * @packageDocumentation
 */
export { type AiSdkAgentRunnerOptions, aiSdkAgentRunner } from './ai-sdk-agent-runner.js';
export { type AiSdkModelOptions, type AnswerPrefixMode, aiSdkModel } from './ai-sdk-model.js';
export { boundedFetch } from './bounded-fetch.js';
export { type ModelEnvironment, modelFromEnvironment } from './model-from-environment.js';
export { type OpenAiCompatibleModelOptions, openAiCompatibleModel } from './open-ai-compatible-model.js';
export type { ToolSource } from './tool-source.js';
