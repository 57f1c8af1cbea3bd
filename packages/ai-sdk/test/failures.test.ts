import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { ModelAnswer, ModelRequest } from 'kamachiq';
import { describe, expect, it } from 'vitest';
import { openAiCompatibleModel } from '../src/index.js';
import {
  beginning,
  cut,
  ending,
  forever,
  hang,
  httpError,
  piece,
  redirect,
  reset,
  type ScriptedFailure,
  startScriptedFailureServer,
  streamed,
  success,
} from './support/scripted-failure-server.js';

const never = new AbortController().signal;
const request: ModelRequest = { messages: [{ role: 'user', text: 'Hello' }], maxOutputTokens: 4 };
const usage = { prompt_tokens: 3, completion_tokens: 2 };
const completion = (finish_reason: string) =>
  JSON.stringify({
    id: 'x',
    created: 0,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: '' }, finish_reason }],
    usage: { prompt_tokens: 3, completion_tokens: 0 },
  });

interface Patience {
  readonly timeoutMilliseconds?: number;
  readonly stallMilliseconds?: number;
}

async function callBefore(failure: ScriptedFailure, options: Patience = {}, asked: Partial<ModelRequest> = {}) {
  const server = await startScriptedFailureServer(failure);
  try {
    const model = openAiCompatibleModel({ baseUrl: server.baseUrl, model: 'm', apiKey: 'secret-key', ...options });
    const outcome: { readonly answer?: ModelAnswer; readonly error?: Error } = await model.doGenerate({ ...request, ...asked }, never).then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error: error as Error }),
    );
    return { ...outcome, requests: server.requests(), abandoned: server.abandoned };
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
    [
      '429 with a date long ago',
      httpError(429, {}, { 'retry-after': 'Thu, 01 Jan 2026 00:00:00 GMT' }),
      { code: 'model.rate-limited', retryAfterMilliseconds: 0 },
    ],
    ['429 without a delay', httpError(429), { code: 'model.rate-limited', retryAfterMilliseconds: null }],
    ['429 for an empty account', httpError(429, { code: 'insufficient_quota' }), { code: 'model.unauthorized', retryable: false }],
    ['408', httpError(408), { code: 'model.timeout', retryable: true }],
    ['500', httpError(500), { code: 'model.overloaded', retryable: true }],
    ['503 with a delay', httpError(503, {}, { 'retry-after': '2' }), { code: 'model.overloaded', retryAfterMilliseconds: 2000 }],
    ['529', httpError(529), { code: 'model.overloaded' }],
    ['401', httpError(401), { code: 'model.unauthorized', retryable: false }],
    ['402', httpError(402), { code: 'model.unauthorized', retryable: false }],
    ['403', httpError(403), { code: 'model.unauthorized' }],
    ['400 otherwise', httpError(400, { message: 'unknown field' }), { code: 'model.invalid-request', retryable: false }],
    ['422', httpError(422), { code: 'model.invalid-request' }],
    ['a filter before the model', httpError(400, { code: 'content_filter' }), { code: 'model.refused', retryable: false }],
    ['an error of a hundred megabytes', forever(Buffer.alloc(65_536, 'x'), 'text/plain', 503), { code: 'model.overloaded' }],
    ['success without JSON', success('<html>proxy</html>'), { code: 'model.garbled', retryable: true }],
    ['success of another kind', success('<html>proxy</html>', 'text/html'), { code: 'model.garbled' }],
    ['success with other JSON', success('{"__proto__":{"choices":[]}}'), { code: 'model.garbled' }],
    ['success with no choice', success('{"choices":[]}'), { code: 'model.garbled' }],
    ['an empty stream', success('', 'text/event-stream'), { code: 'model.garbled' }],
    ['garbage bytes', success('data: \u0000\ufffd{{{\n\n', 'text/event-stream'), { code: 'model.garbled' }],
    ['a body without end', forever(Buffer.alloc(65_536, ' '), 'application/json'), { code: 'model.garbled' }],
    ['a line without end', forever(Buffer.alloc(65_536, 'x')), { code: 'model.garbled' }],
    ['an event without end', forever(Buffer.alloc(65_536, `${'x'.repeat(1023)}\n`)), { code: 'model.garbled' }],
    ['a page without end', forever(Buffer.alloc(65_536, `${'x'.repeat(1023)}\n`), 'text/html'), { code: 'model.garbled' }],
    ['redirects in a circle', redirect, { code: 'model.unavailable', retryable: true }],
    ['a connection that is cut before an answer', cut, { code: 'model.interrupted', retryable: true }],
    ['a connection that is cut in an answer in one piece', reset, { code: 'model.interrupted' }],
    [
      'a connection that is cut in mid-stream',
      beginning(piece('So'), (response) => response.destroy()),
      { code: 'model.interrupted', retryable: true },
    ],
    ['a stream that ends in the middle', beginning(piece('So'), (response) => response.end()), { code: 'model.interrupted' }],
    [
      'an error in mid-stream',
      success(`${piece('So')}data: {"error":{"message":"scripted","code":429}}\n\n`, 'text/event-stream'),
      { code: 'model.interrupted' },
    ],
    [
      'an overload told in a stream',
      success('data: {"error":{"message":"scripted","type":"overloaded_error"}}\n\n', 'text/event-stream'),
      { code: 'model.overloaded' },
    ],
    [
      'a rate limit told in a stream',
      success('data: {"error":{"message":"scripted","code":429}}\n\n', 'text/event-stream'),
      { code: 'model.rate-limited' },
    ],
  ])('names %s', async (_, failure, expected) => {
    const { error, requests } = await callBefore(failure);
    expect(error).toMatchObject({ name: 'ModelCallError', ...expected, remedy: expect.any(String) });
    if (failure !== redirect) expect(requests).toBe(1);
  });

  it.each([
    [{ code: 'context_length_exceeded' }],
    [{ message: 'the request exceeds the available context size (4096)' }],
    [{ message: "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens." }],
    [{ message: 'prompt is too long: 201000 tokens > 200000 maximum' }],
    [{ message: 'input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000' }],
    [{ message: 'The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).' }],
    [{ message: 'Please reduce the length of the messages or completion.' }],
    [{ message: 'Prompt contains 40000 tokens, too large for model with 32768 maximum context length' }],
  ])('knows a prompt that is too long by the words of its provider: %j', async (told) => {
    const { error } = await callBefore(httpError(400, told));
    expect(error).toMatchObject({ code: 'model.context-too-long', retryable: false });
  });

  it.each<[string, ScriptedFailure]>([
    ['before the headers', hang],
    ['after the headers', beginning('\n', () => undefined)],
  ])('gives up on a server that says nothing %s', async (_, failure) => {
    const { error } = await callBefore(failure, { timeoutMilliseconds: 50 });
    expect(error).toMatchObject({ code: 'model.timeout', retryable: true, message: expect.stringContaining('no answer within 50 ms') });
  });

  it('gives up on a stream that falls silent, long before its time is up', async () => {
    const { error } = await callBefore(
      beginning(piece('So'), () => undefined),
      { stallMilliseconds: 50 },
    );
    expect(error).toMatchObject({ code: 'model.timeout', message: expect.stringContaining('stopped for 50 ms') });
  });

  it.each<[string, ScriptedFailure]>([
    ['before the headers', hang],
    ['in mid-stream', beginning(piece('So'), () => undefined)],
  ])('is cancelled while a server says nothing %s, and closes the connection', async (_, failure) => {
    const controller = new AbortController();
    const server = await startScriptedFailureServer((response, index, body) => {
      failure(response, index, body);
      setImmediate(() => controller.abort());
    });
    const model = openAiCompatibleModel({ baseUrl: server.baseUrl, model: 'm' });
    await expect(model.doGenerate(request, controller.signal)).rejects.toMatchObject({ code: 'model.cancelled', retryable: false });
    await server.abandoned;
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
    const { error } = await callBefore(httpError(400, { message: `bad\u0000\u001b[2J ${'x'.repeat(5000)}` }));
    expect(error).toMatchObject({ code: 'model.invalid-request' });
    expect(error!.message).not.toMatch(/\p{Cc}/u);
    expect(error!.message.length).toBeLessThan(500);
    expect(JSON.stringify(error) + error!.message).not.toContain('secret-key');
  });

  it('tells a refusal and an empty answer from an error', async () => {
    expect(await callBefore(success(completion('content_filter')))).toMatchObject({ answer: { text: '', finishReason: 'refusal' } });
    expect(await callBefore(streamed('I', usage, 'content_filter'))).toMatchObject({ answer: { text: 'I', finishReason: 'refusal' } });
    const refused = success(`${piece(null, { delta: { refusal: 'I will not.' } })}${ending(usage)}`, 'text/event-stream');
    expect(await callBefore(refused)).toMatchObject({ answer: { finishReason: 'refusal' } });
    expect(await callBefore(success(completion('stop')))).toMatchObject({
      answer: { text: '', finishReason: 'stop', usage: { inputTokens: 3, outputTokens: 0, reported: true } },
    });
  });

  it('understands a server that does not stream', async () => {
    const whole = completion('stop').replace('"content":""', '"content":"whole"');
    expect(await callBefore(success(whole.replace('"completion_tokens":0', '"completion_tokens":1')))).toMatchObject({
      answer: { text: 'whole', usage: { inputTokens: 3, outputTokens: 1, reported: true } },
    });
  });
});

