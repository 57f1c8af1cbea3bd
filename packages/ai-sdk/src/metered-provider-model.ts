import { createHash } from 'node:crypto';
import { wrapLanguageModel } from 'ai';
import type { CallMeter, CancellationSignal, ModelPrice } from 'kamachiq';
import { CallGuard, type CallPatience } from './call-guard.js';
import type { ProviderModel, ProviderRequest } from './provider-model.js';
import { readAnswer } from './read-answer.js';
import { AROUND_CONVERSATION, AROUND_MESSAGE, AROUND_SCHEMA } from './token-bound.js';
import { usageOfAnswer } from './usage-of-answer.js';

/** What metering asks to know of a model. */
export interface MeteredProviderModelOptions {
  readonly id: string;
  readonly contextTokens: number;
  readonly price: ModelPrice | undefined;
  readonly tokenBound: (text: string) => number;
  readonly patience: CallPatience;
  /** Output limit of a call that names none. */
  readonly maxOutputTokens: number;
}

/** Output tokens below which a step is not worth making. */
const SMALLEST_ANSWER = 16;

/**
 * A model of the AI SDK each of whose calls goes through a meter: held before it is made, with an output limit that fits what is left, stopped at that limit,
 * settled by what it used. For the SDK's own loops, which then can't spend more than is held either.
 */
export function meteredProviderModel(
  model: ProviderModel,
  { id, contextTokens, price, tokenBound, patience, maxOutputTokens }: MeteredProviderModelOptions,
  meter: CallMeter,
  signal: CancellationSignal,
): ProviderModel {
  const doGenerate: ProviderModel['doGenerate'] = async (request) => {
    const inputTokens = boundProviderRequest(request, tokenBound);
    const call = {
      model: id,
      contextTokens,
      inputTokens,
      maxOutputTokens: request.maxOutputTokens ?? maxOutputTokens,
      smallestAnswer: SMALLEST_ANSWER,
      promptSha256: createHash('sha256').update(JSON.stringify(request.prompt)).digest('hex'),
      ...(price === undefined ? {} : { price }),
      ...(request.seed === undefined ? {} : { seed: request.seed }),
      ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    };
    const { answer } = await meter.call(call, signal, async (most) => {
      const guard = new CallGuard(signal, patience);
      try {
        const read = await readAnswer(() => model, request, most, guard);
        const usage = usageOfAnswer(read, inputTokens, most, tokenBound);
        return { answer: read, usage, finishReason: read.finishReason.unified };
      } finally {
        guard.close();
      }
    });
    const { content, finishReason, usage } = answer;
    return { content, finishReason, usage, warnings: [] };
  };
  return wrapLanguageModel({ model, middleware: { specificationVersion: 'v4', wrapGenerate: ({ params }) => doGenerate(params) } });
}

/** What a conversation with tools takes at most: its JSON holds every text of it, and more. */
function boundProviderRequest({ prompt, tools = [], responseFormat }: ProviderRequest, tokenBound: (text: string) => number): number {
  const schemas = [...tools, ...(responseFormat?.type === 'json' ? [responseFormat] : [])];
  return (
    tokenBound(JSON.stringify(prompt)) +
    AROUND_CONVERSATION +
    AROUND_MESSAGE * prompt.length +
    schemas.reduce((sum, schema) => sum + tokenBound(JSON.stringify(schema, null, 2)) + AROUND_SCHEMA, 0)
  );
}
