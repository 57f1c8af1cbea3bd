import { localModel } from '@kamachiq/local-model';
import type { LanguageModel } from 'kamachiq';
import { describeLanguageModel } from 'kamachiq/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { openAiCompatibleModel } from '../src/index.js';
import { type ModelServer, type ModelServerOptions, startModelServer } from './support/model-server.js';

const never = new AbortController().signal;
const cleanUps: (() => Promise<void>)[] = [];
let embedded: Promise<Awaited<ReturnType<typeof localModel>>> | null = null;

async function serve(options?: ModelServerOptions): Promise<{ readonly server: ModelServer; readonly behind: LanguageModel }> {
  embedded ??= localModel({ modelFile: process.env.KAMACHIQ_MODEL_FILE ?? 'KAMACHIQ_MODEL_FILE is not set', contextTokens: 2048 });
  const behind = await embedded;
  const server = await startModelServer(behind, options);
  cleanUps.push(() => server.close());
  return { server, behind };
}

afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
  await (await embedded)?.doClose();
});

for (const answerPrefix of ['instruct', 'continue'] as const) {
  describe(`openAiCompatibleModel before a real server, answerPrefix ${answerPrefix}`, () => {
    describeLanguageModel({ describe, it, afterAll }, async () => {
      const { server, behind } = await serve();
      return openAiCompatibleModel({ baseUrl: server.baseUrl, model: behind.id, contextTokens: behind.contextTokens, answerPrefix });
    });
  });
}

describe('openAiCompatibleModel', () => {
  it('sends all of a request, and the same answer comes back as from the model itself', async () => {
    const { server, behind } = await serve({ apiKey: 'secret' });
    const model = openAiCompatibleModel({ baseUrl: server.baseUrl, apiKey: 'secret', model: behind.id, answerPrefix: 'continue' });
    const request = {
      messages: [
        { role: 'system' as const, text: 'You are brief.' },
        { role: 'user' as const, text: 'Name three colours.' },
      ],
      maxOutputTokens: 20,
      temperature: 0.9,
      seed: 4,
      answerPrefix: 'Red',
      stopSequences: ['\n\n'],
    };
    expect(await model.doGenerate(request, never)).toEqual(await behind.doGenerate(request, never));
    expect(server.received.at(-1)).toMatchObject({ max_tokens: 20, temperature: 0.9, seed: 4, stop: ['\n\n'] });
    const answerSchema = { type: 'object', properties: { colour: { enum: ['red', 'blue'] } }, required: ['colour'], additionalProperties: false };
    const { answerPrefix: _, ...plain } = request;
    expect(await model.doGenerate({ ...plain, answerSchema }, never)).toEqual(await behind.doGenerate({ ...plain, answerSchema }, never));
    expect(server.received.at(-1)).toMatchObject({ response_format: { type: 'json_schema', json_schema: { schema: answerSchema, strict: true } } });
  });

  it('returns an answer to a schema that was cut short, with its usage', async () => {
    const { server, behind } = await serve();
    const model = openAiCompatibleModel({ baseUrl: server.baseUrl, model: behind.id });
    const answerSchema = {
      type: 'object',
      properties: { colour: { type: 'string', minLength: 30 } },
      required: ['colour'],
      additionalProperties: false,
    };
    const answer = await model.doGenerate({ messages: [{ role: 'user', text: 'A colour.' }], maxOutputTokens: 3, answerSchema }, never);
    expect(answer).toMatchObject({ finishReason: 'length', usage: { outputTokens: 3, reported: true } });
    expect(answer.text).toMatch(/^\{"colour/);
  });

  it('stands in with bounds where the server is silent about usage, and says so', async () => {
    const { server, behind } = await serve({ silentAboutUsage: true });
    const model = openAiCompatibleModel({ baseUrl: server.baseUrl, model: behind.id });
    const request = { messages: [{ role: 'user' as const, text: 'Count from one to ten.' }], maxOutputTokens: 12 };
    const { usage } = await model.doGenerate(request, never);
    const { usage: real } = await behind.doGenerate(request, never);
    expect(usage).toMatchObject({ inputTokens: (await model.doCountTokens(request)).tokens, outputTokens: 12, reported: false });
    expect(usage.inputTokens).toBeGreaterThanOrEqual(real.inputTokens);
  });

  it('names a wrong key and an unknown model', async () => {
    const { server, behind } = await serve({ apiKey: 'secret' });
    const request = { messages: [{ role: 'user' as const, text: 'Hello' }], maxOutputTokens: 4 };
    const wrongKey = openAiCompatibleModel({ baseUrl: server.baseUrl, apiKey: 'guess', model: behind.id });
    await expect(wrongKey.doGenerate(request, never)).rejects.toMatchObject({ code: 'model.unauthorized', retryable: false });
    const unknown = openAiCompatibleModel({ baseUrl: server.baseUrl, apiKey: 'secret', model: 'nobody' });
    await expect(unknown.doGenerate(request, never)).rejects.toMatchObject({ code: 'model.invalid-request', retryable: false });
  });

  it('refuses a schema and a beginning in one request before it calls', async () => {
    const { server, behind } = await serve();
    const model = openAiCompatibleModel({ baseUrl: server.baseUrl, model: behind.id });
    const request = { messages: [{ role: 'user' as const, text: 'Hello' }], maxOutputTokens: 4, answerPrefix: '{', answerSchema: { type: 'object' } };
    await expect(model.doGenerate(request, never)).rejects.toMatchObject({ code: 'model.invalid-request' });
    expect(server.received).toEqual([]);
  });
});
