import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModel } from 'kamachiq';
import { type AiSdkModelOptions, aiSdkModel } from './ai-sdk-model.js';
import { boundedFetch } from './bounded-fetch.js';

/** A server that speaks the OpenAI chat protocol, and the model to ask there. @public */
export interface OpenAiCompatibleModelOptions extends Omit<AiSdkModelOptions, 'contextTokens'> {
  /** Address up to and without `/chat/completions`. Example: `http://127.0.0.1:8080/v1`. */
  readonly baseUrl: string;
  /** Sent as a bearer token; left out for servers that ask for none. */
  readonly apiKey?: string;
  /** Name of the model as the server knows it. */
  readonly model: string;
  /** Tokens that the model can attend to at once, prompt and answer together. @default 8192 */
  readonly contextTokens?: number;
}

/**
 * Makes a language model of a server that speaks the OpenAI chat protocol, with structured output by `json_schema`.
 *
 * @throws InvalidInputError naming every option that is out of its range, as `model.invalid-option`.
 * @public
 */
export function openAiCompatibleModel({ baseUrl, apiKey, model, contextTokens = 8192, ...rest }: OpenAiCompatibleModelOptions): LanguageModel {
  const provider = createOpenAICompatible({
    name: 'openai-compatible',
    baseURL: baseUrl,
    supportsStructuredOutputs: true,
    includeUsage: true,
    fetch: boundedFetch(),
    ...(apiKey === undefined ? {} : { apiKey }),
  });
  return aiSdkModel(provider(model), { id: `openai-compatible/${model.toLowerCase()}`, contextTokens, ...rest });
}
