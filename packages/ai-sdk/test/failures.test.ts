import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { ModelRequest } from 'kamachiq';
import { describe, expect, it } from 'vitest';
import { openAiCompatibleModel } from '../src/index.js';
import { hang, httpError, reset, type ScriptedFailure, startScriptedFailureServer, success } from './support/scripted-failure-server.js';

const never = new AbortController().signal;
const request: ModelRequest = { messages: [{ role: 'user', text: 'Hello' }], maxOutputTokens: 4 };
const completion = (finish_reason: string) =>
  JSON.stringify({
    id: 'x',
    created: 0,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: '' }, finish_reason }],
    usage: { prompt_tokens: 3, completion_tokens: 0 },
  });

async function failWith(failure: ScriptedFailure, options: { readonly timeoutMilliseconds?: number } = {}) {
  const server = await startScriptedFailureServer(failure);
  try {
    const model = openAiCompatibleModel({ baseUrl: server.baseUrl, model: 'm', apiKey: 'secret-key', ...options });
    const outcome = await model.doGenerate(request, never).then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error: error as Error }),
    );
    expect(server.requests()).toBe(1);
    return outcome;
  } finally {
    await server.close();
  }
}

describe('openAiCompatibleModel before a server that fails', () => {
  it.each<[string, ScriptedFailure, object]>([
    ['429 with seconds', httpError(429, {}, { 'retry-after': '7' }), { code: 'model.rate-limited', retryable: true, retryAfterMilliseconds: 7000 }],
    [
      '429 with milliseconds',
      httpError(429, {}, { 'retry-after-ms': '1500', 'retry-after': '7' }),
      { code: 'model.rate-limited', retryAfterMilliseconds: 1500 },
    ],
    ['429 without a delay', httpError(429), { code: 'model.rate-limited', retryAfterMilliseconds: null }],
    ['429 for an empty account', httpError(429, { code: 'insufficient_quota' }), { code: 'model.unauthorized', retryable: false }],
    ['408', httpError(408), { code: 'model.timeout', retryable: true }],
    ['500', httpError(500), { code: 'model.overloaded', retryable: true }],
    ['503 with a delay', httpError(503, {}, { 'retry-after': '2' }), { code: 'model.overloaded', retryAfterMilliseconds: 2000 }],
    ['529', httpError(529), { code: 'model.overloaded' }],
    ['401', httpError(401), { code: 'model.unauthorized', retryable: false }],
    ['403', httpError(403), { code: 'model.unauthorized' }],
    ['400 for the context, by code', httpError(400, { code: 'context_length_exceeded' }), { code: 'model.context-too-long', retryable: false }],
    [
      '400 for the context, in words',
      httpError(400, { message: 'the request exceeds the available context size (4096)' }),
      { code: 'model.context-too-long' },
    ],
    ['400 otherwise', httpError(400, { message: 'unknown field' }), { code: 'model.invalid-request', retryable: false }],
    ['422', httpError(422), { code: 'model.invalid-request' }],
    ['success without JSON', success('<html>proxy</html>'), { code: 'model.unavailable', retryable: true }],
    ['success with other JSON', success('{"__proto__":{"choices":[]}}'), { code: 'model.unavailable' }],
    ['success with no choice', success('{"choices":[]}'), { code: 'model.unavailable' }],
    ['a cut connection', reset, { code: 'model.unavailable', retryable: true }],
  ])('names %s, after one call', async (_, failure, expected) => {
    expect(await failWith(failure)).toMatchObject({ error: { name: 'ModelCallError', ...expected, remedy: expect.any(String) } });
  });

  it('gives up on a server that says nothing', async () => {
    expect(await failWith(hang, { timeoutMilliseconds: 50 })).toMatchObject({ error: { code: 'model.timeout', retryable: true } });
  });

  it('is cancelled while a server says nothing', async () => {
    const controller = new AbortController();
    const server = await startScriptedFailureServer(() => controller.abort());
    const model = openAiCompatibleModel({ baseUrl: server.baseUrl, model: 'm' });
    await expect(model.doGenerate(request, controller.signal)).rejects.toMatchObject({ code: 'model.cancelled', retryable: false });
    await server.close();
  });

  it('names a port where nobody listens', async () => {
    const held = createServer();
    await new Promise<void>((resolve) => held.listen(0, '127.0.0.1', resolve));
    const { port } = held.address() as AddressInfo;
    await new Promise((resolve) => held.close(resolve));
    const model = openAiCompatibleModel({ baseUrl: `http://127.0.0.1:${port}/v1`, model: 'm' });
    await expect(model.doGenerate(request, never)).rejects.toMatchObject({ code: 'model.unavailable', retryable: true });
  });

  it('keeps the key out of the error and control characters out of its message', async () => {
    const outcome = await failWith(httpError(400, { message: `bad\u0000\u001b[2J ${'x'.repeat(5000)}` }));
    expect(outcome).toMatchObject({ error: { code: 'model.invalid-request' } });
    const { message } = (outcome as { error: Error }).error;
    expect(message).not.toMatch(/\p{Cc}/u);
    expect(message.length).toBeLessThan(500);
    expect(JSON.stringify(outcome) + message).not.toContain('secret-key');
  });

  it('tells a refusal and an empty answer from an error', async () => {
    expect(await failWith(success(completion('content_filter')))).toMatchObject({ answer: { text: '', finishReason: 'refusal' } });
    expect(await failWith(success(completion('stop')))).toMatchObject({
      answer: { text: '', finishReason: 'stop', usage: { inputTokens: 3, outputTokens: 0, reported: true } },
    });
  });
});
