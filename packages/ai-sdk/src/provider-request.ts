import type { ModelMessage, ModelRequest } from 'kamachiq';
import { modelError } from './model-error.js';
import type { ProviderRequest } from './provider-model.js';

/**
 * A request as providers of the AI SDK take it, without its output limit.
 *
 * @param messages - What is sent, the wish for a prefix among them.
 * @throws ModelCallError `model.invalid-request` for what no provider holds to.
 */
export function providerRequest(request: ModelRequest, messages: readonly ModelMessage[]): ProviderRequest {
  const { answerPrefix = '', answerSchema, maxOutputTokens, seed, stopSequences, temperature = 0 } = request;
  if (messages.length === 0) throw modelError('model.invalid-request', 'a request without messages');
  if (!Number.isSafeInteger(maxOutputTokens) || maxOutputTokens < 1) {
    throw modelError('model.invalid-request', `an output limit of ${maxOutputTokens} tokens`);
  }
  if (answerSchema !== undefined && answerPrefix !== '') {
    throw modelError('model.invalid-request', 'answerSchema and answerPrefix in one request, which no provider holds to');
  }
  return {
    prompt: messages.map(({ role, text }) => (role === 'system' ? { role, content: text } : { role, content: [{ type: 'text', text }] })),
    temperature,
    ...(seed === undefined ? {} : { seed }),
    ...(stopSequences === undefined ? {} : { stopSequences: [...stopSequences] }),
    ...(answerSchema === undefined ? {} : { responseFormat: { type: 'json', schema: { ...answerSchema } } }),
  };
}