describe('a stream that passes its output limit', () => {
  it.each<[string, string, number]>([
    ['of a token each', piece('word '), 17],
    ['of many tokens each', piece('many words '.repeat(40)), 18],
    ['of a byte each', piece('x'), 65],
    ['of reasoning', piece(null, { delta: { reasoning_content: 'hm, ' } }), 17],
    ['of the inputs of tools', piece(null, { delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'x', arguments: 'more ' } }] } }), 17],
  ])('is stopped in pieces %s, and said so', async (_, part, most) => {
    const { answer, abandoned } = await callBefore(forever(part), {}, { maxOutputTokens: 16 });
    expect(answer).toMatchObject({ finishReason: 'length', usage: { reported: false, outputTokens: expect.any(Number) } });
    expect(answer!.usage.outputTokens).toBeGreaterThanOrEqual(16);
    expect(answer!.usage.outputTokens).toBeLessThanOrEqual(Math.max(most, 16));
    await abandoned;
  });

  it('is stopped where the provider counts more while it streams', async () => {
    const { answer } = await callBefore(beginning(piece('w', { usage: { prompt_tokens: 3, completion_tokens: 5 } }), () => undefined));
    expect(answer).toMatchObject({ finishReason: 'length', usage: { outputTokens: 5, reported: false } });
  });

  it('is left alone within it, whatever its tokens are', async () => {
    const blanks = ' '.repeat(128 * 4);
    expect(await callBefore(streamed(blanks, { prompt_tokens: 3, completion_tokens: 4 }))).toMatchObject({
      answer: { text: blanks, finishReason: 'stop', usage: { outputTokens: 4, reported: true } },
    });
    const letters = [...'fine'].map((letter) => piece(letter)).join('') + ending({ prompt_tokens: 3, completion_tokens: 4 });
    expect(await callBefore(success(letters, 'text/event-stream'))).toMatchObject({ answer: { text: 'fine', finishReason: 'stop' } });
  });
});

describe('a usage that is not so', () => {
  const text = 'a '.repeat(200);
  const told = async (prompt_tokens: unknown, completion_tokens: unknown) => {
    const { answer } = await callBefore(streamed(text, { prompt_tokens, completion_tokens }), {}, { maxOutputTokens: 300 });
    return answer!.usage;
  };

  it.each([
    ['nothing for the prompt', 0, 100],
    ['nothing for the answer', 10, 0],
    ['less than the answer can be', 10, 3],
    ['less than nothing', -10, -100],
    ['a part of a token', 1.5, 100],
    ['more than can be', 10, 1e300],
  ])('is not believed where it says %s: the bounds stand in', async (_, input, output) => {
    const usage = await told(input, output);
    expect(usage).toEqual({ inputTokens: expect.any(Number), outputTokens: 300, reported: false });
    expect(usage.inputTokens).toBeGreaterThan(100);
  });

  it('is told as it is where it is too much', async () => {
    expect(await told(5_000, 40_000)).toEqual({ inputTokens: 5_000, outputTokens: 40_000, reported: true });
  });
});
